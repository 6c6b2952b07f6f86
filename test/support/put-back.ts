import { setTimeout as delay } from 'node:timers/promises';

/** How long a manifest must be gone until a watch takes that for meant. */
export const settleMs = 500;

export interface Gap {
  remove(): void;
  readonly pauseMs: number;
  putBack(): Promise<void> | void;
}

/** Takes something away, and puts it back before that counts; false: the test itself stood still for too long. */
export async function putBackInTime({ remove, pauseMs, putBack }: Gap): Promise<boolean> {
  const removedMs = performance.now();
  remove();
  await delay(pauseMs);
  await putBack();
  return performance.now() - removedMs < settleMs - 50;
}
