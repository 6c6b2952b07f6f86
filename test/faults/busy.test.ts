import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged } from '../support/disturb.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { openChance } from '../sim/chance.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = 2 * Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

/** Moves children of its own into a cgroup and into others that it nests in it, `rounds` times or until that is gone. Then it waits to be ended. */
const intrude = `
cgroup=$1; rounds=$2
echo in
while [ "$rounds" -gt 0 ] && [ -d "$cgroup" ]; do
  rounds=$((rounds - 1))
  deep=$cgroup
  for level in one two three; do mkdir "$deep/$level" && deep=$deep/$level; done
  for place in "$cgroup" "$deep"; do sleep 4242.7 & echo $! >"$place/cgroup.procs"; done
done
exec sleep 4242.8
`;

describeOnHost('a cgroup that somebody fills', () => {
  let host: Instance;
  let intruder: ChildProcess | undefined;
  beforeEach(() => { host = openInstance(); });
  afterEach(async () => {
    await endGroup(intruder);
    await host.close();
  });

  it('while its container is destroyed is removed with all that is in it, or told with what holds it; who fills it is not touched', async ({ task }) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
    const chance = openChance(seed);
    task.meta.faultTrials = { fault: 'a cgroup is filled while it is removed', how: 'a program that moves its children into it and nests three levels, by a seed', trials };
    host.write('other.yaml', sleeper('other'));
    host.apply();
    const other = startTimeOf(host.pid('other'));
    for (let trial = 0; trial < trials; trial += 1) {
      host.write('web.yaml', sleeper('web'));
      host.apply();
      const folder = chance.pick(cgroupFolders(host.cgroup('web')).filter((each) => !each.includes('/cpuset/')));
      const rounds = 1 + chance.below(400);
      const where = `SEED=${seed} trial ${trial}: ${rounds} rounds in ${folder}`;
      intruder = spawn('sh', ['-c', intrude, 'sh', folder, String(rounds)], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
      await once(intruder.stdout ?? intruder, 'data');
      const started = startTimeOf(intruder.pid ?? 0);

      const begun = Date.now();
      const { status, stderr } = host.run('destroy', '--yes', 'web');

      expect(Date.now() - begun, where).toBeLessThan(within(12_000));
      if (status !== 0) expect(stderr, where).toMatch(/web: remove .*: busy after 10000 ms with processes \d+/);
      expect(startTimeOf(intruder.pid ?? 0), where).toBe(started);
      await endGroup(intruder);
      if (status !== 0) expect(host.run('destroy', '--yes', 'web').status, where).toBe(0);
      expect(cgroupFolders(host.cgroup('web')), where).toEqual([]);
      host.remove('web.yaml');
      expectConverged(host, ['other']);
    }
    expect(startTimeOf(host.pid('other'))).toBe(other);
  }, timeoutMs);
});

/** A program and all that it started. */
async function endGroup(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}
