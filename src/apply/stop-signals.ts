/** What a request to stop means for the steps of a plan. */
export interface StopSignals {
  /** Aborted at once: begin nothing new. */
  readonly asked: AbortSignal | undefined;
  /** Aborted when the time to finish what is in hand is over. */
  readonly overdue: AbortSignal;
  close(): void;
}

/** A request to stop that leaves what is in hand `graceMs` to finish. */
export function openStopSignals(asked: AbortSignal | undefined, graceMs: number): StopSignals {
  const overdue = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => { timer = setTimeout(() => { overdue.abort(); }, graceMs); };
  if (asked?.aborted === true) overdue.abort();
  else asked?.addEventListener('abort', begin, { once: true });
  return {
    asked,
    overdue: overdue.signal,
    close() {
      asked?.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
