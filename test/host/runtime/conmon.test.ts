import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReconcileError } from '../../../src/errors.ts';
import { pathsOf } from '../../../src/host/paths.ts';
import type { Paths } from '../../../src/host/paths.ts';
import { createUnderConmon } from '../../../src/host/runtime/conmon.ts';
import { findMonitors } from '../../../src/host/runtime/monitor.ts';
import { openStarter } from '../../../src/host/runtime/starter.ts';
import { name } from '../../support/containers.ts';

const web = name('web');

let dir: string;
let paths: Paths;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-conmon-'));
  paths = pathsOf({ root: join(dir, 'root'), data: join(dir, 'data') });
  mkdirSync(paths.bundle(web), { recursive: true });
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Creates a container with a conmon that is the shell script `body`; it answers on descriptor 3. */
function create(body: string, { timeoutMs = 5000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const conmon = join(dir, 'conmon');
  writeFileSync(conmon, `#!/bin/sh\n${body}\n`);
  chmodSync(conmon, 0o755);
  return createUnderConmon({ starter: openStarter(undefined), name: web, paths, conmon, runtime: '/usr/bin/fake', timeoutMs }, signal);
}

async function failureOf(promise: Promise<unknown>): Promise<ReconcileError> {
  const outcome = await promise.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ReconcileError);
  return outcome as ReconcileError;
}

describe('createUnderConmon', () => {
  it('reads the pid without waiting for the end of conmon', async () => {
    const startedMs = performance.now();

    const { pid } = await create(`echo $$ > ${dir}/self; echo '{"pid": 4242}' >&3; exec sleep 2`);

    expect(pid).toBe(4242);
    expect(performance.now() - startedMs).toBeLessThan(1500);
    process.kill(Number(readFileSync(join(dir, 'self'), 'utf8')), 'SIGKILL');
  });

  it('removes what an earlier container of the name left', async () => {
    mkdirSync(paths.exits, { recursive: true });
    const stale = ['pid', 'conmon.pid', 'ctl'].map((file) => join(paths.bundle(web), file));
    stale.push(join(paths.exits, 'web'));
    for (const file of stale) writeFileSync(file, '1');

    await create(`echo '{"pid": 4242}' >&3`);

    expect(stale.filter((file) => existsSync(file))).toEqual([]);
  });

  const message = 'time=\\"2026-11-22T18:51:42Z\\" level=error msg=\\"no such binary\\"\\n';

  it.each([
    {
      name: 'the runtime’s own words',
      body: `printf '%s\\n' '{"pid": -1, "message": "${message}"}' >&3`,
      text: /^web: create failed: no such binary$/,
    },
    { name: 'a failure without words', body: `echo '{"pid": -1}' >&3`, text: /^web: create failed$/ },
    {
      name: 'an exit status',
      body: 'echo "bad option" >&2; exit 1',
      text: /^web: conmon ended without an answer: bad option$/,
    },
    { name: 'nonsense', body: 'echo hello >&3', text: /^web: conmon ended without an answer: hello$/ },
    { name: 'JSON without a pid', body: 'echo "{}" >&3', text: /conmon answered/ },
    { name: 'a pid that would be init', body: `echo '{"pid": 1}' >&3`, text: /create failed/ },
    { name: 'half a line', body: `printf '{"pi' >&3`, text: /conmon answered "\{\\"pi"$/ },
    { name: 'endless output', body: 'exec yes >&3', text: /^web: conmon ended without an answer: y/ },
    { name: 'endless errors', body: 'cat /dev/zero | head -c 3000000 >&2; exit 1', text: /ended without an answer/ },
  ])('fails on $name and leaves no process', async ({ body, text }) => {
    const error = await failureOf(create(body));

    expect(error.code).toBe('ERR_RUNTIME_FAILED');
    expect(error.message).toMatch(text);
    expect(error.message.length).toBeLessThan(1200);
    expect(findMonitors(paths.bundle(web))).toEqual([]);
  });

  it.each([
    { name: 'is silent', body: 'while :; do sleep 1; done' },
    { name: 'ignores SIGTERM', body: 'trap "" TERM HUP; while :; do sleep 1; done' },
    { name: 'floods us without a line', body: 'tr "\\\\0" x < /dev/zero >&3' },
    { name: 'has forked', body: '"$0" forked "$@" & while :; do sleep 1; done' },
  ])('gives up on a conmon that $name, and ends it', async ({ body }) => {
    const error = await failureOf(create(body.replace('"$0"', '[ "$1" = forked ] || "$0"'), { timeoutMs: 200 }));

    expect(error.code).toBe('ERR_TIMEOUT');
    expect(error.message).toBe('web: create: no answer from conmon within 200 ms');
    expect(findMonitors(paths.bundle(web))).toEqual([]);
  });

  it('ends conmon when it is told to stop', async () => {
    const error = await failureOf(create('while :; do sleep 1; done', { signal: AbortSignal.timeout(100) }));

    expect(error.message).toBe('web: create: stopped on request');
    expect(findMonitors(paths.bundle(web))).toEqual([]);
  });

  it('says that conmon cannot be started', async () => {
    const conmon = join(dir, 'none');

    const error = await failureOf(createUnderConmon({ starter: openStarter(undefined), name: web, paths, conmon, runtime: '/usr/bin/fake' }));

    expect(error.message).toMatch(/^web: conmon ended without an answer: .*none: .*not found/);
  });
});
