import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import { openClaims } from '../../../src/host/runtime/claims.ts';

let dir: string;
let started: ChildProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-claims-'));
  started = [];
});
afterEach(() => {
  for (const child of started) process.kill(-Number(child.pid), 'SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A bundle of the instance `root`, with a process at work on it that has the arguments of a conmon. */
async function startInstance(root: string, config?: string): Promise<ChildProcess> {
  const bundle = join(dir, root, 'bundles', 'web');
  mkdirSync(bundle, { recursive: true });
  if (config !== undefined) writeFileSync(join(bundle, 'config.json'), config);
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait', 'conmon', '--bundle', bundle], { stdio: 'ignore', detached: true });
  started.push(child);
  await once(child, 'spawn');
  return child;
}

const configOf = (cgroupsPath: string): string => JSON.stringify({ linux: { cgroupsPath } });
const claimOf = (path: string, pids: readonly number[] = []) => openClaims(pathsOf({ root: join(dir, 'own'), data: join(dir, 'data') }))({ path, pids: () => pids });

describe('a cgroup', () => {
  it('belongs to the other instance whose bundle names it', async () => {
    await startInstance('other', configOf('/shared/web'));

    expect(claimOf('/shared/web')).toEqual({ root: join(dir, 'other'), below: false });
    expect(claimOf('/shared/db')).toBeUndefined();
    expect(claimOf('/mine/web')).toBeUndefined();
  });

  it('is ours where the bundle is', async () => {
    await startInstance('own', configOf('/shared/web'));

    expect(claimOf('/shared/web')).toBeUndefined();
  });

  it('is no container where it is the parent of another instance', async () => {
    await startInstance('other', configOf('/shared/team/web'));

    expect(claimOf('/shared/team')).toEqual({ root: join(dir, 'other'), below: true });
    expect(claimOf('/shared/te')).toBeUndefined();
  });

  it.each([['is gone', undefined], ['is damaged', '{"linux":']])('belongs to the conmon that started its processes where the bundle %s', async (_title, config) => {
    const conmon = await startInstance('other', config);

    expect(claimOf('/shared/web', [process.pid])).toBeUndefined();
    expect(claimOf('/shared/web', await childrenOf(conmon))?.root).toBe(join(dir, 'other'));
  });

  it('belongs to any of several processes that work on one bundle', async () => {
    const workers = [await startInstance('other'), await startInstance('other')];

    for (const worker of workers) expect(claimOf('/shared/web', await childrenOf(worker))?.root).toBe(join(dir, 'other'));
  });
});

/** Not before there are some. */
async function childrenOf({ pid }: ChildProcess): Promise<number[]> {
  const read = (): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  await expect.poll(read).not.toEqual([]);
  return read();
}
