import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { removeContainer, stopContainer } from '../../src/apply/remove.ts';
import { readProcess } from '../../src/host/proc/process.ts';
import type { Step } from '../../src/plan/types.ts';
import { desiredContainer, name, recordOf } from '../support/containers.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHost } from '../support/fake-host.ts';

const web = name('web');
const step: Extract<Step, { kind: 'remove' }> = { kind: 'remove', phase: 'delete', lane: 'web', container: web, keepLayer: false, keepLog: false };

const started: ChildProcess[] = [];
afterEach(() => { for (const child of started.splice(0)) child.kill('SIGKILL'); });

/** A host whose container `web` has the process of a shell script that said that it is ready. */
async function openWith(script: string, timeoutMs: number): Promise<{ host: FakeHost; child: ChildProcess }> {
  const child = spawn('/bin/sh', ['-c', `${script}; echo ready; while :; do sleep 0.01; done`], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  await once(child.stdout, 'data');
  const host = openFakeHost();
  const record = recordOf(desiredContainer('web', { stop: { signal: 'TERM', timeoutMs } }));
  const process = readProcess(child.pid ?? 0);
  if (process === undefined) throw new Error('the script ended');
  host.memory.set('web', { record, run: { pid: process.pid, startTime: process.startTime, startedAtMs: 0, mounts: [] } });
  return { host, child };
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

describe('stopping', () => {
  it('asks the process and waits until it ended', async () => {
    const { host, child } = await openWith('trap "exit 3" TERM', 5_000);

    await stopContainer(web, { host, desired: new Map(), overlays: new Map() });

    await ended(child);
    expect(child.exitCode).toBe(3);
  });

  it('lets a frozen container go on once it was asked', async () => {
    const { host } = await openWith('trap "exit 3" TERM', 5_000);

    await stopContainer(web, { host, desired: new Map(), overlays: new Map() });

    expect(host.calls).toEqual(['thaw web', 'await-monitor web']);
  });

  it('waits no longer than the manifest says', async () => {
    const { host, child } = await openWith('trap "" TERM', 100);
    const begun = performance.now();

    await stopContainer(web, { host, desired: new Map(), overlays: new Map() });

    expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(child.exitCode).toBeNull();
  });

  it('does not ask a program that was never started', async () => {
    const { host } = await openWith('trap "" TERM', 5_000);
    host.states.add('web');
    const begun = performance.now();

    await stopContainer(web, { host, desired: new Map(), overlays: new Map() });

    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('leaves a stranger alone that has the pid now', async () => {
    const { host, child } = await openWith('trap "exit 3" TERM', 100);
    const bundle = host.memory.get('web');
    if (bundle?.run === undefined) throw new Error('no run');
    host.memory.set('web', { ...bundle, run: { ...bundle.run, startTime: bundle.run.startTime - 1 } });

    await stopContainer(web, { host, desired: new Map(), overlays: new Map() });
    await removeContainer(step, { host, desired: new Map(), overlays: new Map() });

    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });
});

describe('removing', () => {
  it('kills first and takes the bundle last, so that an interruption is taken up again', async () => {
    const { host, child } = await openWith('trap "" TERM', 100);

    await removeContainer(step, { host, desired: new Map(), overlays: new Map() });

    await ended(child);
    expect(child.signalCode).toBe('SIGKILL');
    expect(host.calls).toEqual(['remove-cgroup web', 'forget web', 'end-monitor web', 'release web', 'remove-log web', 'remove-bundle web']);
  });

  it.each<[string, (host: FakeHost) => void]>([
    ['no bundle', (host) => { host.memory.delete('web'); }],
    ['no process noted', (host) => { host.memory.set('web', { record: recordOf(desiredContainer('web')) }); }],
    ['a process that was not started', (host) => { host.states.add('web'); }],
  ])('first ends what may still be creating it: %s', async (_title, spoil) => {
    const { host } = await openWith(':', 100);
    spoil(host);

    await removeContainer(step, { host, desired: new Map(), overlays: new Map() });

    expect(host.calls.slice(0, 2)).toEqual(['end-creation web', 'remove-cgroup web']);
  });

  it('keeps the log of a container that is made anew', async () => {
    const host = openFakeHost();

    await removeContainer({ ...step, keepLog: true }, { host, desired: new Map(), overlays: new Map() });

    expect(host.calls).not.toContain('remove-log web');
  });
});
