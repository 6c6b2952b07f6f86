import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStat, readProcess, signalNumber, signalProcess } from '../../../src/host/proc/process.ts';

/** Fields 4 to 22 of proc_pid_stat(5); the parent is 7, the start time 4711. */
const afterState = '7 42 42 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 4711 10000 200 18446744073709551615';

describe('parseStat', () => {
  it.each([
    ['a plain name', 'sleep'],
    ['a name that looks like the rest of the line', 'x) S 1 1 (y'],
    ['a name with a newline', 'two\nlines'],
    ['an empty name', ''],
  ])('reads %s', (_, comm) => {
    const stat = parseStat(`42 (${comm}) S ${afterState}\n`);

    expect(stat).toEqual({ pid: 42, startTime: 4711, ppid: 7, state: 'S', comm });
  });

  it('reads back every name that a process can give itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseStat(`42 (${comm}) S ${afterState}\n`)).toMatchObject({ comm, startTime: 4711 });
      }),
    );
  });

  it.each(['', '42', '42 (x', '42 (x) S', ') 42 (', 'nothing at all'])('gives nothing for %j', (text) => {
    expect(parseStat(text)).toBeUndefined();
  });
});

describe('readProcess', () => {
  it('sees a process under the name that it gave itself', () => {
    writeFileSync('/proc/self/comm', 'a) R 9 (b\nc');

    const found = readProcess(process.pid);

    writeFileSync('/proc/self/comm', 'node');
    expect(found).toMatchObject({ pid: process.pid, ppid: process.ppid, comm: 'a) R 9 (b\nc' });
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31])('gives nothing for pid %d', (pid) => {
    expect(readProcess(pid)).toBeUndefined();
  });
});

describe('signalProcess', () => {
  it('ends a process whose start time agrees', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const { pid, startTime } = readProcess(child.pid ?? 0) ?? { pid: 0, startTime: 0 };

    const sent = signalProcess({ pid, startTime }, 'TERM');

    const [, signal] = (await once(child, 'exit')) as [number | null, string];
    expect({ sent, signal }).toEqual({ sent: true, signal: 'SIGTERM' });
    expect(signalProcess({ pid, startTime }, 'TERM')).toBe(false);
  });

  it('leaves a process alone that has the pid but not the start time', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const { pid, startTime } = readProcess(child.pid ?? 0) ?? { pid: 0, startTime: 0 };

    const sent = signalProcess({ pid, startTime: startTime - 1 }, 'KILL');

    const alive = readProcess(pid)?.startTime;
    child.kill('SIGKILL');
    expect({ sent, alive }).toEqual({ sent: false, alive: startTime });
  });

  it.each([1, 0, -1])('never signals pid %d', (pid) => {
    expect(signalProcess({ pid, startTime: readProcess(1)?.startTime ?? 0 }, 'CONT')).toBe(false);
  });

  it('refuses a signal that does not exist', () => {
    expect(() => signalProcess({ pid: 4_000_000, startTime: 1 }, 'BOGUS')).toThrow(
      /send BOGUS: there is no such signal/,
    );
  });
});

describe('signalNumber', () => {
  it.each([
    ['TERM', 15],
    ['SIGKILL', 9],
    ['RTMIN', 34],
    ['RTMIN+3', 37],
    ['SIGRTMAX-1', 63],
    ['RTMIN-1', undefined],
    ['RTMAX+1', undefined],
    ['RTMIN+31', undefined],
    ['TERMINATE', undefined],
    ['', undefined],
  ])('knows %s as %j', (name, number) => {
    expect(signalNumber(name)).toBe(number);
  });
});
