/** Bounds how much is done at the same time. */
export interface Slots {
  /** Waits for a slot, in the order of the calls, and keeps it until `act` ends. */
  hold(act: () => Promise<void>): Promise<void>;
}

export function openSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = Math.max(1, count);
  const take = (): Promise<void> | undefined => {
    if (free === 0) return new Promise((resolve) => waiting.push(resolve));
    free -= 1;
    return undefined;
  };
  /** Whoever waits gets the slot itself, so that nobody who comes later can take it. */
  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async hold(act) {
      await take();
      try {
        await act();
      } finally {
        give();
      }
    },
  };
}
