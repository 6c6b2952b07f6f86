import { describe, expect, it } from 'vitest';
import { parseReservations } from '../../src/commands/reserve.ts';
import type { ReconcileError } from '../../src/errors.ts';

function faultOf(text: string): ReconcileError {
  try {
    parseReservations(text);
  } catch (error) {
    return error as ReconcileError;
  }
  throw new Error(`${text} was taken`);
}

describe('--reserve', () => {
  it.each<[string, object]>([
    ['memory=1Gi,cpu=0.5,pids=500', { memoryBytes: 2 ** 30, cpus: 0.5, tasks: 500 }],
    ['memory=512M', { memoryBytes: 512_000_000 }],
    ['pids=500, cpu=2', { tasks: 500, cpus: 2 }],
    ['memory=0', { memoryBytes: 0 }],
  ])('%s keeps that for the host', (text, reservations) => {
    expect(parseReservations(text)).toEqual(reservations);
  });

  it.each<[string, RegExp, RegExp]>([
    ['disk=1Gi', /nothing to reserve \(got disk=1Gi\)/, /memory=1Gi,cpu=0.5,pids=500/],
    ['toString=1', /nothing to reserve/, /memory=1Gi/],
    ['memory', /memory is not a size in bytes \(got \)/, /256Mi/],
    ['memory=max', /memory needs a size \(got max\)/, /64Mi/],
    ['memory=512m', /memory has an unknown unit/, /512Mi/],
    ['memory=1Gi,memory=2Gi', /memory is there twice/, /once/],
    ['cpu=half', /cpu is not a number \(got half\)/, /0\.5/],
    ['cpu=-1', /cpu is not a number/, /0\.5/],
    ['pids=1.5', /pids is not a number \(got 1\.5\)/, /whole number/],
    ['memory=1Gi,', /nothing to reserve \(got \)/, /memory=1Gi/],
  ])('%s is refused, with what to write', (text, message, hint) => {
    const error = faultOf(text);

    expect(error).toMatchObject({ code: 'ERR_USAGE' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});
