import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { unwritable } from '../../../src/host/cgroup/writable.ts';

it('tells what is there and refuses, with the errno and the mend', () => {
  const dir = mkdtempSync(join(tmpdir(), 'writable-'));
  onTestFinished(() => { rmSync(dir, { recursive: true, force: true }); });
  const file = join(dir, 'file');
  writeFileSync(file, '');
  if (process.geteuid?.() !== 0) chmodSync(file, 0o444);
  const refused = process.geteuid?.() === 0 ? { path: join(file, 'below'), errno: 'ENOTDIR' } : { path: file, errno: 'EACCES' };

  expect(unwritable([dir, join(dir, 'none')])).toEqual([]);
  expect(unwritable([dir, refused.path])).toEqual([
    { reason: `${refused.path}: cannot be written (${refused.errno})`, mend: expect.stringMatching(/^run it as root; .*Delegate=yes$/) as string, isPartial: false },
  ]);
});
