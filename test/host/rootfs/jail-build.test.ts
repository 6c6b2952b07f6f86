import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeJail } from '../../../src/host/rootfs/jail-build.ts';
import { openHostView } from '../../../src/host/rootfs/host-view.ts';
import type { JailEntry } from '../../../src/host/rootfs/jail-entry.ts';

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'build-')));
  mkdirSync(join(base, 'jail', dirname(base), base.slice(dirname(base).length)), { recursive: true });
});

afterEach(() => rmSync(base, { recursive: true }));

/** A file of the host as it was collected. */
function collected(name: string, content: string): JailEntry {
  const path = join(base, name);
  writeFileSync(path, content);
  const stats = statSync(path, { bigint: true });
  const { uid, gid } = statSync(path);
  const sha256 = openHostView(new Map()).sha256(path, stats);
  return { type: 'file', path, mode: 0o640, uid, gid, sha256, sizeBytes: content.length };
}

describe('writeJail', () => {
  it('copies rather than links, so that the host file may be written to in place', async () => {
    const entry = collected('file', 'content');

    await writeJail(join(base, 'jail'), [entry]);

    const copy = statSync(join(base, 'jail', entry.path));
    expect(copy.ino).not.toBe(statSync(entry.path).ino);
    expect({ mode: copy.mode & 0o7777, size: copy.size }).toEqual({ mode: 0o640, size: 7 });
  });

  it('refuses a file that changed after it was collected, even where size and name are the same', async () => {
    const entry = collected('file', 'content');
    writeFileSync(entry.path, 'CONTENT');

    await expect(writeJail(join(base, 'jail'), [entry])).rejects.toMatchObject({
      code: 'ERR_ROOTFS',
      retryable: true,
      message: `${entry.path}: changed while it was copied`,
    });
  });
});
