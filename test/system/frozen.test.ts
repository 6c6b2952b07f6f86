import { afterEach, beforeEach, expect, it } from 'vitest';
import { freezeWhole } from '../support/freeze-whole.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { freeze, isThawed, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('a container that somebody froze', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('is paused and drifted, and goes on after an apply, as the same process', async () => {
    host.write('web.yaml', sleeper('web'));
    host.apply();
    const pid = host.pid('web');
    const started = startTimeOf(pid);
    await freezeWhole(host.cgroup('web'));

    expect(host.status()[0]).toMatchObject({ status: 'paused', pid, drift: [{ path: 'cgroup.freeze' }] });
    expect(isThawed(host.cgroup('web'))).toBe(false);
    host.apply();

    expect(isThawed(host.cgroup('web'))).toBe(true);
    expect([host.pid('web'), startTimeOf(pid)]).toEqual([pid, started]);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('together with our parent goes on too', async () => {
    host.write('web.yaml', sleeper('web'));
    host.apply();
    await freezeWhole(host.parent);

    expect(host.status()[0]).toMatchObject({ status: 'paused' });
    host.apply();

    expect(isThawed(host.cgroup('web'))).toBe(true);
  });

  it('goes on at once under a watch', async () => {
    host.write('web.yaml', sleeper('web'));
    const watcher = host.watch();
    await watcher.until(/watching/i);

    freeze(host.cgroup('web'));

    await watcher.until(/cgroup\.freeze/, 5_000);
    await expect.poll(() => isThawed(host.cgroup('web')), { timeout: within(5_000) }).toBe(true);
    await watcher.stop();
  });

  it('stays frozen where the manifest has that reported', async () => {
    host.write('web.yaml', sleeper('web', ['  drift: {paths: {cgroup.freeze: report}}']));
    host.apply();
    await freezeWhole(host.cgroup('web'));

    host.apply();

    expect(host.status()[0]).toMatchObject({ status: 'paused' });
  });

  it('hears that it is to end, and is gone at once', async () => {
    const script = 'trap "exit 0" TERM; echo listens; while true; do /bin/busybox sleep 0.05; done';
    host.write('web.yaml', shell('web', script).replace('stop: {timeout: 200ms, signal: KILL}', 'stop: {timeout: 60s}'));
    host.apply();
    await expect.poll(() => host.run('logs', 'web').stdout).toMatch(/listens/);
    await freezeWhole(host.cgroup('web'));

    const started = Date.now();
    const { status } = host.run('destroy', '--yes');

    expect([status, host.leftovers()]).toEqual([0, []]);
    expect(Date.now() - started).toBeLessThan(within(10_000));
  });
});
