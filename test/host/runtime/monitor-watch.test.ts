import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../../src/host/proc/process.ts';
import { watchMonitors } from '../../../src/host/runtime/monitor-watch.ts';
import type { MonitorWatch } from '../../../src/host/runtime/monitor-watch.ts';
import type { ContainerName } from '../../../src/state/container-name.ts';
import { eventually } from '../../support/instance.ts';

const name = 'web' as ContainerName;

describe('the watch of monitors', () => {
  let started: ChildProcess[];
  let lost: string[];
  let opened: MonitorWatch[];
  beforeEach(() => { [started, lost, opened] = [[], [], []]; });
  afterEach(() => {
    for (const watch of opened) watch.close();
    for (const { pid } of started) if (pid !== undefined) kill(-pid);
  });

  /** A process with one child, as conmon over a container. */
  const startPair = async (): Promise<{ readonly monitor: number; readonly init: number }> => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    const [text] = await once(child.stdout, 'data') as [Buffer];
    return { monitor: child.pid ?? 0, init: Number(text) };
  };

  const open = (run?: number): MonitorWatch => {
    const bundles = { read: () => (run === undefined ? undefined : { record: {}, run: { pid: run } }) } as never;
    const isMonitor = (_: ContainerName, parent: number): boolean => started.some(({ pid }) => pid === parent);
    const watch = watchMonitors({ bundles, runtime: { isMonitor }, onTrouble: (one) => lost.push(one), everyMs: 20, atOnce: 2 });
    opened.push(watch);
    return watch;
  };

  it('tells once of one that was killed while its process goes on', async () => {
    const { monitor, init } = await startPair();
    open().add(name, init);

    process.kill(monitor, 'SIGKILL');

    await eventually(() => { expect(lost).toEqual(['web']); });
    await turns();
    expect(lost).toEqual(['web']);
    expect(readProcess(init)?.state).toBe('S');
  });

  it('tells nothing of one whose process ended', async () => {
    const { monitor, init } = await startPair();
    open().add(name, init);

    process.kill(init, 'SIGKILL');
    await eventually(() => { expect(readProcess(monitor)).toBeUndefined(); });
    await turns();

    expect(lost).toEqual([]);
  });

  it('tells once of each that is stopped, a few at a time, and again once it went on in between', async () => {
    const pairs = [await startPair(), await startPair(), await startPair()];
    const watch = open();
    for (const [index, { init }] of pairs.entries()) watch.add(`web-${index}` as ContainerName, init);
    const signal = (which: NodeJS.Signals): void => { for (const { monitor } of pairs) process.kill(monitor, which); };

    signal('SIGSTOP');
    await eventually(() => { expect(lost.toSorted()).toEqual(['web-0', 'web-1', 'web-2']); });
    await turns();
    expect(lost).toHaveLength(3);
    signal('SIGCONT');
    await turns();
    signal('SIGSTOP');

    await eventually(() => { expect(lost).toHaveLength(6); });
    signal('SIGCONT');
  });

  it('goes over to the process that the bundle names once the one before has ended', async () => {
    const [before, after] = [await startPair(), await startPair()];
    open(after.init).add(name, before.init);

    process.kill(before.init, 'SIGKILL');
    await eventually(() => { expect(readProcess(before.monitor)).toBeUndefined(); });
    await turns();
    process.kill(after.monitor, 'SIGKILL');

    await eventually(() => { expect(lost).toEqual(['web']); });
  });

  it('tells of one that is gone already when nobody has looked, and not to whoever has', async () => {
    const { monitor, init } = await startPair();
    process.kill(monitor, 'SIGKILL');
    await eventually(() => { expect(readProcess(init)?.ppid).not.toBe(monitor); });

    open(init).add(name, init);
    expect(lost).toEqual([]);
    open(init).add(name);
    expect(lost).toEqual(['web']);
  });
});

/** Some looks of a watch. One wait of their length a stall of ours would leave time for no look. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended before.
  }
}
