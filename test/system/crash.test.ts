import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replicas } from '../support/disturb.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { many, within } from '../support/pace.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const count = many(20, 4);

describeOnHost('reconcile killed in the middle of creating many containers', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it.each([50, 600, 150, 250, 400].slice(0, many(5, 2)))('converges at the next run, with one process a container: after %d ms', async (afterMs) => {
    host.write('web.yaml', sleeper('web', [`  replicas: ${count}`, '  resources: {pids: {max: 64}}']));
    const watcher = host.watch();
    await watcher.until(/./);
    await expect.poll(() => cgroupFolders(host.parent).length, { interval: 5, timeout: within(20_000) }).toBeGreaterThan(0);
    await delay(afterMs);
    await watcher.stop('SIGKILL');

    host.apply();

    const rows = host.status();
    expect(rows.map((row) => row.status)).toEqual(Array(count).fill('running'));
    expect(new Set(rows.map((row) => row.pid)).size).toBe(count);
    expect(misfits(host, replicas(count))).toEqual([]);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });
});
