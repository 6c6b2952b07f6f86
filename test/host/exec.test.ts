import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import { lastLines } from '../../src/host/capture.ts';
import { askSync, run } from '../../src/host/exec.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-exec-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function shell(script: string, options: Partial<Parameters<typeof run>[2]> = {}) {
  return run('/bin/sh', ['-c', script], { timeoutMs: 5000, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<ReconcileError> {
  const outcome = await promise.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ReconcileError);
  return outcome as ReconcileError;
}

describe('run', () => {
  it('gives both outputs and passes input', async () => {
    const result = await shell('cat; echo err >&2', { input: 'in' });

    expect(result).toEqual({ stdout: 'in', stderr: 'err\n' });
  });

  it('gives the program PATH, LANG and what is asked, and nothing of our own environment', async () => {
    process.env['RECONCILE_TEST_SECRET'] = 'hunter2';

    const { stdout } = await run('/usr/bin/env', [], { timeoutMs: 5000, env: { EXTRA: '1' } });

    delete process.env['RECONCILE_TEST_SECRET'];
    const names = stdout.trim().split('\n').map((line) => line.split('=')[0]);
    expect(names.sort()).toEqual(['EXTRA', 'LANG', 'PATH']);
  });

  const failures = [
    { name: 'an exit status', script: 'echo one >&2; echo two >&2; exit 3', reason: /exit status 3: one; two$/ },
    { name: 'a signal', script: 'kill -9 $$', reason: /ended by SIGKILL/ },
    { name: 'a hang', script: 'exec sleep 60', timeoutMs: 200, code: 'ERR_TIMEOUT', reason: /no answer within 200 ms/ },
    { name: 'endless output', script: 'exec cat /dev/zero', reason: /printed more than 1048576 bytes/ },
  ];

  it.each(failures)('names the command and the reason after $name', async ({ script, timeoutMs, code, reason }) => {
    const error = await failureOf(shell(script, { timeoutMs: timeoutMs ?? 5000 }));

    expect(error.code).toBe(code ?? 'ERR_COMMAND_FAILED');
    expect(error.message).toMatch(reason);
    expect(error.message).toContain('/bin/sh -c');
  });

  it('ends a program that ignores SIGTERM', async () => {
    const startedMs = performance.now();

    const error = await failureOf(shell('trap "" TERM; while :; do :; done', { timeoutMs: 100 }));

    expect(error.code).toBe('ERR_TIMEOUT');
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });

  it('says that a program is missing', async () => {
    const error = await failureOf(run(join(dir, 'none'), [], { timeoutMs: 1000 }));

    expect(error.message).toMatch(/cannot be started.*ENOENT/);
  });

  it('says that the kernel takes no such arguments', async () => {
    const error = await failureOf(run('/bin/true', ['x'.repeat(1024 * 1024)], { timeoutMs: 1000 }));

    expect(error.message).toMatch(/cannot be started.*E2BIG/);
  });

  it('stops on request', async () => {
    const error = await failureOf(shell('exec sleep 60', { signal: AbortSignal.timeout(50) }));

    expect(error.message).toMatch(/stopped on request/);
  });

  it('carries the code and the words that the caller asks for', async () => {
    const options = { code: 'ERR_RUNTIME_FAILED', wordsOf: () => 'picked' } as const;

    const error = await failureOf(shell('echo noise >&2; exit 1', options));

    expect(error.code).toBe('ERR_RUNTIME_FAILED');
    expect(error.message).toMatch(/: picked$/);
  });
});

describe('lastLines', () => {
  it('keeps the end, on one line, without control characters', () => {
    expect(lastLines('a\nb\n\u001b[31mc\r\n\n', 2)).toBe('b; [31mc');
    expect(lastLines('x'.repeat(5000))).toHaveLength(1000);
  });
});

describe('askSync', () => {
  it('gives the answer, and undefined for a failing, missing or slow program', () => {
    expect(askSync('/bin/echo', ['hello'], 5_000)).toBe('hello\n');
    expect(askSync('/bin/false', [], 5_000)).toBeUndefined();
    expect(askSync(join(dir, 'none'), [], 5_000)).toBeUndefined();
    expect(askSync('/bin/sleep', ['60'], 100)).toBeUndefined();
  });
});
