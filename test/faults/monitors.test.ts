import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { isAlive, pidsOf, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { initsOf } from '../support/inits.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const names = ['chatty', 'other', 'quiet', 'stopped'];

/** A row of the table of faults. */
const fault = { fault: 'a monitor is killed or stopped', how: 'SIGKILL or SIGSTOP of conmon, its container silent, talking, or ending then' };

/** One process that writes a line each second, and ends where nobody reads it: as the first of its pid namespace it hears no SIGPIPE. */
const chatter = 'mkfifo /pipe; exec 3<>/pipe; while echo line; do read -t 1 word <&3; done';

/** The letter that the kernel has for what a process does. */
function stateOf(pid: number): string | undefined {
  return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

describeOnHost('the monitor of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const init = (name: string): number => pidsOf(host.cgroup(name))[0] ?? 0;

  const killMonitors = async (...of: readonly string[]): Promise<void> => {
    const monitors = of.map((name) => monitorOf(host, name));
    for (const monitor of monitors) process.kill(monitor, 'SIGKILL');
    await eventually(() => { expect(monitors.filter(isAlive)).toEqual([]); });
  };

  /** Until then never more than one process of the container was seen. */
  const expectRenewed = async (name: string, before: number): Promise<void> => {
    let most = 0;
    await eventually(() => {
      most = Math.max(most, initsOf(host, name).length);
      expect(misfits(host, names).join('\n')).toBe('');
      expect(init(name)).not.toBe(before);
    }, 10_000);
    expect(most).toBeLessThanOrEqual(1);
  };

  /** The watch tells of it, and makes it whole. */
  const killSilent = async (watcher: Watcher): Promise<void> => {
    const before = init('quiet');
    const told = (): number => watcher.output().split('\n').filter((line) => line.includes('"quiet"') && line.includes('monitor-lost')).length;
    const toldBefore = told();
    process.kill(monitorOf(host, 'quiet'), 'SIGKILL');
    await Promise.all([eventually(() => { expect(told()).toBe(toldBefore + 1); }, 5_000), expectRenewed('quiet', before)]);
  };

  const killTalking = async (): Promise<void> => {
    const before = init('chatty');
    process.kill(monitorOf(host, 'chatty'), 'SIGKILL');
    await expectRenewed('chatty', before);
  };

  const stopEnding = async (): Promise<void> => {
    const before = init('stopped');
    process.kill(monitorOf(host, 'stopped'), 'SIGSTOP');
    process.kill(before, 'SIGKILL');
    await expectRenewed('stopped', before);
  };

  it('may be killed or stopped: what it watched ends at most once, and starts again alone', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 3 * trials + 1 };
    host.write('chatty.yaml', shell('chatty', chatter, [soon]));
    for (const name of ['other', 'quiet', 'stopped']) host.write(`${name}.yaml`, sleeper(name, [soon]));
    const watcher = host.watch('--resync', '500ms');
    await watcher.until(/watching/i);
    const untouched = startTimeOf(init('other'));

    for (let trial = 0; trial < trials; trial += 1) {
      await Promise.all([killSilent(watcher), killTalking(), stopEnding()]);
      expect(startTimeOf(init('other'))).toBe(untouched);
    }

    expect(await watcher.stop()).toBe(0);
    expectConverged(host, names);
    process.kill(monitorOf(host, 'quiet'), 'SIGSTOP');
    expect(host.run('destroy', '--yes').status).toBe(0);
    expect(host.leftovers()).toEqual([]);
  }, timeoutMs);

  it('is missed by status, plan and apply too: the container starts again over what it wrote, unless it is never to', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 3 * trials };
    host.write('quiet.yaml', sleeper('quiet', [soon]));
    host.write('once.yaml', sleeper('once', ['  restart: {policy: never}']));
    host.apply();
    const once = init('once');
    const untouched = startTimeOf(once);
    expect(host.run('exec', 'quiet', '--', '/bin/busybox', 'touch', '/kept').status).toBe(0);

    for (let trial = 1; trial <= trials; trial += 1) {
      const quiet = init('quiet');
      await killMonitors('quiet', ...(trial === 1 ? ['once'] : []));

      expect(host.status().map(({ name, status, drift }) => ({ name, status, drift }))).toMatchObject([
        { name: 'once', status: 'running', drift: [{ path: 'monitor', before: 'lost', enforced: false }] },
        { name: 'quiet', status: 'running', drift: [{ path: 'monitor', before: 'lost', enforced: true }] },
      ]);
      const plan = host.run('plan', host.manifests).stdout;
      expect(plan).toMatch(/quiet.*its monitor is gone/);
      expect(plan).toMatch(/once.*its monitor is gone; reported only/);
      host.apply();
      expect(isAlive(quiet)).toBe(false);
      expect(host.status()).toMatchObject([{ name: 'once', pid: once, restarts: 0 }, { name: 'quiet', restarts: trial, drift: [] }]);
    }
    expect(host.run('exec', 'quiet', '--', '/bin/busybox', 'test', '-e', '/kept').status).toBe(0);
    expect(startTimeOf(once)).toBe(untouched);
  }, timeoutMs);

  it('may be stopped: a watch lets it go on within two seconds, and starts again what ended meanwhile, without a full look', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 2 * trials + 1 };
    for (const name of ['once', 'quiet']) host.write(`${name}.yaml`, sleeper(name, [name === 'once' ? '  restart: {policy: never}' : soon]));
    const watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);
    const untouched = startTimeOf(init('once'));
    const monitor = monitorOf(host, 'once');

    for (let trial = 0; trial < trials; trial += 1) {
      const [told, ended] = [watcher.output().length, init('quiet')];
      process.kill(monitor, 'SIGSTOP');
      await eventually(() => { expect(watcher.output().slice(told)).toMatch(/update once: drift: its monitor was stopped/); }, 2_000);
      await eventually(() => { expect(stateOf(monitor)).toBe('S'); }, 2_000);
      expect(startTimeOf(init('once'))).toBe(untouched);
      process.kill(monitorOf(host, 'quiet'), 'SIGSTOP');
      process.kill(ended, 'SIGKILL');
      await eventually(() => { expect([init('quiet') !== ended, misfits(host, ['once', 'quiet']).join('\n')]).toEqual([true, '']); }, 10_000);
    }
    expect(await watcher.stop()).toBe(0);

    process.kill(monitor, 'SIGSTOP');
    expect(host.run('plan', host.manifests).stdout).toMatch(/drift: its monitor was stopped/);
    host.apply();
    await eventually(() => { expect(stateOf(monitor)).toBe('S'); }, 2_000);
    expect(startTimeOf(init('once'))).toBe(untouched);
  }, timeoutMs);

  it('is reported by a watch, and no more, where the container is never to start again', async ({ task }) => {
    task.meta.faultTrials = { ...fault, trials: 1 };
    host.write('once.yaml', sleeper('once', ['  restart: {policy: never}']));
    const watcher = host.watch();
    await watcher.until(/watching/i);
    const untouched = startTimeOf(init('once'));

    await killMonitors('once');

    await watcher.until(/"once".*"monitor".*drift reported/, 5_000);
    expect(await watcher.stop()).toBe(0);
    expect(watcher.output().match(/drift reported/g)).toHaveLength(1);
    expect(startTimeOf(init('once'))).toBe(untouched);
  }, within(60_000));
});
