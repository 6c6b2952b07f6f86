import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Chance } from '../sim/chance.ts';
import { soon } from './disturb.ts';
import type { Instance } from './instance.ts';
import { commandLine, pidsOf, readCgroup } from './kernel.ts';
import { sleeper } from './manifest.ts';
import { misfits } from './remains.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** What a manifest says; each field changes a container in its own way. */
interface Settings {
  /** Resized. */
  readonly pids: number;
  /** Restarted. */
  readonly seconds: number;
  /** Replaced. */
  readonly withShell: boolean;
}

/** By name; who is missing has no manifest. */
export type Settled = Map<string, Settings>;

const edits: readonly ((before: Settings) => Settings | undefined)[] = [
  (before) => ({ ...before, pids: before.pids + 1 }),
  (before) => ({ ...before, seconds: before.seconds + 1 }),
  (before) => ({ ...before, withShell: !before.withShell }),
  () => undefined,
];

function manifestOf(name: string, { pids, seconds, withShell }: Settings): string {
  const text = sleeper(name, [soon, `  resources: {pids: {max: ${pids}}}`]).replace('"100000"', `"${seconds}"`);
  return withShell ? text.replace('[/bin/busybox]}}', '[/bin/busybox, /bin/sh]}}') : text;
}

/** A container comes, is resized, restarted or replaced, or goes: its manifest does. Gives that in words. */
export function editOne(host: Instance, settled: Settled, chance: Chance): string {
  const name = chance.pick(names);
  const before = settled.get(name);
  const after = before === undefined ? { pids: 64, seconds: 100_000, withShell: false } : chance.pick(edits)(before);
  if (after === undefined) {
    settled.delete(name);
    host.remove(`${name}.yaml`);
    return `${name} goes`;
  }
  settled.set(name, after);
  host.write(`${name}.yaml`, manifestOf(name, after));
  return `${name}: ${JSON.stringify(after)}`;
}

/** Everything is as the manifests say, beside `bystanders`. */
export function expectSettled(host: Instance, settled: Settled, bystanders: readonly string[]): void {
  expect(misfits(host, [...settled.keys(), ...bystanders]).join('\n')).toBe('');
  for (const [name, { pids, seconds, withShell }] of settled) {
    const [pid = 0] = pidsOf(host.cgroup(name));
    expect([commandLine(pid).trim(), readCgroup(host.cgroup(name), 'pids.max')], name).toEqual([`/bin/busybox sleep ${seconds}`, String(pids)]);
    expect(existsSync(`/proc/${pid}/root/bin/sh`), `${name} has a shell`).toBe(withShell);
  }
}
