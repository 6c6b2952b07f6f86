import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { pidsOf, processesNaming, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import type { Misdeed } from '../support/misbehave.ts';
import { hang, misdeeds, wrapProgram } from '../support/misbehave.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'crun', 'runc', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const programs = [
  { program: 'crun', only: 'create' },
  { program: 'runc', only: 'create' },
  { program: 'conmon', only: '--bundle' },
] as const;

const cases = programs.flatMap((each) => (Object.keys(misdeeds) as Misdeed[]).map((misdeed) => ({ ...each, misdeed })));

describeOnHost('a program that we start', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;

  it.for(cases)('and that misbehaves holds up nobody else, and is no matter once it behaves: $program $misdeed', { timeout: timeoutMs }, async ({ program, only, misdeed }, { task }) => {
    task.meta.faultTrials = { fault: `${program} misbehaves`, how: 'a script in its place, in eight ways, while another container is resized', trials };
    const runtime = program === 'conmon' ? [] : ['--runtime', program];
    host.write('good.yaml', sleeper('good', [soon, limits(64)]));
    host.apply(...runtime);
    const started = startTimeOf(host.pid('good'));
    const wrapper = wrapProgram(host, program, { misdeed, only, name: 'web' });

    for (let trial = 1; trial <= trials; trial += 1) {
      wrapper.misbehave(5 * (trial - 1));
      host.write('web.yaml', sleeper('web', [soon]));
      const watcher = host.startIn(wrapper.prefix, 'watch', ...runtime, '--resync', '1h', host.manifests);
      await eventually(() => { expect(wrapper.wasCalled()).toBe(true); });

      const saved = Date.now();
      host.write('good.yaml', sleeper('good', [soon, limits(64 + trial)]));
      await eventually(() => { expect(readCgroup(host.cgroup('good'), 'pids.max')).toBe(String(64 + trial)); }, 5_000);
      expect(Date.now() - saved).toBeLessThan(within(1_000));
      // What is slow comes to its end.
      if (misdeed === 'is slow') await eventually(() => { expect(pidsOf(host.cgroup('web'))).toHaveLength(1); });
      const told = Date.now();
      expect(await watcher.stop()).toBe(0);
      // What hangs is left behind after 0.6 s.
      expect(Date.now() - told).toBeLessThan(within(5_000));

      wrapper.behave();
      host.apply(...runtime);
      expectConverged(host, ['good', 'web']);
      expect(startTimeOf(host.pid('good'))).toBe(started);
      expect(processesNaming(`${hang} `)).toEqual([]);
      host.remove('web.yaml');
      host.apply('--allow-prune', ...runtime);
    }
  });
});
