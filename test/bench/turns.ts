import type { Bench } from './bench-context.ts';
import { pause } from './child.ts';

export interface Turns {
  /** A program of test/bench/probes that does the same by itself, and its arguments. It says `watching` once it does. */
  readonly probe: readonly [name: string, ...args: string[]];
  /** Takes one block of times, in milliseconds. */
  readonly take: (block: number) => Promise<number[]>;
  /** Called before each block under a watch that has just begun. */
  readonly warm: (block: number) => Promise<void>;
  /** Said after each, with how many were taken. */
  readonly said: (taken: number) => string;
}

export const blocks = 3;

/** Blocks of times under the watch over the fleet, each after one under a bare loop in node. */
export async function takeInTurns({ fleet, children, progress }: Bench, { probe: [name, ...args], take, warm, said }: Turns): Promise<{ readonly values: number[]; readonly floors: number[] }> {
  const [values, floors]: [number[], number[]] = [[], []];
  for (let block = 0; block < blocks; block += 1) {
    await fleet.stopWatch();
    const loop = children.start([process.execPath, new URL(`probes/${name}.ts`, import.meta.url).pathname, ...args]);
    await loop.until(/watching/);
    floors.push(...(await take(block)));
    await loop.stop('SIGKILL');
    await fleet.watch();
    await pause(1000);
    await warm(block);
    values.push(...(await take(block)));
    progress.note(said(values.length));
  }
  return { values, floors };
}
