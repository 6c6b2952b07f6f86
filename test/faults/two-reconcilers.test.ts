import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, soon, writeRuntime } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { isAlive, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { misfits } from '../support/remains.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'unshare'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const atOnce = 6;

const fault = { fault: 'a second reconcile is started', how: 'at the same instant; beside a watch or an apply, in another cgroup namespace, by another path of --root' };

describeOnHost('two who would change one --root', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
  const web = (max: number): string => sleeper('web', [soon, limits(max)]);

  /** Ends by itself, with the status for a held lock, having named the holder and done nothing. */
  const expectRefused = async (second: Watcher, holder: number, where: string): Promise<void> => {
    const status = await ended(second);
    expect([status, second.output()], where).toEqual([1, expect.stringMatching(new RegExp(`held by process ${holder} \\(reconcile .*\\[?ERR_LOCKED`, 's'))]);
    expect(second.output(), where).not.toMatch(/created|updated|deleted|restarted|ERR_INTERNAL/);
  };

  it('are not: the second, of whatever kind and by whatever way, ends with status 1, names the first and does nothing', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 5 * trials };
    host.write('web.yaml', web(64));
    const watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);
    const [pid, holder] = [host.pid('web'), watcher.child.pid ?? 0];
    const started = startTimeOf(pid);
    const elsewhere = join(host.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const bind = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', `mount --rbind ${host.root} ${elsewhere} && exec "$@"`, 'sh'];

    for (let trial = 0; trial < trials; trial += 1) {
      const seconds = {
        'a watch': host.watch(),
        'an apply': host.start('apply', '--yes', host.manifests),
        'a destroy': host.start('destroy', '--yes'),
        'in another cgroup namespace': host.startIn(['unshare', '--cgroup', '--mount'], 'apply', '--yes', host.manifests),
        'by another path': host.startIn(bind, 'destroy', '--yes', '--root', elsewhere),
      };
      await Promise.all(Object.entries(seconds).map(([where, second]) => expectRefused(second, holder, where)));
    }

    expect([pidsOf(host.cgroup('web')), startTimeOf(pid)]).toEqual([[pid], started]);
    host.write('web.yaml', web(65));
    await eventually(() => { expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('65'); }, 5_000);
    expect(await watcher.stop()).toBe(0);
    rmSync(elsewhere, { recursive: true });
  }, timeoutMs);

  it('that start at the same instant: exactly one wins each time', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: atOnce * trials };
    host.write('web.yaml', web(64));
    for (let trial = 0; trial < trials; trial += 1) {
      const all = Array.from({ length: atOnce }, () => host.watch('--resync', '1h'));
      await eventually(() => { expect(all.filter(({ child }) => child.exitCode === null)).toHaveLength(1); });
      const winner = all.find(({ child }) => child.exitCode === null);
      await winner?.until(/watching/i);

      for (const loser of all.filter((each) => each !== winner)) await expectRefused(loser, winner?.child.pid ?? 0, `trial ${trial}`);
      expect(misfits(host, ['web'])).toEqual([]);
      await winner?.stop();
    }
  }, timeoutMs);

  it('and one of which is a slow apply: another apply and a destroy are refused until it ends', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 2 * trials };
    const runtime = writeRuntime(host, 'if [ "$call" = create ]; then echo x > "$0.called"; while [ ! -e "$0.go" ]; do sleep 0.02; done; fi');
    host.write('web.yaml', web(64));
    for (let trial = 0; trial < trials; trial += 1) {
      if (trial > 0) host.run('destroy', '--yes');
      rmSync(`${runtime}.go`, { force: true });
      const first = host.start('apply', '--yes', '--runtime', runtime, host.manifests);
      await eventually(() => { expect(host.run('status').stdout).toMatch(/web +creating/); });

      await Promise.all([host.start('apply', '--yes', host.manifests), host.start('destroy', '--yes')].map((each) => expectRefused(each, first.child.pid ?? 0, 'beside an apply')));
      writeFileSync(`${runtime}.go`, '');

      expect(await ended(first)).toBe(0);
    }
    expect(isAlive(host.pid('web'))).toBe(true);
    expectConverged(host, ['web']);
  }, timeoutMs);
});

/** Its exit status, once it ended by itself. */
async function ended(command: Watcher): Promise<number | null> {
  if (command.child.exitCode === null) await once(command.child, 'exit');
  return command.stop();
}
