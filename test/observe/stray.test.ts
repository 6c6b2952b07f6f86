import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCgroupFile, readCgroupText } from '../../src/host/proc/cgroup-membership.ts';
import { findStray } from '../../src/observe/stray.ts';

const strayOf = (pid: number, path: string | undefined, listed = false): string | undefined =>
  findStray(readCgroupText(pid) ?? '', { path, isListed: () => listed });

describe('a process', () => {
  let pid: number;
  let end: () => void;
  beforeEach(() => {
    const child = spawn('sleep', ['4242'], { stdio: 'ignore' });
    pid = child.pid ?? 0;
    end = () => void child.kill('SIGKILL');
  });
  afterEach(() => { end(); });

  const limited = (): string[] =>
    parseCgroupFile(readCgroupText(pid) ?? '').filter(({ controllers }) => controllers.some((one) => ['cpu', 'cpuset', 'memory', 'pids', 'blkio'].includes(one))).map(({ path }) => path);

  it('is stray where its cgroup is another', () => {
    expect(strayOf(pid, '/fake/web')).toBeDefined();
  });

  it('is stray where it has no cgroup at all', () => {
    expect(strayOf(pid, undefined, true)).toBeDefined();
  });

  it('is not stray where the cgroup lists it and all hierarchies agree, whatever they call it here', () => {
    const agree = new Set(limited()).size <= 1;

    expect(strayOf(pid, '/fake/web', true) === undefined).toBe(agree);
  });

  it('is not stray once it is gone', () => {
    expect(strayOf(2 ** 22 + 1, '/fake/web')).toBeUndefined();
  });
});
