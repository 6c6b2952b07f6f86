import { constants } from 'node:os';
import { errnoOf, ReconcileError } from '../../errors.ts';
import { readProcRecord } from './proc-file.ts';

/** A process for the length of this boot: the kernel gives a pid again, but not with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

export interface ProcessStat extends ProcessIdentity {
  readonly ppid: number;
  /** One letter: R running, S sleeping, D in the kernel, T stopped by a signal, Z ended but not yet waited for … */
  readonly state: string;
  /** The program's name, at most 15 bytes of anything. */
  readonly comm: string;
}

/**
 * Reads /proc/PID/stat; undefined where there is no such process. A process that ended stays visible
 * as state Z until its parent asks. Throws ERR_PROC_UNREADABLE.
 */
export function readProcess(pid: number): ProcessStat | undefined {
  if (!Number.isSafeInteger(pid) || pid < 1) return undefined;
  const text = readProcRecord(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Field numbers as in proc_pid_stat(5), counted from the state, which is field 3. */
const statField = { state: 0, ppid: 1, startTime: 19 } as const;

/** Undefined where `text` is no stat line. The name may hold blanks, newlines and parentheses: the last one ends it. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ', statField.startTime + 1);
  const pid = Number(text.slice(0, open));
  const ppid = Number(fields[statField.ppid]);
  const startTime = Number(fields[statField.startTime]);
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(ppid) || !Number.isSafeInteger(startTime)) return undefined;
  return { pid, startTime, ppid, state: fields[statField.state] ?? '', comm: text.slice(open + 1, close) };
}

/**
 * Sends a signal to exactly this process, whose start time is compared immediately before. False:
 * it is gone, its pid belongs to another process, or the pid could never be a container's.
 * `signal` is a name with or without SIG. Throws ERR_SIGNAL_REFUSED where we may not, or where there is no such signal.
 */
export function signalProcess(identity: ProcessIdentity, signal: string): boolean {
  const number = signalNumber(signal);
  if (number === undefined) throw refused(identity, signal, 'there is no such signal', undefined);
  if (identity.pid <= 1 || readProcess(identity.pid)?.startTime !== identity.startTime) return false;
  try {
    return process.kill(identity.pid, number);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
    throw refused(identity, signal, errnoOf(cause) ?? 'unknown error', cause);
  }
}

/** Linux's first and last real-time signals as glibc counts them. */
const realTime = { min: 34, max: 64 } as const;

/** Number of a signal named TERM, SIGTERM, RTMIN+3 or RTMAX-1; undefined where there is none. */
export function signalNumber(name: string): number | undefined {
  const short = name.startsWith('SIG') ? name.slice(3) : name;
  const [, base, offset = '0'] = /^RT(MIN|MAX)(?:[+-](\d{1,2}))?$/.exec(short) ?? [];
  if (base === undefined) return (constants.signals as Record<string, number>)[`SIG${short}`];
  if (short.includes(base === 'MIN' ? '-' : '+')) return undefined;
  const number = base === 'MIN' ? realTime.min + Number(offset) : realTime.max - Number(offset);
  return number >= realTime.min && number <= realTime.max ? number : undefined;
}

function refused(identity: ProcessIdentity, signal: string, reason: string, cause: unknown): ReconcileError {
  return new ReconcileError('ERR_SIGNAL_REFUSED', `process ${identity.pid}: send ${signal}: ${reason}`, {
    cause,
    hint: cause === undefined ? 'write a name such as TERM, INT or USR1' : 'run reconcile as root',
  });
}
