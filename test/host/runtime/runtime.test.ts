import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import { readProcess } from '../../../src/host/proc/process.ts';
import { openRuntime } from '../../../src/host/runtime/runtime.ts';
import type { RuntimeDriver } from '../../../src/host/runtime/runtime.ts';
import { name } from '../../support/containers.ts';

const web = name('web');

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-runtime-'));
  mkdirSync(join(dir, 'root/bundles/web'), { recursive: true });
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** A driver over two shell scripts. */
function driver({ conmon, runtime }: { conmon: string; runtime: string }): RuntimeDriver {
  for (const [file, body] of Object.entries({ conmon, runtime })) {
    writeFileSync(join(dir, file), `#!/bin/sh\ncd ${dir}\n${body}\n`);
    chmodSync(join(dir, file), 0o755);
  }
  return openRuntime({
    ...{ name: 'runc', version: '1', why: 'test', path: join(dir, 'runtime'), conmon: join(dir, 'conmon') },
    paths: pathsOf({ root: join(dir, 'root'), data: join(dir, 'data') }),
  });
}

describe('openRuntime', () => {
  it('kills a start that hangs, and what it started, when it is told to stop', async () => {
    const runtime = driver({ conmon: '', runtime: 'sleep 4242 & echo $! > child; wait' });
    const stop = new AbortController();
    const started = runtime.start(web, stop.signal);
    const child = (): number => Number(existsSync(join(dir, 'child')) ? readFileSync(join(dir, 'child'), 'utf8') : 0);
    await expect.poll(child).toBeGreaterThan(1);

    stop.abort();

    await expect(started).rejects.toThrow('web: start: stopped on request');
    expect(readProcess(child())?.state ?? 'Z').toBe('Z');
  });

  it('ends the calls of the runtime that an earlier run left going, and no others', async () => {
    const runtime = driver({ conmon: '', runtime: 'while :; do sleep 0.05; done' });
    const call = (...args: string[]) => spawn(join(dir, 'runtime'), [`--root=${join(dir, 'root/runtime')}`, ...args], { stdio: 'ignore' });
    const [own, other] = [call('start', '--', 'web'), call('start', '--', 'web-1')];
    await Promise.all([own, other].map((child) => once(child, 'spawn')));

    await runtime.endCreation(web);

    if (own.signalCode === null) await once(own, 'exit');
    expect(own.signalCode).toBe('SIGKILL');
    expect(other.signalCode).toBeNull();
    other.kill('SIGKILL');
  });

  it('forgets a container that the runtime cannot delete', async () => {
    const runtime = driver({ conmon: '', runtime: 'exit 1' });
    mkdirSync(join(dir, 'root/runtime/web'), { recursive: true });
    writeFileSync(join(dir, 'root/runtime/web/exec.fifo'), '');

    const before = runtime.isCreated(web);
    await runtime.forget(web);

    expect(before).toBe(true);
    expect(runtime.isCreated(web)).toBe(false);
    expect(existsSync(join(dir, 'root/runtime/web'))).toBe(false);
  });
});
