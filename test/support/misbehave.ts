import { chmodSync, copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/host/runtime/detect-runtime.ts';
import type { Instance } from './instance.ts';

/** What a program that hangs becomes; no other process of the host has it. */
export const hang = `sleep 4242.2${process.pid}`;

/** How a program that we start can go wrong. */
export const misdeeds = {
  'fails': 'exit 1',
  'claims success and does nothing': 'exit 0',
  'hangs': `exec ${hang}`,
  'is killed': 'kill -KILL $$',
  'prints nonsense without end': 'head -c 4000000 /dev/urandom; head -c 4000000 /dev/urandom >&2; exit 3',
  'is slow': 'sleep 2',
  'is killed halfway': '"$real" "$@" & until [ -e "$begun" ]; do sleep 0.001; done; sleep "$late"; kill -KILL "$(worker $!)"; exit 1',
  'does its work and fails nevertheless': '"$real" "$@"; exit 1',
} as const;

export type Misdeed = keyof typeof misdeeds;

/** A program in the place of another one, for commands of one instance. */
export interface Wrapper {
  /** Put before a command line: it sees the wrapper where the program is. */
  readonly prefix: readonly string[];
  /**
   * From now on the program goes wrong; at first it does not.
   *
   * @param lateMs where it is killed halfway: so long after its first trace
   */
  misbehave(lateMs: number): void;
  /** From now on the program is as it was. */
  behave(): void;
  /** Whether it was called since it last began to misbehave, and did. */
  wasCalled(): boolean;
}

export interface WrapperOptions {
  readonly misdeed: Misdeed;
  /** A word that is among the arguments of the calls that go wrong; the others go through. */
  readonly only: string;
  /** The container that those calls are for. */
  readonly name: string;
}

/** Puts a script in the place of a program, in a mount namespace of the commands alone, whatever way they find it. */
export function wrapProgram(host: Instance, program: string, { misdeed, only, name }: WrapperOptions): Wrapper {
  const place = findProgram(program);
  if (place === undefined) throw new Error(`no ${program} on this host`);
  const [script, real, on, called] = ['', '.real', '.on', '.called'].map((end) => join(host.folder, `${program}${end}`)) as [string, string, string, string];
  copyFileSync(place, real);
  writeFileSync(script, `#!/bin/sh
real=${real}
begun=${join(host.root, 'runtime', name)}
# conmon leaves its work to a child at once.
worker() { ${program === 'conmon' ? `cat ${join(host.root, 'bundles', name, 'conmon.pid')}` : 'echo "$1"'}; }
case " $* " in *" ${only} "*) ;; *) exec "$real" "$@" ;; esac
[ -e ${on} ] || exec "$real" "$@"
late=$(cat ${on})
: > ${called}
${misdeeds[misdeed]}
exec "$real" "$@"
`);
  for (const path of [script, real]) chmodSync(path, 0o755);
  const enter = `mount --bind ${script} ${place} && exec "$@"`;
  return {
    prefix: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', enter, 'sh'],
    misbehave(lateMs) {
      rmSync(called, { force: true });
      writeFileSync(on, String(lateMs / 1000));
    },
    behave: () => { rmSync(on); },
    wasCalled: () => existsSync(called),
  };
}
