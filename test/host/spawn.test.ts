import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInteractive, spawnWithPipe } from '../../src/host/spawn.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-spawn-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('spawnWithPipe', () => {
  it('starts a session of its own, with a pipe on descriptor 3', async () => {
    const { child, pipe } = spawnWithPipe('/bin/sh', ['-c', 'cut -d" " -f6 /proc/self/stat >&3'], { env: {}, cwd: '/' });

    const session = Number(await text(pipe));

    expect(session).toBe(child.pid);
  });

  it('passes on no file that we have open', async () => {
    const fd = openSync(join(dir, 'open'), 'w');

    const { pipe } = spawnWithPipe('/bin/sh', ['-c', 'ls -l /proc/self/fd >&3'], { env: {}, cwd: '/' });
    const listing = await text(pipe);

    closeSync(fd);
    expect(listing).toContain(' 3 -> ');
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
