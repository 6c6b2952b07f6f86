import { expect } from 'vitest';
import { freeze, isThawed } from './kernel.ts';

/** Freezes a cgroup that nobody thaws meanwhile. On v2 a write only asks for it: this waits until the last process stands still. */
export async function freezeWhole(cgroup: string): Promise<void> {
  freeze(cgroup);
  await expect.poll(() => isThawed(cgroup)).toBe(false);
}
