/** How long something is waited for. */
export interface Deadline {
  /** Settles when the time is over, or when the signal asks to stop. */
  readonly passed: Promise<'late' | 'stopped'>;
  /** Lets go of timer and signal: a signal lives as long as the program, and would keep all that ever waited. */
  close(): void;
}

export function openDeadline(timeoutMs: number, signal?: AbortSignal): Deadline {
  const { promise, resolve } = Promise.withResolvers<'late' | 'stopped'>();
  const timer = setTimeout(() => { resolve('late'); }, timeoutMs);
  const stop = (): void => { resolve('stopped'); };
  if (signal?.aborted === true) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return {
    passed: promise,
    close() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}
