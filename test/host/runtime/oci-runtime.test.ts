import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCreated, remove, start } from '../../../src/host/runtime/oci-runtime.ts';
import type { OciRuntime } from '../../../src/host/runtime/oci-runtime.ts';
import { name } from '../../support/containers.ts';

const web = name('web');

let dir: string;
let runtime: OciRuntime;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-oci-'));
  runtime = { path: join(dir, 'runtime'), state: join(dir, 'state') };
  mkdirSync(join(dir, 'state/web'), { recursive: true });
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function runtimeIs(body: string): void {
  writeFileSync(runtime.path, `#!/bin/sh\necho "$@" >> ${dir}/calls\n${body}\n`);
  chmodSync(runtime.path, 0o755);
}

describe('start', () => {
  it('calls the runtime with its own state folder', async () => {
    runtimeIs('exit 0');

    await start(runtime, web);

    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(`--root=${runtime.state} start -- web\n`);
  });

  it('fails with the runtime’s own words', async () => {
    runtimeIs(`echo 'level=error msg="no exec fifo"' >&2; exit 1`);

    await expect(start(runtime, web)).rejects.toMatchObject({
      code: 'ERR_RUNTIME_FAILED',
      message: expect.stringMatching(/exit status 1: no exec fifo$/),
    });
  });
});

describe('remove', () => {
  it('asks the runtime for a forced delete', async () => {
    runtimeIs(`rm -r ${dir}/state/web`);

    await remove(runtime, web);

    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(`--root=${runtime.state} delete --force -- web\n`);
  });

  it('does not even ask for a container that the runtime does not know', async () => {
    runtimeIs('exit 1');
    rmSync(join(dir, 'state/web'), { recursive: true });

    await remove(runtime, web);

    expect(existsSync(join(dir, 'calls'))).toBe(false);
  });

  it('takes a failure for success where the container is gone, and only there', async () => {
    runtimeIs('exit 1');
    await expect(remove(runtime, web)).rejects.toMatchObject({ code: 'ERR_RUNTIME_FAILED' });

    runtimeIs(`rm -r ${dir}/state/web; exit 1`);
    await expect(remove(runtime, web)).resolves.toBeUndefined();
  });
});

describe('isCreated', () => {
  it('is true while the process waits at its fifo', () => {
    const before = isCreated(runtime, web);
    writeFileSync(join(dir, 'state/web/exec.fifo'), '');

    expect(before).toBe(false);
    expect(isCreated(runtime, web)).toBe(true);
    expect(isCreated(runtime, name('other'))).toBe(false);
  });
});
