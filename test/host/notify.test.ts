import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReconcileError } from '../../src/errors.ts';
import { takeNotifier } from '../../src/host/notify.ts';
import type { Notifier } from '../../src/host/notify.ts';

let dir: string;
let errors: ReconcileError[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-notify-'));
  errors = [];
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Stands in for systemd-notify: puts its environment into a file, then appends its arguments to another. */
function open(script = ''): Notifier {
  const program = join(dir, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\nenv >${dir}/env\necho "$*" >>${dir}/told\n${script}`);
  chmodSync(program, 0o755);
  const notifier = takeNotifier({ NOTIFY_SOCKET: '/run/socket' }, 7, { program, onError: (error) => errors.push(error) });
  if (notifier === undefined) throw new Error('no service manager was found');
  return notifier;
}

const told = (): string[] => (existsSync(`${dir}/told`) ? readFileSync(`${dir}/told`, 'utf8').trimEnd().split('\n') : []);

describe('takeNotifier', () => {
  const onError = (): void => undefined;

  it('finds no service manager where none is named', () => {
    expect(takeNotifier({ WATCHDOG_USEC: '1000' }, 7, { onError })).toBeUndefined();
  });

  it('leaves nothing of the service manager in the environment', () => {
    const env = { NOTIFY_SOCKET: '@socket', WATCHDOG_USEC: '1000', WATCHDOG_PID: '7', HOME: '/root' };

    takeNotifier(env, 7, { onError });

    expect(env).toEqual({ HOME: '/root' });
  });

  it.each([
    ['in milliseconds', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30_000],
    ['also where no process is named', { WATCHDOG_USEC: '30000000' }, 30_000],
    ['none where it is another process that is watched', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
    ['none where none is set', {}, undefined],
    ['none where it is no number', { WATCHDOG_USEC: 'soon' }, undefined],
  ])('gives the time of the watchdog: %s', (_case, env, watchdogMs) => {
    expect(takeNotifier({ NOTIFY_SOCKET: '@socket', ...env }, 7, { onError })?.watchdogMs).toBe(watchdogMs);
  });
});

describe('a notifier', () => {
  it('passes on each field, on the socket that it was given', async () => {
    const notifier = open();

    notifier.tell({ ready: true, status: 'Watching\nweb', alive: true, extendMs: 1.5, stopping: false });

    await expect.poll(told).toEqual(['READY=1 STATUS=Watching web WATCHDOG=1 EXTEND_TIMEOUT_USEC=1500']);
    expect(readFileSync(`${dir}/env`, 'utf8')).toContain('NOTIFY_SOCKET=/run/socket\n');
  });

  it('joins what comes while the service manager is busy', async () => {
    const notifier = open('sleep 0.1\n');

    notifier.tell({ ready: true });
    notifier.tell({ status: 'one' });
    notifier.tell({ status: 'two', alive: true });

    await expect.poll(told).toEqual(['READY=1', 'STATUS=two WATCHDOG=1']);
  });

  it('says once that nobody listens, and goes on', async () => {
    const notifier = open('echo "Connection refused" >&2; exit 1\n');

    notifier.tell({ alive: true });
    await expect.poll(told).toHaveLength(1);
    notifier.tell({ status: 'one' });
    await expect.poll(told).toHaveLength(2);
    notifier.tell({ stopping: true });

    // Once the third was begun, two have failed.
    await expect.poll(told).toEqual(['WATCHDOG=1', 'STATUS=one', 'STOPPING=1']);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(/^service manager: cannot be told: .*Connection refused/)]);
  });

  it('does without systemd-notify', async () => {
    const notifier = open();
    rmSync(join(dir, 'systemd-notify'));

    notifier.tell({ ready: true });

    await expect.poll(() => errors.map(({ hint }) => hint)).toEqual([expect.stringContaining('systemd-notify comes with systemd')]);
  });

  it('keeps nobody from ending where the service manager hangs', async () => {
    const notifier = open('exec sleep 2\n');
    const startedMs = performance.now();

    notifier.tell({ stopping: true });
    await notifier.settled();

    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });
});
