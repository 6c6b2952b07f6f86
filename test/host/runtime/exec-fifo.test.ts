import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGate } from '../../../src/host/runtime/exec-fifo.ts';

let dir: string;
let fifo: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-fifo-'));
  fifo = join(dir, 'exec.fifo');
  execFileSync('mkfifo', [fifo]);
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** A shell that does `script` and then says so by its exit status. */
function processThat(script: string): { readonly ended: Promise<number> } {
  const child = spawn('sh', ['-ec', script], { cwd: dir, stdio: 'ignore' });
  return { ended: once(child, 'exit').then(([status]) => Number(status)) };
}

describe('openGate', () => {
  it('gives the byte that the process of crun reads, and takes the fifo away', async () => {
    const { ended } = processThat('exec 3<>exec.fifo; touch waits; head -c 1 <&3 | od -An -tu1 | grep -qx "   0"');
    await expect.poll(() => existsSync(join(dir, 'waits'))).toBe(true);

    const opened = await openGate({ fifo, isWaiting: () => true });

    expect(opened).toBe(true);
    expect(await ended).toBe(0);
    expect(existsSync(fifo)).toBe(false);
  });

  it('takes the byte of the process of runc, which waits for a reader', async () => {
    const { ended } = processThat('printf 0 > exec.fifo');

    const opened = await openGate({ fifo, isWaiting: () => true });

    expect(opened).toBe(true);
    expect(await ended).toBe(0);
    expect(existsSync(fifo)).toBe(false);
  });

  it('leaves the fifo of a process that does not come, so that the container counts as created', async () => {
    let asked = 0;

    const opened = await openGate({ fifo, isWaiting: () => (asked += 1) < 3 });

    expect(opened).toBe(false);
    expect(existsSync(fifo)).toBe(true);
  });

  it('fails where there is no fifo', async () => {
    rmSync(fifo);
    await expect(openGate({ fifo, isWaiting: () => true })).rejects.toThrow('ENOENT');
  });
});
