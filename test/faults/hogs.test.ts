import { afterEach, beforeEach, expect, it } from 'vitest';
import { soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { mode, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { bytesOf, keyedValue } from '../support/unified.ts';
import { openChance } from '../sim/chance.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const files = mode === 'unified'
  ? { limit: 'memory.max', usage: 'memory.current', events: 'memory.events' }
  : { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', events: 'memory.oom_control' };

const wide = 256 * 2 ** 20;

describeOnHost('a container that takes much memory', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const kills = (name: string): number => keyedValue(host.cgroup(name), files.events, 'oom_kill');
  const limitOf = (name: string): number => bytesOf(host.cgroup(name), files.limit);
  const usageOf = (name: string): number => bytesOf(host.cgroup(name), files.usage);
  const limited = (script: string, bytes: number): string => shell('web', script, [`  resources: {memory: {max: ${bytes}}}`]);

  const startHog = async (script: string): Promise<{ readonly pid: number; readonly started: string | undefined }> => {
    host.write('web.yaml', limited(script, wide));
    host.apply();
    await eventually(() => { expect(host.run('logs', 'web').stdout).toMatch(/full/); });
    return { pid: host.pid('web'), started: startTimeOf(host.pid('web')) };
  };

  it('is never killed by a smaller limit: that is held where it is above what is in use, and refused with the numbers where it is below', async ({ task }) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
    const chance = openChance(seed);
    task.meta.faultTrials = { fault: 'a limit goes below what is in use', how: 'usage at 50 to 200 % of the new memory limit, hazards allowed or not, by a seed', trials: 3 * trials };
    const script = '/bin/busybox head -c 30000000 /dev/zero > /dev/shm/full; echo full; exec /bin/busybox sleep 100000';
    const { pid, started } = await startHog(script);

    for (let trial = 0; trial < 3 * trials; trial += 1) {
      // The first two on either side, whatever the seed.
      const share = trial < 2 ? [0.5, 2][trial] ?? 1 : 0.5 + 1.5 * chance.next();
      const asked = Math.floor(usageOf('web') / share / 4096) * 4096;
      const allowed = chance.happens(0.5) ? ['--allow-hazards'] : [];
      host.write('web.yaml', limited(script, asked));
      const before = limitOf('web');

      const { status, stdout, stderr } = host.run('apply', '--yes', ...allowed, host.manifests);

      const where = `SEED=${seed} trial ${trial}: ${share} of ${asked} ${allowed.join('')}\n${stdout}${stderr}`;
      if (share < 0.8) expect([status, limitOf('web')], where).toEqual([0, asked]);
      if (share > 1.2) expect([status, limitOf('web')], where).toEqual([1, before]);
      if (status !== 0) expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' '), where).toMatch(/memory.*(\d{8}|\d+(\.\d)? ?Mi)/);
      expect([startTimeOf(pid), kills('web'), usageOf('web') > 30_000_000], where).toEqual([started, 0, true]);
    }
    host.write('web.yaml', limited(script, wide));
  }, timeoutMs);

  it('and goes on taking it and giving it back, is not killed by smaller limits either, though hazards are allowed', async ({ task }) => {
    host.refuses('a limit below what is in use');
    task.meta.faultTrials = { fault: 'a limit goes below what is in use', how: 'usage at 50 to 200 % of the new memory limit, hazards allowed or not, by a seed', trials };
    const script = 'head() { /bin/busybox head -c $1 /dev/zero; }; head 25000000 > /dev/shm/kept; echo full; while :; do head 20000000 > /dev/shm/moving; : > /dev/shm/moving; done';
    const { pid, started } = await startHog(script);

    host.write('web.yaml', limited(script, 20 * 2 ** 20));
    for (let trial = 0; trial < trials; trial += 1) {
      const { status, stderr } = host.run('apply', '--yes', '--allow-hazards', host.manifests);

      expect([status, limitOf('web'), kills('web'), startTimeOf(pid)], stderr).toEqual([1, wide, 0, started]);
      expect(stderr).toMatch(/web: .*20971520.*\d{8}.*ERR_CGROUP_WRITE/s);
    }
  }, timeoutMs);

  it('until the kernel kills it, again and again, is told as killed for memory, waits longer each time, and its neighbours are not touched', async ({ task }) => {
    task.meta.faultTrials = { fault: 'a container runs out of memory', how: 'a process that takes all that it gets, under a watch', trials: 2 + trials };
    host.write('web.yaml', shell('web', 'exec /bin/busybox tail /dev/zero', ['  resources: {memory: {max: 16Mi, swap: {max: 0}}}', '  restart: {backoff: {initial: 200ms, max: 1s}}']));
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name, [soon]));
    const watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);
    const neighbours = ['a', 'b'].map((name) => startTimeOf(host.pid(name)));

    await eventually(() => { expect(restartsIn(watcher.output()).length).toBeGreaterThanOrEqual(2 + trials); }, 10_000 + 5_000 * trials);

    const times = restartsIn(watcher.output());
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses.map((pause, index) => pause >= Math.min(1_000, 200 * 2 ** (index + 1)))).toEqual(pauses.map(() => true));
    expect(watcher.output()).not.toMatch(/"container":"(a|b)","action":"restart"|"reason":"exited"/);
    expect(['a', 'b'].map((name) => startTimeOf(host.pid(name)))).toEqual(neighbours);
    // Between two restarts there may be no row of it.
    await eventually(() => { expect(host.status().find(({ name }) => name === 'web')).toMatchObject({ lastExit: { code: 137, oomKilled: true } }); });
    expect(['a', 'b'].map(kills)).toEqual([0, 0]);
    expect(await watcher.stop()).toBe(0);
  }, timeoutMs);
});

/** When each restart for memory began, in milliseconds, as the log has it. */
function restartsIn(log: string): number[] {
  const lines = log.split('\n').filter((line) => /"action":"restart","reason":"killed-for-memory"/.test(line));
  return lines.map((line) => Date.parse(String((JSON.parse(line) as { time: unknown }).time)));
}
