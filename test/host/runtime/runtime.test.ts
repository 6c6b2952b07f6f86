import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
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
  it('deletes a container whose conmon failed after the runtime had made it', async () => {
    const conmon = 'mkdir -p root/runtime/web; exit 1';
    const runtime = driver({ conmon, runtime: 'echo "$@" > calls; rm -r root/runtime/web' });

    await expect(runtime.create(web)).rejects.toThrow('web: conmon ended without an answer');

    expect(readFileSync(join(dir, 'calls'), 'utf8')).toMatch(/ delete --force -- web\n$/);
    expect(existsSync(join(dir, 'root/runtime/web'))).toBe(false);
  });

  it('tells of the first failure where the delete fails too', async () => {
    const runtime = driver({ conmon: 'mkdir -p root/runtime/web; exit 1', runtime: 'exit 1' });

    await expect(runtime.create(web)).rejects.toThrow('web: conmon ended without an answer');
  });

  it('forgets a container that the runtime cannot delete', () => {
    const runtime = driver({ conmon: '', runtime: 'exit 1' });
    mkdirSync(join(dir, 'root/runtime/web'), { recursive: true });
    writeFileSync(join(dir, 'root/runtime/web/exec.fifo'), '');

    const before = runtime.isCreated(web);
    runtime.forget(web);

    expect(before).toBe(true);
    expect(runtime.isCreated(web)).toBe(false);
    expect(existsSync(join(dir, 'root/runtime/web'))).toBe(false);
  });
});
