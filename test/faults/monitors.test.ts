import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const names = ['chatty', 'other', 'quiet', 'stopped'];

/** One process that writes a line each second, and ends where nobody reads it: as the first of its pid namespace it hears no SIGPIPE. */
const chatter = 'mkfifo /pipe; exec 3<>/pipe; while echo line; do read -t 1 word <&3; done';

describeOnHost('the monitor of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const init = (name: string): number => pidsOf(host.cgroup(name))[0] ?? 0;

  /** Until then never more than one process of the container was seen. */
  const expectRenewed = async (name: string, before: number): Promise<void> => {
    await eventually(() => {
      expect(pidsOf(host.cgroup(name)).filter(isAlive).length).toBeLessThanOrEqual(1);
      expect(misfits(host, names).join('\n')).toBe('');
      expect(init(name)).not.toBe(before);
    }, 10_000);
  };

  /** It goes on for more than a full look, and starts again when it ends. */
  const killSilent = async (): Promise<void> => {
    const before = init('quiet');
    process.kill(monitorOf(host, 'quiet'), 'SIGKILL');
    await delay(1_000);
    expect(init('quiet')).toBe(before);
    process.kill(before, 'SIGKILL');
    await expectRenewed('quiet', before);
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

  it('may be killed or stopped: what it watched goes on, ends at most once, and starts again alone', async ({ task }) => {
    task.meta.faultTrials = { fault: 'a monitor is killed or stopped', how: 'SIGKILL or SIGSTOP of conmon, its container silent, talking, or ending then', trials: 3 * trials + 1 };
    host.write('chatty.yaml', shell('chatty', chatter, [soon]));
    for (const name of ['other', 'quiet', 'stopped']) host.write(`${name}.yaml`, sleeper(name, [soon]));
    const watcher = host.watch('--resync', '500ms');
    await watcher.until(/watching/i);
    const untouched = startTimeOf(init('other'));

    for (let trial = 0; trial < trials; trial += 1) {
      await Promise.all([killSilent(), killTalking(), stopEnding()]);
      expect(startTimeOf(init('other'))).toBe(untouched);
    }

    expect(await watcher.stop()).toBe(0);
    expectConverged(host, names);
    process.kill(monitorOf(host, 'quiet'), 'SIGSTOP');
    expect(host.run('destroy', '--yes').status).toBe(0);
    expect(host.leftovers()).toEqual([]);
  }, timeoutMs);
});
