import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSeccomp } from '../../../src/host/runtime/seccomp-file.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-seccomp-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

it('gives nothing where there is no profile', () => {
  expect(readSeccomp(join(dir, 'none.json'))).toBeUndefined();
});

it('translates the profile for the capabilities that containers get', () => {
  const syscalls = [
    { names: ['chroot'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_CHROOT'] } },
    { names: ['bpf'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
  ];
  writeFileSync(join(dir, 'p.json'), JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }));

  const seccomp = readSeccomp(join(dir, 'p.json'));

  expect(seccomp?.syscalls.map(({ names }) => names)).toEqual([['chroot']]);
});

it.each(['', '{', 'null', '[]', '{"defaultAction": "SCMP_ACT_ALLOW"}'])(
  'refuses a profile that reads %j rather than run without a filter',
  (text) => {
    writeFileSync(join(dir, 'p.json'), text);

    expect(() => readSeccomp(join(dir, 'p.json'))).toThrow(expect.objectContaining({ code: 'ERR_HOST_UNSUPPORTED' }));
  },
);
