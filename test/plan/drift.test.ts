import { describe, expect, it } from 'vitest';
import { codecFor } from '../../src/host/cgroup/codec-for.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost, plainSpec, recordOf } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { kindsOf, onlyChange, planFor, withFiles, writesOf } from './plan-fixture.ts';

const { unified: codec, hybrid } = codecs;

const web = desiredContainer('web');

describe('drift', () => {
  const drifted = (desired: DesiredContainer): ObservedContainer =>
    withFiles(runningAs(desired, codec), { 'memory.max': '1073741824' });

  const frozen = (desired: DesiredContainer): ObservedContainer => {
    const { cgroup, ...rest } = runningAs(desired, codec);
    return { ...rest, cgroup: { ...(cgroup as NonNullable<typeof cgroup>), frozen: true } };
  };

  it('is healed where the manifest says enforce', () => {
    const plan = planFor([web], [drifted(web)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'update', reason: 'drift', fields: [{ origin: 'drift', enforced: true }] });
    expect(kindsOf(plan)).toEqual(['write-limits', 'record']);
  });

  it('of several containers is healed in all of them before anything is noted', () => {
    const both = [web, desiredContainer('other')];

    const plan = planFor(both, both.map(drifted));

    expect(plan.steps.map(({ kind, lane }) => `${kind} ${lane}`)).toEqual(['write-limits other', 'write-limits web', 'record other', 'record web']);
  });

  it('is shown and left where the manifest says report', () => {
    const lenient = desiredContainer('web', { drift: { default: 'report', paths: {} } });

    const plan = planFor([lenient], [drifted(lenient)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', fields: [{ path: 'resources.memory.max', enforced: false }] });
    expect(plan.steps).toEqual([]);
  });

  it('is told from a manifest whose limit the kernel held already: that one is noted, and written no more', () => {
    const lenient = { drift: { default: 'report', paths: {} } } as const;
    const [before, after] = [256, 1024].map((mebibytes) => desiredContainer('web', { ...lenient, resources: { ...plainSpec.resources, 'memory.max': mebibytes * 2 ** 20 } })) as [DesiredContainer, DesiredContainer];
    const running = drifted(before);

    const noting = planFor([after], [running]);
    const noted = planFor([after], [withFiles({ ...running, bundle: recordOf(after) }, { 'memory.max': '536870912' })]);

    expect(onlyChange(noting)).toMatchObject({ action: 'update', reason: 'manifest-changed', hazards: [] });
    expect(onlyChange(noting).fields).toEqual([
      { path: 'resources.memory.max', before: 268_435_456, after: 1_073_741_824, effect: 'live', origin: 'manifest', enforced: true },
    ]);
    expect(kindsOf(noting)).toEqual(['record']);
    expect(onlyChange(noted)).toMatchObject({ action: 'none', fields: [{ origin: 'drift', enforced: false }] });
  });

  it('is told from what a run was killed over: a limit that stays when somebody else writes it is announced before it is written', () => {
    const [before, after] = [10, 20].map((pids) => desiredContainer('web', { drift: { default: 'report', paths: {} }, resources: { ...plainSpec.resources, 'pids.max': pids } })) as [DesiredContainer, DesiredContainer];
    const writing = planFor([after], [runningAs(before, codec)]);
    const bundle = { ...recordOf(before), announced: { 'pids.max': ['20'] } };
    const backAfter = (pids: string): Plan => planFor([before], [withFiles({ ...runningAs(before, codec), bundle }, { 'pids.max': pids })]);

    expect(writing.steps).toMatchObject([{ kind: 'announce', files: { 'pids.max': ['20'] } }, { kind: 'write-limits' }, { kind: 'record' }]);
    expect(writesOf(backAfter('20'))).toEqual(['pids.max=10']);
    expect(onlyChange(backAfter('30'))).toMatchObject({ action: 'none', fields: [{ origin: 'drift', enforced: false }] });
    expect(kindsOf(backAfter('10'))).toEqual(['record']);
  });

  it('is told from what several runs were killed over, each of which was to write something else', () => {
    const [before, after] = [10, 30].map((pids) => desiredContainer('web', { drift: { default: 'report', paths: {} }, resources: { ...plainSpec.resources, 'pids.max': pids } })) as [DesiredContainer, DesiredContainer];
    const left = (values: readonly string[]): ObservedContainer => withFiles({ ...runningAs(before, codec), bundle: { ...recordOf(before), announced: { 'pids.max': values } } }, { 'pids.max': '20' });
    const announcedOver = (values: readonly string[]): unknown => planFor([after], [left(values)]).steps[0];

    expect(announcedOver(['20'])).toMatchObject({ kind: 'announce', files: { 'pids.max': ['20', '30'] } });
    expect(announcedOver(['20', '30'])).toMatchObject({ kind: 'announce', files: { 'pids.max': ['20', '30'] } });
    expect(announcedOver(['40'])).toMatchObject({ kind: 'announce', files: { 'pids.max': ['30'] } });
    expect(writesOf(planFor([before], [left(['20', '30'])]))).toEqual(['pids.max=10']);
  });

  it('is told from what a run was killed over between two files that hold one limit', () => {
    const [before, after] = [64, 32].map((mebibytes) =>
      desiredContainer('web', { drift: { default: 'report', paths: {} }, resources: { ...plainSpec.resources, 'memory.max': mebibytes << 20, 'memory.swap.max': 1 << 20 } })) as [DesiredContainer, DesiredContainer];
    const planOver = (wanted: DesiredContainer, running: ObservedContainer): Plan =>
      makePlan(desiredState([wanted]), observedState([running], [wanted], { ...plainHost, cgroupMode: 'hybrid' }), hybrid);
    const announced = { 'memory.limit_in_bytes': [String(32 << 20)], 'memory.memsw.limit_in_bytes': [String(33 << 20)] };

    const killed = withFiles({ ...runningAs(before, hybrid), bundle: { ...recordOf(before), announced } }, { 'memory.limit_in_bytes': String(32 << 20) });

    expect(planOver(after, runningAs(before, hybrid)).steps[0]).toMatchObject({ kind: 'announce', files: announced });
    expect(writesOf(planOver(before, killed))).toEqual([`memory.limit_in_bytes=${64 << 20}`]);
  });

  it('of a limit that is only to be noted is no hazard, whatever is in use', () => {
    const tiny = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 2 ** 20 } });
    const running = runningAs(web, codec);
    const cgroup = { ...running.cgroup, path: '/reconcile/web', files: codec.toFiles(tiny.spec.resources), usage: { memoryBytes: 2 ** 22 } };

    expect(kindsOf(planFor([tiny], [{ ...running, cgroup }]))).toEqual(['record']);
  });

  it('of a container that somebody froze is thawed in place', () => {
    const plan = planFor([web], [frozen(web)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'update', reason: 'drift', fields: [{ path: 'cgroup.freeze', before: 'frozen', after: 'running', effect: 'live' }] });
    expect(kindsOf(plan)).toEqual(['thaw', 'record']);
  });

  it('of a container that somebody froze is left where the manifest says report', () => {
    const lenient = desiredContainer('web', { drift: { default: 'enforce', paths: { 'cgroup.freeze': 'report' } } });

    expect(kindsOf(planFor([lenient], [frozen(lenient)]))).toEqual([]);
  });

  it('is not even shown where the manifest says ignore', () => {
    const blind = desiredContainer('web', { drift: { default: 'enforce', paths: { 'resources.memory': 'ignore' } } });

    const plan = planFor([blind], [drifted(blind)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', fields: [] });
  });

  it('of a reported field is left alone while a healed one beside it is written', () => {
    const mixed = desiredContainer('web', { drift: { default: 'enforce', paths: { 'resources.memory.max': 'report' } } });
    const observed = withFiles(drifted(mixed), { 'pids.max': '7' });

    expect(writesOf(planFor([mixed], [observed]))).toEqual(['pids.max=128']);
  });

  it('of a reported field is left alone while a healed one of the same controller is written', () => {
    const mixed = desiredContainer('web', {
      resources: { 'memory.high': 200 << 20, 'memory.max': 256 << 20 },
      drift: { default: 'enforce', paths: { 'resources.memory.high': 'report' } },
    });
    const observed = withFiles(runningAs(mixed, codec), { 'memory.high': '104857600', 'memory.max': '1073741824' });

    expect(writesOf(planFor([mixed], [observed]))).toEqual(['memory.max=268435456']);
  });

  it('of an ignored field stays in a file that it shares with a healed one', () => {
    const mixed = desiredContainer('web', {
      resources: { 'memory.max': 256 << 20, 'memory.swap.max': 0 },
      drift: { default: 'enforce', paths: { 'resources.memory.swap.max': 'ignore' } },
    });
    const files = { 'memory.limit_in_bytes': String(512 << 20), 'memory.memsw.limit_in_bytes': String(576 << 20) };
    const state = observedState([withFiles(runningAs(mixed, hybrid), files)], [mixed], { ...plainHost, cgroupMode: 'hybrid' });

    const plan = makePlan(desiredState([mixed]), state, hybrid);

    expect(writesOf(plan)).toEqual([`memory.limit_in_bytes=${256 << 20}`, `memory.memsw.limit_in_bytes=${320 << 20}`]);
  });

  it('is told after what the manifest changed', () => {
    const before = desiredContainer('web', { resources: { 'cpu.max': 1, 'memory.max': 256 << 20 } });
    const bigger = desiredContainer('web', { resources: { 'cpu.max': 1, 'memory.max': 512 << 20 } });

    const plan = planFor([bigger], [withFiles(runningAs(before, codec), { 'cpu.max': '50000 100000' })]);

    expect(onlyChange(plan).fields.map(({ path, origin }) => [path, origin])).toEqual([
      ['resources.memory.max', 'manifest'],
      ['resources.cpu.max', 'drift'],
    ]);
  });

  it('of a field that this host cannot hold is not looked for', () => {
    const unsupported = { 'memory.swap.max': 'no accounting of swap' };
    const limited = codecFor('unified', { pageBytes: 4096, cpus: '0-3', mems: '0', ioWeightFile: 'io.weight', unsupported });
    const state = observedState([withFiles(runningAs(web, limited), { 'memory.swap.max': '4096' })], [web], { ...plainHost, unsupported });

    expect(onlyChange(makePlan(desiredState([web]), state, limited))).toMatchObject({ reason: 'unchanged', fields: [] });
  });

  it('of one file of a field that has two is healed', () => {
    const half = desiredContainer('web', { resources: { 'cpu.max': 0.5 } });
    const observed = withFiles(runningAs(half, hybrid), { 'cpu.cfs_period_us': '50000' });
    const state = observedState([observed], [half], { ...plainHost, cgroupMode: 'hybrid' });

    expect(writesOf(makePlan(desiredState([half]), state, hybrid))).toEqual(['cpu.cfs_period_us=100000']);
  });

  it.each([
    ['a namespace that is the host’s', { namespaces: { network: { inode: 1, host: true } } }, 'namespaces.network'],
    ['a mount that was taken away', { missingMounts: ['/data'] }, 'mounts./data'],
    ['a process that was moved out of its cgroup', { strayCgroup: '/elsewhere' }, 'cgroup'],
  ])('that only a new process can heal restarts the container: %s', (_title, process, path) => {
    const running = runningAs(web, codec);
    const observed = { ...running, process: { ...(running.process as object), ...process } } as ObservedContainer;

    const plan = planFor([web], [observed]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', reason: 'drift', fields: [{ path, origin: 'drift' }] });
  });
});
