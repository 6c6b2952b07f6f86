import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, expectNothingPlanned, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { readCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { commandLine } from '../support/program.ts';
import { misfits, startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'prlimit', 'bash'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const names = ['kept', 'sized', 'killed'];

const fault = 'no descriptor is left';

/** From as few as node itself starts with, to as many as any command here needs. */
const limits = Array.from({ length: 12 }, (_, index) => 22 + 2 * index);

/** What only one of the containers of a trial has. */
const jails = ['[/bin/busybox, /bin/sh]', '[/bin/busybox, /bin/cat]', '[/bin/busybox, /bin/ls]'];

/** Runs the words after the first, which says how many files it may open; what the tests inherited is closed. */
const withFew = 'for path in /proc/self/fd/*; do fd=${path##*/}; [ $fd -gt 2 ] && exec {fd}>&-; done; ulimit -n "$1"; shift; exec "$@"';

/** A limit under which a process can open `left` more: the kernel gives the lowest numbers first, and none from the limit on. */
function limitFor(pid: number, left: number): number {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; free < left || taken.has(limit); limit += 1) if (!taken.has(limit)) free += 1;
  return limit;
}

describeOnHost('without descriptors', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it.for([0, 3])('a watch that has %i left leaves every container as it is, says why, and goes on once it has more', { timeout: within(30_000 + 10_000 * trials) }, async (left, { task }) => {
    task.meta.faultTrials = { fault, how: 'EMFILE of the kernel: a watch may open 0 or 3 files more, while manifests are saved and a process is killed', trials };
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));
    const watcher = host.watch('--resync', '1s');
    await watcher.until(/watching/i);
    const limitTo = (files: number): void => { execFileSync('prlimit', ['--pid', String(watcher.child.pid), `--nofile=${files}:`]); };

    const fresh = Array.from({ length: trials }, (_, index) => `fresh-${index}`);
    for (const [trial, name] of fresh.entries()) {
      const before = startsOf(host, ['kept', 'sized']);
      const told = watcher.output().length;
      limitTo(limitFor(watcher.child.pid ?? 0, left));
      host.write('sized.yaml', sleeper('sized', [soon, `  resources: {pids: {max: ${64 + trial}}}`]));
      process.kill(host.pid('killed'), 'SIGKILL');
      // A jail of its own: programs are started for it.
      host.write(`${name}.yaml`, sleeper(name, [soon]).replace('[/bin/busybox]', jails[trial % jails.length] ?? ''));
      await eventually(() => { expect(watcher.output().slice(told)).toMatch(/EMFILE[^]*ulimit -n/); });
      await delay(within(2_500));
      expect(startsOf(host, ['kept', 'sized'])).toEqual(before);

      limitTo(4096);
      await eventually(() => {
        expect(readCgroup(host.cgroup('sized'), 'pids.max')).toBe(String(64 + trial));
        expectNothingPlanned(host);
      });
      expect(startsOf(host, ['kept', 'sized'])).toEqual(before);
    }

    expect(await watcher.stop()).toBe(0);
    expectConverged(host, [...names, ...fresh]);
  });

  it('an apply leaves what is to stay, however many it has, and the next one takes up what it was at', { timeout: within(120_000) }, ({ task }) => {
    task.meta.faultTrials = { fault, how: `EMFILE of the kernel: an apply that makes, restarts and deletes may open ${limits[0]} to ${limits.at(-1)} files`, trials: limits.length };
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));

    const statuses = limits.map((files) => {
      host.write('changed.yaml', sleeper('changed', [soon]));
      host.write('gone.yaml', sleeper('gone', [soon]));
      host.apply();
      const before = startsOf(host, names);
      host.write('changed.yaml', sleeper('changed', [soon, '  hostname: other']));
      host.write('fresh.yaml', sleeper('fresh', [soon]));
      host.remove('gone.yaml');

      const command = [...commandLine, 'apply', '--yes', '--allow-prune', ...host.flags, host.manifests];
      const { status, stderr } = spawnSync('bash', ['-c', withFew, 'bash', String(files), ...command], { encoding: 'utf8' });

      expect(stderr).not.toMatch(/ERR_INTERNAL|Unhandled/);
      if (status !== 0) expect(stderr, String(files)).toMatch(/EMFILE|too many open files/i);
      host.apply('--allow-prune');
      expect(misfits(host, [...names, 'changed', 'fresh']).join('\n'), `${files}: ${stderr}`).toBe('');
      expect(startsOf(host, names), `${files}: ${stderr}`).toEqual(before);
      host.run('destroy', '--yes', 'fresh');
      host.remove('fresh.yaml');
      return status;
    });

    expect([statuses[0], statuses.at(-1)]).toEqual([1, 0]);
  });
});
