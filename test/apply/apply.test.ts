import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StepEvent } from '../../src/apply/apply.ts';
import { apply } from '../../src/apply/apply.ts';
import { ReconcileError } from '../../src/errors.ts';
import { readProcess } from '../../src/host/proc/process.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import { desiredContainer, desiredState, name, recordOf } from '../support/containers.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHostOptions } from '../support/fake-host.ts';

const restarts = { count: 0, failures: 0, oomKills: 0 };

function createSteps(container: string, lane = container): Step[] {
  const base = { phase: 'create', lane, container: name(container) } as const;
  return [
    { ...base, kind: 'prepare', rootfsId: 'id-1', restarts },
    { ...base, kind: 'create' },
    { ...base, kind: 'start' },
  ];
}

function planOf(steps: readonly Step[]): Plan {
  const summary = { create: 0, update: 0, restart: 0, replace: 0, delete: 0, unchanged: 0, refused: 0 };
  return { formatVersion: '1', revision: 'r1', host: { cgroupMode: 'unified', runtime: 'crun 1', runtimeReason: 'asked for' }, changes: [], summary, steps };
}

const desired = desiredState(['a', 'b', 'c', 'd', 'e', 'f'].map((container) => desiredContainer(container)));

function open(options: FakeHostOptions = {}) {
  const host = openFakeHost(options);
  const events: string[] = [];
  const onStep = (event: StepEvent): void => {
    if (event.type !== 'started') events.push(`${event.type} ${event.step.kind} ${'container' in event.step ? event.step.container : ''}`);
  };
  return { host, events, onStep };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => { vi.useRealTimers(); });

describe('apply', () => {
  it('carries out the steps of a lane in order and the phases one after another', async () => {
    const { host, events, onStep } = open();
    const late = { kind: 'remove-jail', phase: 'prune', lane: 'jail x', jail: 'x' } as const;

    const result = await apply(planOf([late, ...createSteps('a')]), desired, host, { onStep });

    expect(events).toEqual(['finished prepare a', 'finished create a', 'finished start a', 'finished remove-jail ']);
    expect(result).toEqual({ done: 4, skipped: 0, failed: [] });
  });

  it('starts no container of which a mount shows what was not judged, and removes what it made', async () => {
    const { host, events, onStep } = open();
    const asked: unknown[] = [];
    const processes = { ...host.processes, unjudgedMount: (...args: unknown[]) => (asked.push(args[1]), { target: '/data', place: '/srv/real', shows: '/etc' }) };
    const [prepare, ...others] = createSteps('a');
    const led = { ...prepare, sourceTargets: { '/srv/data': '/srv/real' } } as Step;

    const result = await apply(planOf([led, ...others]), desired, { ...host, processes }, { onStep });

    expect(asked).toEqual([[{ target: '/data', place: '/srv/real' }]]);
    expect(result.failed).toMatchObject([{ name: 'a', error: { code: 'ERR_ROOTFS', message: 'a: mount /data shows /etc, not /srv/real: it was not started', retryable: true } }]);
    expect(events).toEqual(['finished prepare a', 'failed create a', 'skipped start a']);
    expect(host.calls).toContain('forget a');
  });

  it('ends the lane of a container that fails, and goes on with the others', async () => {
    const error = new ReconcileError('ERR_RUNTIME_FAILED', 'a: no');
    const { host, events, onStep } = open({ create: async (container) => { if (container === 'a') throw error; } });

    const result = await apply(planOf([...createSteps('a'), ...createSteps('b')]), desired, host, { onStep });

    expect(result.failed).toEqual([{ name: 'a', error }]);
    expect(events).toContain('skipped start a');
    expect(events).toContain('finished start b');
  });

  it('stops a rolling change at the first replica that fails', async () => {
    const { host, onStep } = open({ start: async (container) => { if (container === 'b') throw new Error('broken'); } });
    const steps = ['a', 'b', 'c'].flatMap((container) => createSteps(container, 'group web'));

    const result = await apply(planOf(steps), desired, host, { onStep });

    expect(result.failed.map((failure) => failure.name)).toEqual(['b']);
    expect(host.calls.filter((call) => call.startsWith('create'))).toEqual(['create a', 'create b']);
    expect(result.skipped).toBe(3);
  });

  it('leaves no process and no state of the runtime where a create fails', async () => {
    const { host } = open({ create: async () => { throw new Error('no'); } });

    await apply(planOf(createSteps('a')), desired, host);

    expect(host.calls.slice(-3)).toEqual(['remove-cgroup a', 'end-creation a', 'forget a']);
  });

  it.each([['as it is told', { concurrency: 2 }, 2], ['as two a CPU', {}, 2 * availableParallelism()]])('works on so many lanes at a time %s', async (_words, options, count) => {
    let [now, most] = [0, 0];
    const { host } = open({
      create: async () => {
        now += 1;
        most = Math.max(most, now);
        await pause(5);
        now -= 1;
      },
    });

    const many = Array.from({ length: count + 2 }, (_, index) => `web-${index}`);

    await apply(planOf(many.flatMap((container) => createSteps(container))), desiredState(many.map((container) => desiredContainer(container))), host, options);

    expect(most).toBe(count);
  });

  it('lets processes that are slow to end wait side by side', async () => {
    const { host } = open();
    let [nowMs, asleep, most] = [0, 0, 0];
    const sleep = async (ms: number): Promise<void> => {
      asleep += 1;
      most = Math.max(most, asleep);
      await pause(1);
      asleep -= 1;
      nowMs += ms;
    };
    const children = ['a', 'b', 'c'].map((container) => {
      const child = spawn('sleep', ['4242'], { stdio: 'ignore' });
      const { pid = 0, startTime = 0 } = readProcess(child.pid ?? 0) ?? {};
      // A signal that ends nothing: each is waited for as long as its manifest says.
      const record = recordOf(desiredContainer(container, { stop: { signal: 'CONT', timeoutMs: 200 } }));
      host.memory.set(container, { record, run: { pid, startTime, startedAtMs: 0, mounts: [] } });
      return child;
    });
    const steps = ['a', 'b', 'c'].map((container): Step => ({ kind: 'stop', phase: 'delete', lane: container, container: name(container) }));

    await apply(planOf(steps), desired, { ...host, processes: { ...host.processes, nowMs: () => nowMs, sleep } }, { concurrency: 1 });

    for (const child of children) child.kill('SIGKILL');
    expect(nowMs).toBeGreaterThanOrEqual(200);
    expect(most).toBe(3);
  });

  it('removes no jail where anything failed: whatever was not replaced may still run from it', async () => {
    const { host, events, onStep } = open({ create: async () => { throw new ReconcileError('ERR_RUNTIME_FAILED', 'a: no'); } });
    const steps: Step[] = [...createSteps('a'), { kind: 'remove-jail', phase: 'prune', lane: 'jail old', jail: 'old' }];

    const result = await apply(planOf(steps), desired, host, { onStep });

    expect(host.calls.filter((call) => call.startsWith('remove-jail'))).toEqual([]);
    expect(events.at(-1)).toBe('skipped remove-jail ');
    expect(result.failed.map(({ name: failed }) => failed)).toEqual(['a']);
  });

  it('begins nothing once it was told to stop', async () => {
    const { host, events, onStep } = open();

    const result = await apply(planOf(createSteps('a')), desired, host, { onStep, signal: AbortSignal.abort() });

    expect(host.calls).toEqual([]);
    expect(events).toEqual(['skipped prepare a', 'skipped create a', 'skipped start a']);
    expect(result).toEqual({ done: 0, skipped: 3, failed: [] });
  });

  it('finishes the containers in hand when it is told to stop, and begins no other', async () => {
    const stop = new AbortController();
    const { host } = open({ create: async () => { stop.abort(); await pause(20); } });
    const steps = ['a', 'b'].flatMap((container) => createSteps(container, 'group web'));

    const result = await apply(planOf(steps), desired, host, { signal: stop.signal });

    expect(host.calls.filter((call) => /^(create|start)/.test(call))).toEqual(['create a', 'start a']);
    expect(result).toEqual({ done: 3, skipped: 3, failed: [] });
  });

  it('cuts off what takes 300 ms after that, and does not call it a failure', async () => {
    const stop = new AbortController();
    const hang = (_: string, signal: AbortSignal | undefined): Promise<void> =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => { reject(new Error('cut off')); }));
    const { host, events, onStep } = open({ create: hang });
    let ended = false;
    const applied = apply(planOf(createSteps('a')), desired, host, { signal: stop.signal, onStep }).finally(() => { ended = true; });
    await expect.poll(() => host.calls).toContain('create a');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

    stop.abort();
    await vi.advanceTimersByTimeAsync(299);
    const endedBefore = ended;
    await vi.advanceTimersByTimeAsync(1);
    const result = await applied;

    expect(endedBefore).toBe(false);
    expect(result.failed).toEqual([]);
    expect(events).toEqual(['finished prepare a', 'skipped create a', 'skipped start a']);
  });

  it('gives a fault of its own the name of the step', async () => {
    const { host } = open({ start: async () => { throw new TypeError('x is undefined'); } });

    const { failed } = await apply(planOf(createSteps('a')), desired, host);

    expect(failed[0]?.error).toMatchObject({ code: 'ERR_INTERNAL', message: 'a: start: x is undefined' });
  });
});
