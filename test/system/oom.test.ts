import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { shell } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });
const small = '  resources: {memory: {max: 16Mi, swap: {max: 0}}}';

/** Takes memory without end: a line of /dev/zero never ends. */
const hog = '/bin/busybox tail /dev/zero';

describeOnHost('a container without enough memory', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('whose process the kernel killed says so, and so does the plan for its restart', async () => {
    host.write('web.yaml', shell('web', `exec ${hog}`, [small]));

    host.apply();

    await expect.poll(() => host.status()[0], { timeout: within(15_000) }).toMatchObject({ status: 'stopped', exit: { code: 137, oomKilled: true } });
    expect(host.run('status').stdout).toContain('stopped (out of memory)');
    const plan = JSON.parse(host.run('plan', '-o', 'json', host.manifests).stdout) as { changes: object[] };
    expect(plan.changes).toMatchObject([{ action: 'restart', reason: 'killed-for-memory' }]);
  });

  it('and that runs again tells what ended it before', async () => {
    const script = `if [ -e /again ]; then exec /bin/busybox sleep 100000; fi; echo > /again; exec ${hog}`;
    host.write('web.yaml', shell('web', script, [small, '  restart: {backoff: {initial: 10ms}}']));

    const watcher = host.watch();

    await watcher.until(/killed-for-memory/);
    await expect.poll(() => host.status()[0], { timeout: within(15_000) }).toMatchObject({
      status: 'running',
      restarts: 1,
      lastExit: { code: 137, oomKilled: true },
      usage: { oomKills: 1 },
    });
    expect(host.run('status').stdout).toMatch(/^web +running .* 1 \(out of memory\) /m);
    await watcher.stop();
  });

  it('counts the children that the kernel killed, while its own process goes on', async () => {
    host.write('web.yaml', shell('web', `${hog}; ${hog}; /bin/busybox sleep 100000`, [small]));

    host.apply();

    await expect.poll(() => host.status()[0], { timeout: within(20_000) }).toMatchObject({ usage: { oomKills: 2 } });
    expect(host.status()[0]).toMatchObject({ status: 'running', restarts: 0 });
    expect(host.status()[0]).not.toHaveProperty('lastExit');
  });
});
