import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/render/status-text.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { StatusRow } from '../../src/render/status.ts';
import { memoryRaised } from './plan-fixture.ts';

const running: StatusRow = {
  name: 'web-0',
  status: 'running',
  pid: 4242,
  runningMs: 125_000,
  restarts: 0,
  resources: { 'memory.max': 536870912, 'cpu.max': 1.5, 'pids.max': 128 },
  usage: { memoryBytes: 13_002_342, tasks: 3 },
  drift: [],
};

describe('statusText', () => {
  it('aligns a table within 80 columns', () => {
    const lines = statusText([running, { ...running, name: 'database', drift: [memoryRaised] }], plainStyle).split('\n');

    expect(lines.slice(0, 2)).toEqual([
      'NAME      STATUS      PID   RESTARTS  MEMORY        CPU MAX  TASKS  DRIFT',
      'web-0     running 2m  4242  0         12.4Mi/512Mi  1.5      3/128  -',
    ]);
    expect(lines).toContain('  database  resources.memory.max  is 256Mi, manifest says 512Mi  memory.limit_in_bytes');
  });

  it.each([
    ['an exit status', { code: 3, oomKilled: false }, 'stopped (exit 3)'],
    ['the kernel as killer', { code: 137, oomKilled: true }, 'stopped (out of memory)'],
    ['an end that nobody saw', { oomKilled: false }, 'stopped (exit unknown)'],
  ])('tells %s', (_case, exit, shown) => {
    const { pid: _pid, runningMs: _runningMs, ...row } = running;

    expect(statusText([{ ...row, status: 'stopped', exit: { atMs: 0, ranMs: 5, ...exit } }], plainStyle)).toContain(shown);
  });

  it('tells what ended the process before the present one', () => {
    const row = { ...running, restarts: 2, lastExit: { code: 137, oomKilled: true, ranMs: 5 } };

    expect(statusText([row], plainStyle)).toMatch(/^web-0 +running 2m +4242 +2 \(out of memory\) /m);
  });

  it('tells that somebody froze it', () => {
    expect(statusText([{ ...running, status: 'paused' }], plainStyle)).toMatch(/^web-0 +paused 2m /m);
  });

  it.each([
    [[12], 'terminating (pid 12)'],
    [[12, 13, 14, 15], 'terminating (pids 12, 13, 14 and 1 more)'],
  ])('tells which processes hold it: %j', (pids, shown) => {
    expect(statusText([{ ...running, status: 'terminating', pids }], plainStyle)).toContain(shown);
  });

  it('says so where there are none', () => {
    expect(statusText([], plainStyle)).toBe('No containers.\n');
  });
});
