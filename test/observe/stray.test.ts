import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCgroups } from '../../src/host/proc/cgroup-membership.ts';
import { findStray } from '../../src/observe/stray.ts';

const cgroup = (path: string, pids: readonly number[] = []) => ({ path, files: {}, usage: {}, pids });

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
    (readCgroups(pid) ?? []).filter(({ controllers }) => controllers.some((one) => ['cpu', 'cpuset', 'memory', 'pids', 'blkio'].includes(one))).map(({ path }) => path);

  it('is stray where its cgroup is another', () => {
    expect(findStray(pid, cgroup('/fake/web'))).toBeDefined();
    expect(findStray(pid, cgroup('/fake/web', [1]))).toBeDefined();
  });

  it('is stray where it has no cgroup at all', () => {
    expect(findStray(pid, undefined)).toBeDefined();
  });

  it('is not stray where the cgroup lists it and all hierarchies agree, whatever they call it here', () => {
    const agree = new Set(limited()).size <= 1;

    expect(findStray(pid, cgroup('/fake/web', [pid])) === undefined).toBe(agree);
  });

  it('is not stray once it is gone', () => {
    expect(findStray(2 ** 22 + 1, cgroup('/fake/web'))).toBeUndefined();
  });
});
