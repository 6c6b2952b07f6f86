import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInteractive, spawnHolder } from '../../src/host/spawn.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-spawn-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('spawnHolder', () => {
  it('starts a session of its own', async () => {
    const { child, stdout } = await spawnHolder('/bin/sh', ['-c', 'cut -d" " -f6 /proc/self/stat']);

    expect(Number(await text(stdout))).toBe(child.pid);
  });

  it('is an error where there is no such program', async () => {
    await expect(spawnHolder(join(dir, 'none'), [])).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('passes on no file that we have open', async () => {
    const fd = openSync(join(dir, 'open'), 'w');

    const listing = await text((await spawnHolder('/bin/sh', ['-c', 'ls -l /proc/self/fd'])).stdout);

    closeSync(fd);
    expect(listing).toContain(' 2 -> ');
    expect(listing).not.toContain(join(dir, 'open'));
  });
});

describe('runInteractive', () => {
  it.each([
    { script: 'exit 42', status: 42 },
    { script: 'kill -TERM $$', status: 143 },
  ])('gives $status for $script', async ({ script, status }) => {
    expect(await runInteractive('/bin/sh', ['-c', script])).toBe(status);
  });

  it('takes its signal handlers away again', async () => {
    const before = process.listenerCount('SIGTERM');

    await runInteractive('/bin/true', []);
    await runInteractive(join(dir, 'none'), []).catch(() => undefined);

    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
