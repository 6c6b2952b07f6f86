import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programProblems } from '../../../src/host/rootfs/program-problem.ts';
import { hostTree } from '../../../src/host/rootfs/resolve-beneath.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'program-'));
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/app'), '', { mode: 0o755 });
  writeFileSync(join(root, 'bin/text'), '', { mode: 0o644 });
  symlinkSync('/data/bin', join(root, 'opt'));
});

afterEach(() => rmSync(root, { recursive: true }));

function problemsOf(program: string, targets: readonly string[] = []): string[] {
  return programProblems(hostTree(root), {
    rootfs: { path: root, readonly: false },
    process: { args: [program], env: {}, cwd: '/', user: { uid: 0, gid: 0 } },
    mounts: targets.map((target) => ({ type: 'bind', source: '/srv', target, readonly: false })),
  }).map(({ path, message }) => `${path}: ${message}`);
}

describe('programProblems', () => {
  it.each([
    ['/bin/none', 'is not in the root filesystem'],
    ['/bin', 'is a folder'],
    ['/bin/text', 'nobody may run it'],
    ['/bin/app/x', 'is not in the root filesystem'],
  ])('reports %s', (program, reason) => {
    expect(problemsOf(program)).toEqual([`process.args.0: ${program}: ${reason}`]);
  });

  it.each([
    ['a program that is there', '/bin/app', []],
    ['a name to be found on the PATH', 'app', []],
    ['what a mount brings', '/tools/run', ['/tools']],
    ['what a link to a mount brings', '/opt/run', ['/data']],
    ['what the kernel brings', '/proc/self/exe', []],
  ])('is silent about %s', (_, program, targets) => {
    expect(problemsOf(program, targets)).toEqual([]);
  });
});
