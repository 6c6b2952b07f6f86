import { scryptSync } from 'node:crypto';

/** How secrets are sealed in one document. Its salt is its own: seals of two documents cannot be compared. */
export interface Seal {
  readonly salt: string;
  /** scrypt's N: a power of two. Memory and time grow with it. */
  readonly cost: number;
}

/** Gives the seal of one environment variable. */
export type Sealer = (variable: string, value: string) => string;

/**
 * Seals say whether two values are equal and nothing else. Whoever can compare can also guess: scrypt (RFC 7914)
 * makes each guess as dear as the cost, so that a strong secret stays one and a weak one takes its time.
 * Equal arguments are worked out once.
 */
export function openSealer({ salt, cost }: Seal): Sealer {
  const known = new Map<string, string>();
  return (variable, value) => {
    const text = `${variable}=${value}`;
    const sealed = known.get(text) ?? seal(text, salt, cost);
    known.set(text, sealed);
    return sealed;
  };
}

const blockSize = 8;

function seal(text: string, salt: string, cost: number): string {
  // 128 N r bytes are what RFC 7914 needs; node asks for leave to use a little more.
  const options = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize };
  return `scrypt:${scryptSync(text, salt, 12, options).toString('base64url')}`;
}

const costs = { least: 1 << 10, most: 1 << 14 };

/** About two seconds of one processor. */
const totalCost = 1_200_000;

/** The cost of sealing one of `count` values: as much as all of them together leave time for. */
export function costOf(count: number): number {
  let cost = costs.most;
  while (cost > costs.least && cost * count > totalCost) cost /= 2;
  return cost;
}

/** Whether `cost` is one that `costOf` gives: another one could take all memory. */
export function isCost(cost: unknown): boolean {
  return typeof cost === 'number' && Number.isInteger(Math.log2(cost)) && cost >= costs.least && cost <= costs.most;
}
