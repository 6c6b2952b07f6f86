/** Passes on what happened, in its order, a moment after it was done. */
export interface Teller<Event> {
  tell(event: Event): void;
  /** Passes on at once what is left. */
  flush(): void;
}

/** A line in a log takes longer than writing a limit does: doing comes first, and then whoever waits for what was done. */
const restMs = 2;

export function openTeller<Event>(listen: (event: Event) => void): Teller<Event> {
  let waiting: Event[] = [];
  let due: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    const events = waiting;
    waiting = [];
    for (const event of events) listen(event);
  };
  return {
    tell(event) {
      waiting.push(event);
      due ??= setTimeout(flush, restMs);
    },
    flush,
  };
}
