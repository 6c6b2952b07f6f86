import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import type { Paths } from '../../../src/host/paths.ts';
import { ownMountsAt } from '../../../src/host/proc/mountinfo.ts';
import { openClaims } from '../../../src/host/runtime/claims.ts';
import { markInstance, unmarkInstance } from '../../../src/host/runtime/instance-mark.ts';
import { requires } from '../../support/requires.ts';

let dir: string;
let paths: Paths;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-mark-'));
  paths = pathsOf({ root: join(dir, 'run'), data: join(dir, 'data') });
});

afterEach(async () => {
  await unmarkInstance(paths);
  rmSync(dir, { recursive: true, force: true });
});

requires({ root: true })('a marked instance', () => {
  it('has one mark, however often it is marked, and none once it is taken away', async () => {
    await markInstance(paths);
    await markInstance(paths);
    const marks = ownMountsAt(paths.bundles).length;

    await unmarkInstance(paths);
    await unmarkInstance(paths);

    expect([marks, ownMountsAt(paths.bundles).length]).toEqual([1, 0]);
  });

  it('covers no root filesystem that an older version mounted: it is unmounted, and its folder can go', async () => {
    const [rootfs, other] = ['web/rootfs', 'web/other'].map((path) => join(paths.bundles, path)) as [string, string];
    for (const folder of [rootfs, other]) {
      mkdirSync(folder, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
    }

    await markInstance(paths);
    const left = [rootfs, other].map((folder) => ownMountsAt(folder).length);
    await unmarkInstance(paths);
    execFileSync('umount', [other]);

    expect(left).toEqual([0, 1]);
    rmdirSync(rootfs);
  });

  it('is known to others by the cgroups of its containers, also of those without a process', async () => {
    await markInstance(paths);
    mkdirSync(join(paths.bundles, 'db'));
    writeFileSync(join(paths.bundles, 'db/config.json'), JSON.stringify({ linux: { cgroupsPath: '/shared/db' } }));

    const claimOf = openClaims(pathsOf({ root: join(dir, 'other'), data: join(dir, 'other-data') }));

    expect(claimOf({ path: '/shared/db', pids: () => [] })).toEqual({ root: join(dir, 'run'), below: false });
    expect(claimOf({ path: '/shared/web', pids: () => [] })).toBeUndefined();
  });
});
