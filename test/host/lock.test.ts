import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock } from '../../src/host/lock.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-lock-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

it('refuses a second holder and names the first', () => {
  const lock = acquireLock(join(dir, 'root/lock'));

  expect(() => acquireLock(join(dir, 'root/lock'))).toThrow(
    expect.objectContaining({
      code: 'ERR_LOCKED',
      message: expect.stringMatching(new RegExp(`held by process ${process.pid} \\(reconcile`)),
    }),
  );

  lock.release();
});

it('asks the system’s own flock, whatever lies on PATH, and shows it nothing of our environment', () => {
  const seen = join(dir, 'seen');
  writeFileSync(join(dir, 'flock'), `#!/bin/sh\nenv >${seen}\n`, { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${dir}:${path}`;

  try {
    acquireLock(join(dir, 'lock')).release();
  } finally {
    process.env['PATH'] = path;
  }

  expect(existsSync(seen)).toBe(false);
});

it('is free again after release, which may be called twice', () => {
  const lock = acquireLock(join(dir, 'lock'));
  lock.release();
  lock.release();

  const again = acquireLock(join(dir, 'lock'));

  expect(readFileSync(join(dir, 'lock'), 'utf8').split('\n')[0]).toBe(String(process.pid));
  again.release();
});

it('goes when its holder is killed, even while a program that the holder started lives on', async () => {
  const module = new URL('../../src/host/lock.ts', import.meta.url).href;
  const spawning = new URL('../../src/host/spawn.ts', import.meta.url).href;
  const script = `
    const { acquireLock } = await import(${JSON.stringify(module)});
    const { spawnHolder } = await import(${JSON.stringify(spawning)});
    acquireLock(${JSON.stringify(join(dir, 'lock'))});
    const { child } = await spawnHolder('/bin/sleep', ['60']);
    console.log(child.pid);
    setInterval(() => undefined, 1000);`;
  const args = ['--input-type=module', '-e', script];
  const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  const survivor = Number(line.toString());

  expect(() => acquireLock(join(dir, 'lock'))).toThrow(`held by process ${holder.pid}`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = acquireLock(join(dir, 'lock'));

  expect(process.kill(survivor, 'SIGKILL')).toBe(true);
  lock.release();
});

it.each([
  ['a process that is gone', '4999999\nreconcile --watch\n1\n'],
  ['one whose pid another process has by now', `${process.pid}\nreconcile --watch\n1\n`],
])('names nobody where the file tells of %s', (_case, note) => {
  const lock = acquireLock(join(dir, 'lock'));
  writeFileSync(join(dir, 'lock'), note);

  expect(() => acquireLock(join(dir, 'lock'))).toThrow('held by another process');

  lock.release();
});

it('names a holder that has yet to write down who it is', async () => {
  const lock = acquireLock(join(dir, 'lock'));
  const note = readFileSync(join(dir, 'lock'), 'utf8');
  writeFileSync(join(dir, 'lock'), '');
  const writer = spawn('sh', ['-c', 'sleep 0.05; printf %s "$2" >"$1"', 'sh', join(dir, 'lock'), note]);

  expect(() => acquireLock(join(dir, 'lock'))).toThrow(`held by process ${process.pid}`);

  await once(writer, 'exit');
  lock.release();
});
