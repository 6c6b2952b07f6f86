import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../src/host/proc/process.ts';
import type { Bundle, BundleRun } from '../../src/host/runtime/bundle.ts';
import { openContainerReader } from '../../src/observe/container.ts';
import { openPatience } from '../../src/observe/end.ts';
import { observe } from '../../src/observe/observe.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { countCalls } from '../support/count-calls.ts';
import { desiredContainer, desiredState, name, recordOf } from '../support/containers.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHost } from '../support/fake-host.ts';

const web = name('web');
const record = recordOf(desiredContainer('web'));

let host: FakeHost;
let child: ChildProcess;
let run: BundleRun;

beforeEach(() => {
  host = openFakeHost();
  child = spawn('sleep', ['4242'], { stdio: 'ignore' });
  run = { pid: child.pid ?? 0, startTime: readProcess(child.pid ?? 0)?.startTime ?? 0, startedAtMs: 1_000, mounts: ['/', '/gone'] };
});
afterEach(() => { child.kill('SIGKILL'); });

function read({ layer = false, log = false, nowMs = 5_000 } = {}): ObservedContainer | undefined {
  return openContainerReader(host).read(web, { nowMs, layers: new Set(layer ? [web] : []), logs: new Set(log ? [web] : []), claimOf: () => undefined, patience: openPatience(), whole: true });
}

describe('a container', () => {
  it('is nothing where neither bundle nor cgroup nor layer is there', () => {
    expect(read()).toBeUndefined();
  });

  it('is stopped where only its layer is there', () => {
    expect(read({ layer: true })).toEqual({ name: 'web', status: 'stopped', layer: true });
  });

  it('is stopped where only its log is there, as after a reboot', () => {
    expect(read({ log: true })).toEqual({ name: 'web', status: 'stopped', layer: false, log: true });
    expect(read({ log: true, layer: true })).toEqual({ name: 'web', status: 'stopped', layer: true, log: true });
  });

  it.each<[string, () => void]>([
    ['it waited to be started', () => { host.states.add('web'); }],
    ['we had begun to remove it', () => { host.bundles.markLeaving(web); }],
  ])('counts as interrupted, not as ended, where its process ended while %s', (_title, mark) => {
    host.memory.set('web', { record, run: { ...run, startTime: run.startTime - 1 } });
    mark();

    expect(read()?.status).toBe('creating');
  });

  it.each<[string, () => void]>([
    ['its own process', () => { host.memory.set('web', { record, run }); }],
    ['a process that it started', () => {
      host.memory.set('web', { record, run: { ...run, startTime: run.startTime - 1 } });
      Object.assign(host.cgroups, { pids: () => [4242] });
    }],
  ])('is terminating while %s outlasts that we began to remove it', (_title, stay) => {
    stay();
    host.bundles.markLeaving(web);

    expect(read()?.status).toBe('terminating');
  });

  it('runs where its process does, with its mounts and namespaces', () => {
    host.memory.set('web', { record, run });
    host.kernel.set('web', {});

    const found = read();

    expect(found).toMatchObject({ status: 'running', bundle: record, process: { pid: run.pid, missingMounts: ['/gone'] } });
    expect(found?.process?.namespaces.network?.host).toBe(true);
    expect(found?.exit).toBeUndefined();
  });

  it('is created while the process waits to be started', () => {
    host.memory.set('web', { record, run });
    host.states.add('web');

    expect(read()?.status).toBe('created');
  });

  it.each<[string, (present: Bundle) => Bundle]>([
    ['another process has the pid', (present) => ({ ...present, run: { ...run, startTime: run.startTime - 1 } })],
    ['no process has the pid', (present) => ({ ...present, run: { ...run, pid: 2 ** 22 + 1 } })],
  ])('is stopped where %s', (_title, spoil) => {
    host.memory.set('web', spoil({ record, run }));

    expect(read()).toMatchObject({ status: 'stopped', exit: { atMs: 1_000, ranMs: 0, oomKilled: false } });
    expect(read()?.process).toBeUndefined();
  });

  it('is being created where no process is noted', () => {
    host.memory.set('web', { record });

    expect(read()).toMatchObject({ status: 'creating', bundle: record });
  });

  it('is being created, without a record, where the bundle is damaged', () => {
    Object.assign(host.bundles, { read: () => 'damaged' });

    expect(read()).toEqual({ name: 'web', status: 'creating', layer: false });
  });
});

describe('how a process ended', () => {
  const stopped = { record, run: { ...{ pid: 2 ** 22 + 1, startTime: 1, startedAtMs: 1_000, mounts: [] } } };

  it('is told with the time for which it ran', () => {
    host.memory.set('web', stopped);
    Object.assign(host.bundles, { readExit: () => ({ code: 3, mtimeMs: Date.now() - 1_000 }) });

    const exit = read({ nowMs: 5_000 })?.exit;

    expect(exit).toMatchObject({ code: 3, oomKilled: false });
    expect(exit?.ranMs).toBeGreaterThan(2_900);
    expect(exit?.ranMs).toBeLessThanOrEqual(3_000);
  });

  it.each([['an hour ahead', 3_600_000], ['an hour behind', -3_600_000]])('lies between its start and now where the wall clock was set %s', (_title, shiftMs) => {
    host.memory.set('web', stopped);
    Object.assign(host.bundles, { readExit: () => ({ code: 0, mtimeMs: Date.now() - shiftMs }) });

    const exit = read({ nowMs: 5_000 })?.exit;

    expect(exit?.atMs).toBeGreaterThanOrEqual(1_000);
    expect(exit?.atMs).toBeLessThanOrEqual(5_000);
  });

  it.each([
    ['an hour ahead', -3_600_000, 2_500, 3_500],
    ['an hour back', 3_600_000, 2_500, 3_500],
    ['an hour back, by an older program', 3_600_000, undefined, 1_000],
    ['an hour ahead while it ran', 0, 3_602_500, 5_000],
  ])('is the same at each look where the wall clock was set %s', (_title, aheadMs, afterNoteMs, atMs) => {
    host.memory.set('web', stopped);
    const mtimeMs = Date.now() + aheadMs;
    Object.assign(host.bundles, { readExit: () => ({ code: 1, mtimeMs, ...(afterNoteMs === undefined ? {} : { afterNoteMs }) }) });

    const [first, later] = [read({ nowMs: 5_000 })?.exit, read({ nowMs: 900_000 })?.exit];

    expect(first?.atMs).toBeCloseTo(atMs, -2);
    if (aheadMs !== 0) expect(later).toEqual(first);
  });

  it.each([[137, 1, true], [137, 0, false], [0, 1, false]])('code %d with %d kills for memory counts as killed for memory: %s', (code, oomKills, want) => {
    host.memory.set('web', stopped);
    Object.assign(host.bundles, { readExit: () => ({ code, mtimeMs: Date.now() }) });
    Object.assign(host.cgroups, { read: () => ({ path: '/fake/web', files: {} }), usage: () => ({ oomKills }) });

    expect(read()?.exit?.oomKilled).toBe(want);
  });
});

describe('observing', () => {
  it('finds what has a bundle, a cgroup or a layer, sorted, each once', () => {
    host.memory.set('web', { record });
    for (const cgroup of ['web', 'orphan', '.hidden']) host.kernel.set(cgroup, {});
    Object.assign(host.rootfs, { listLayers: () => [name('layer')] });

    const { containers } = observe(host, desiredState([]));

    expect(containers.map((container) => container.name)).toEqual(['layer', 'orphan', 'web']);
  });

  it('looks at the named containers alone, and then at no jail', () => {
    for (const cgroup of ['a', 'b']) host.kernel.set(cgroup, {});
    Object.assign(host.rootfs, { listJails: () => ['jail'] });

    const part = observe(host, desiredState([]), new Set([name('a')]));

    expect(part.containers.map((container) => container.name)).toEqual(['a']);
    expect(part.jails).toEqual([]);
    expect(observe(host, desiredState([])).jails).toEqual(['jail']);
  });
});

describe('a container whose limits changed', () => {
  it('is first asked no more than whether its process lives, and everything at the next look', async () => {
    host.memory.set('web', { record, run });
    host.kernel.set('web', { 'pids.max': '5' });
    const reader = openContainerReader(host);
    const links = async (whole: boolean): Promise<number> =>
      (await countCalls(() => reader.read(web, { nowMs: 5_000, layers: new Set(), logs: new Set(), claimOf: () => undefined, patience: openPatience(), whole }))).readlinkSync ?? 0;
    const all = await links(true);

    // The fake cgroup is another object each time.
    expect([await links(false), await links(false), await links(false)]).toEqual([0, all, 0]);
    expect(await links(true)).toBe(all);
  });

  it('is asked no more either where its manifest is what changed, by a look that knows', async () => {
    host.memory.set('web', { record, run });
    const files = { 'pids.max': '5' };
    const cgroup = { path: '/fake/web', files };
    Object.assign(host.cgroups, { read: () => cgroup });
    const reader = openContainerReader(host);
    const links = async (look: { readonly whole: boolean; readonly glances?: ReadonlySet<typeof web> }): Promise<number> =>
      (await countCalls(() => reader.read(web, { nowMs: 5_000, layers: new Set(), logs: new Set(), claimOf: () => undefined, patience: openPatience(), ...look }))).readlinkSync ?? 0;
    const all = await links({ whole: true });

    const glance = { whole: false, glances: new Set([web]) };
    expect([await links(glance), await links(glance), await links({ whole: false })]).toEqual([0, 0, all]);
    expect(await links({ ...glance, whole: true })).toBe(all);
  });

  it('has no file of its cgroup read where its manifest is what changed and nobody else was noticed', () => {
    host.memory.set('web', { record, run });
    const cgroup = { path: '/fake/web', files: { 'pids.max': '5' } };
    const reads: string[] = [];
    let noticed = false;
    Object.assign(host.cgroups, { read: (asked: string) => { reads.push(asked); return cgroup; }, unnoticed: () => (noticed ? undefined : cgroup) });
    const reader = openContainerReader(host);
    const readsIn = (look: { readonly whole: boolean; readonly glances?: ReadonlySet<typeof web> }): number => {
      reads.length = 0;
      reader.read(web, { nowMs: 5_000, layers: new Set(), logs: new Set(), claimOf: () => undefined, patience: openPatience(), ...look });
      return reads.length;
    };
    const first = readsIn({ whole: true });
    const glance = { whole: false, glances: new Set([web]) };
    const unnoticed = [readsIn(glance), readsIn(glance)];
    noticed = true;

    expect([first, unnoticed, readsIn(glance)]).toEqual([1, [0, 0], 1]);
    noticed = false;
    expect([readsIn({ whole: false }), readsIn({ ...glance, whole: true })]).toEqual([1, 1]);
  });

  it('is stopped where its process ended, however short the look', () => {
    host.memory.set('web', { record, run });
    host.kernel.set('web', { 'pids.max': '5' });
    const reader = openContainerReader(host);
    const look = { nowMs: 5_000, layers: new Set<typeof web>(), logs: new Set<typeof web>(), claimOf: () => undefined, patience: openPatience(), whole: false };
    reader.read(web, look);
    host.memory.set('web', { record, run: { ...run, startTime: run.startTime - 1 } });

    expect(reader.read(web, look)?.status).toBe('stopped');
  });
});
