import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, ReconcileError } from '../errors.ts';
import { asReconcileError } from '../unexpected-error.ts';
import { childProcesses } from './capture.ts';
import { baseEnv } from './exec.ts';
import { makePrivateDir } from './file.ts';
import { withoutInherited } from './inherited.ts';
import { readProcess } from './proc/process.ts';

export interface Lock {
  release(): void;
}

/**
 * Makes this process the only one to change what lies below --root. The kernel holds the lock on our
 * open file and drops it when we die, however that happens; no child of ours inherits the file.
 * Throws ERR_LOCKED naming the holder, ERR_HOST_UNSUPPORTED where there is no flock, ERR_SYSTEM where it cannot be started.
 */
export function acquireLock(path: string): Lock {
  makePrivateDir(dirname(path));
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    takeFlock(fd, path);
    noteHolder(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return releaseOnce(fd);
}

/** flock's --conflict-exit-code: any other status is a failure of its own. */
const heldStatus = 75;

/** flock(1) locks the open file that it shares with us, so the lock outlives it. Node has no call for it. */
function takeFlock(fd: number, path: string): void {
  const args = ['--nonblock', '--exclusive', '--conflict-exit-code', String(heldStatus), '3'];
  const stdio = withoutInherited(['ignore', 'ignore', 'ignore', fd]);
  const { status, error } = childProcesses().spawnSync('flock', args, { env: { ...baseEnv }, stdio, timeout: 5000 });
  if (status === 0) return;
  if (status === heldStatus) throw lockedError(path);
  if (error !== undefined && errnoOf(error) !== 'ENOENT') throw asReconcileError(error, `${path}: cannot be locked`);
  const reason = error?.message ?? `flock: exit status ${String(status)}`;
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', `${path}: cannot be locked: ${reason}`, {
    hint: 'install util-linux, which has flock',
    cause: error,
  });
}

interface Holder {
  readonly pid: number;
  readonly command: string;
}

function lockedError(path: string): ReconcileError {
  const holder = awaitHolder(path);
  const name = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
  return new ReconcileError('ERR_LOCKED', `${path}: held by ${name}`, {
    hint: holder === undefined ? 'wait until it ends' : `stop it with: kill ${holder.pid}`,
    retryable: true,
  });
}

/** Whoever takes the lock writes down who it is a moment later. */
const noteWaitMs = 1000;

const notePauseMs = 10;

function awaitHolder(path: string): Holder | undefined {
  const deadlineMs = performance.now() + noteWaitMs;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let holder = readHolder(path); ; holder = readHolder(path)) {
    if (holder !== undefined || performance.now() >= deadlineMs) return holder;
    Atomics.wait(sleeper, 0, 0, notePauseMs);
  }
}

/** What a holder that still lives wrote; the note of an earlier one may name a pid that was given again. */
function readHolder(path: string): Holder | undefined {
  const [pid = '', command = '', startTime = ''] = readFileSync(path, 'utf8').split('\n');
  const process = readProcess(Number(pid));
  return process === undefined || String(process.startTime) !== startTime ? undefined : { pid: process.pid, command };
}

function noteHolder(fd: number): void {
  ftruncateSync(fd);
  const command = ['reconcile', ...process.argv.slice(2)].join(' ').replace(/\p{Cc}/gu, ' ');
  writeSync(fd, `${process.pid}\n${command}\n${readProcess(process.pid)?.startTime ?? ''}\n`, 0);
}

function releaseOnce(fd: number): Lock {
  let held = true;
  return {
    release: () => {
      if (held) closeSync(fd);
      held = false;
    },
  };
}
