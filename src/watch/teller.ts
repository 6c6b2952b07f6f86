/** Passes on what happened, in its order, after whatever is to be done in the same turn. */
export interface Teller<Event> {
  tell(event: Event): void;
  /** Passes on at once what is left. */
  flush(): void;
}

/** A line in a log takes longer than writing a limit does: doing comes first. */
export function openTeller<Event>(listen: (event: Event) => void): Teller<Event> {
  let waiting: Event[] = [];
  let due: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearImmediate(due);
    due = undefined;
    const events = waiting;
    waiting = [];
    for (const event of events) listen(event);
  };
  return {
    tell(event) {
      waiting.push(event);
      due ??= setImmediate(flush);
    },
    flush,
  };
}
