import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCreated, start } from '../../../src/host/runtime/oci-runtime.ts';
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

    await start(runtime, web, 5_000);

    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(`--root=${runtime.state} start -- web\n`);
  });

  it('fails with the runtime’s own words', async () => {
    runtimeIs(`echo 'level=error msg="no exec fifo"' >&2; exit 1`);

    await expect(start(runtime, web, 5_000)).rejects.toMatchObject({
      code: 'ERR_RUNTIME_FAILED',
      message: expect.stringMatching(/exit status 1: no exec fifo$/),
    });
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
