import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { endOf } from '../../src/host/child-end.ts';
import type { ChildBounds, ChildEnd } from '../../src/host/child-end.ts';

function endOfScript(script: string, bounds: Partial<ChildBounds> = {}): Promise<ChildEnd> {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  return endOf(child, { timeoutMs: 20_000, maxBytes: 1024, ...bounds });
}

describe('the end of a child', () => {
  it('comes with both outputs and its status', async () => {
    const end = await endOfScript('echo out; echo err >&2; exit 3');

    expect(end).toEqual({ stdout: 'out\n', stderr: 'err\n', status: 3, signal: null });
  });

  it('does not wait for what it left behind with its outputs', async () => {
    const end = await endOfScript('sleep 20 & echo $!');

    expect(end).toMatchObject({ status: 0, signal: null });
    process.kill(Number(end.stdout));
  });

  it('keeps no more of its output than it may have, and ends it', async () => {
    const end = await endOfScript('echo first; exec cat /dev/zero', { maxBytes: 100_000 });

    expect(end).toMatchObject({ status: null, stopped: 'endless' });
    expect(end.stdout.length).toBeLessThanOrEqual(100_000);
  });

  it('is not waited for where it was to stop before it started', async () => {
    const end = await endOfScript('exec sleep 20', { signal: AbortSignal.abort() });

    expect(end).toMatchObject({ signal: 'SIGTERM', stopped: 'asked' });
  });

  it('is told where it could not be started', async () => {
    const end = await endOf(spawn('/nowhere/none', { stdio: ['ignore', 'pipe', 'pipe'] }), { timeoutMs: 20_000, maxBytes: 1024 });

    expect(end).toMatchObject({ stdout: '', status: null, error: { code: 'ENOENT' } });
  });
});
