/** Everything of one life that is left to chance comes from one seed. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number;
  /** True in this share of all cases. */
  happens(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** An integer from 0 up to `count`. */
  below(count: number): number;
}

/** @param seed a 32-bit integer; mulberry32, which is in the public domain */
export function openChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    happens: (share) => next() < share,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
