import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import type { Hazard, Plan } from '../../src/plan/types.ts';
import type { BindMount, DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { onlyChange, planFor } from './plan-fixture.ts';

const codec = codecs.unified;

const sharing = (type: 'network' | 'pid' | 'ipc' | 'uts' | 'cgroup') =>
  desiredContainer('web', { namespaces: { ...plainSpec.namespaces, [type]: 'host' } });

const bind = (source: string, readonly = false): BindMount => ({ type: 'bind', source, target: '/data', readonly });
const binding = (source: string, readonly = false) => desiredContainer('web', { mounts: [bind(source, readonly)] });

function hazardsOf(plan: Plan): readonly Hazard[] {
  return onlyChange(plan).hazards;
}

describe('a namespace that is shared with the host', () => {
  it.each(['network', 'pid', 'ipc'] as const)('is told of with what it gives away: %s', (type) => {
    const [hazard, ...others] = hazardsOf(planFor([sharing(type)], []));

    expect(hazard).toMatchObject({ code: 'host-namespace', path: `namespaces.${type}`, blocking: false });
    expect(hazard?.cost).toMatch(/of the host/);
    expect(hazard).not.toHaveProperty('allowedBy');
    expect(others).toEqual([]);
  });

  it.each(['uts', 'cgroup'] as const)('is nothing to tell of where it gives nothing away: %s', (type) => {
    expect(hazardsOf(planFor([sharing(type)], []))).toEqual([]);
  });

  it('holds nothing back', () => {
    expect(onlyChange(planFor([sharing('network')], []))).toMatchObject({ action: 'create', refusals: [] });
  });

  it('is told of when its manifest comes to share it', () => {
    const plan = planFor([sharing('pid')], [runningAs(desiredContainer('web'), codec)]);

    expect(hazardsOf(plan)).toMatchObject([{ code: 'host-namespace', path: 'namespaces.pid' }]);
  });

  it.each<[string, ObservedContainer]>([
    ['it runs as asked', runningAs(sharing('network'), codec)],
    ['it starts again', exitedAs(sharing('network'), codec)],
    ['something else changes', runningAs({ ...sharing('network'), spec: { ...sharing('network').spec, hostname: 'old' } }, codec)],
  ])('is told of no more where %s', (_what, observed) => {
    expect(hazardsOf(planFor([sharing('network')], [observed]))).toEqual([]);
  });

  it('is not told of where it becomes private', () => {
    expect(hazardsOf(planFor([desiredContainer('web')], [runningAs(sharing('network'), codec)]))).toEqual([]);
  });
});

const kernel = 'settings and state of the kernel, for the whole host';
const sockets = 'the sockets of other programs, of which many do what they are told';
const control = 'the whole host: whoever may connect can start a container that has all of it';

describe('a path of the host', () => {
  it.each<[string, boolean, readonly (readonly [string, string])[]]>([
    ['/srv/data', true, []],
    ['/srv/data', false, [['writable-host-path', 'whatever lies in /srv/data']]],
    ['/etc', false, [['sensitive-host-path', "the host's users, services and settings"]]],
    ['/etc/app/conf.d', false, [['sensitive-host-path', "the host's users, services and settings"]]],
    ['/etcetera', false, [['writable-host-path', 'whatever lies in /etcetera']]],
    ['/usr/local/bin', false, [['sensitive-host-path', 'programs that the host runs']]],
    ['/var/lib', false, [['sensitive-host-path', 'the files and sockets of other programs']]],
    ['/var/lib/shop', false, [['writable-host-path', 'whatever lies in /var/lib/shop']]],
    ['/etc', true, []],
    ['/runner', true, []],
    ['/device', true, []],
  ])('%s, read-only: %s, is told of with what it gives away', (source, readonly, expected) => {
    const plan = planFor([binding(source, readonly)], []);

    expect(hazardsOf(plan).map(({ code, cost }) => [code, cost])).toEqual(expected);
    expect(onlyChange(plan)).toMatchObject({ action: 'create', refusals: [] });
  });

  it.each<[string, string]>([
    ['/', 'every file of the host'],
    ['/proc', kernel],
    ['/proc/sys', kernel],
    ['/sys', kernel],
    ['/sys/fs/cgroup', kernel],
    ['/dev', "the host's devices"],
    ['/dev/dri', "the host's devices"],
    ['/run', sockets],
    ['/run/dbus', sockets],
    ['/var/run/app', sockets],
    ['/run/docker.sock', control],
    ['/var/run/docker.sock', control],
    ['/run/podman/podman.sock', control],
  ])('%s is refused, read-only or not, until a list allows it', (source, cost) => {
    for (const readonly of [true, false]) {
      const desired = binding(source, readonly);

      const change = onlyChange(planFor([desired], []));

      expect(change).toMatchObject({ action: 'none', reason: 'refused' });
      expect(change.hazards).toMatchObject([{ code: 'sensitive-host-path', cost, blocking: true, allowedBy: '--allow-mounts' }]);
      expect(onlyChange(planFor([desired], [], { allowHazards: true }))).toMatchObject({ action: 'none', reason: 'refused' });
      expect(onlyChange(planFor([desired], [], { allowedMounts: [source] }))).toMatchObject({ action: 'create', refusals: [], hazards: [{ cost, blocking: false }] });
      expect(onlyChange(planFor([desired], [], { allowedMounts: ['/srv', `${source}x`] }))).toMatchObject({ action: 'none' });
    }
  });

  it('is judged by where its links lead', () => {
    const desired = binding('/srv/link', true);
    const host = { ...plainHost, sourceTargets: { '/srv/link': '/proc' } };

    const plan = makePlan(desiredState([desired]), observedState([], [desired], host), codec, { allowedMounts: ['/srv'] });

    expect(onlyChange(plan)).toMatchObject({ action: 'none', refusals: [{ message: expect.stringContaining('/srv/link, which leads to /proc,') as string }] });
  });

  it('is judged anew where a process is made anew and a link leads elsewhere than before', () => {
    const web = binding('/srv/link', true);
    const observed = exitedAs(web, codec);
    const ledTo = (place: string): ObservedContainer => ({ ...observed, bundle: { ...observed.bundle!, sourceTargets: { '/srv/link': place } } });
    const host = { ...plainHost, sourceTargets: { '/srv/link': '/proc' } };
    const changeFor = (before: ObservedContainer) => onlyChange(makePlan(desiredState([web]), observedState([before], [web], host), codec));

    expect(changeFor(observed)).toMatchObject({ action: 'none', reason: 'refused' });
    expect(changeFor(ledTo('/srv/data'))).toMatchObject({ action: 'none', reason: 'refused' });
    expect(changeFor(ledTo('/proc'))).toMatchObject({ action: 'restart', hazards: [] });
    const running = runningAs(web, codec);
    expect(changeFor(running)).toMatchObject({ action: 'none', reason: 'unchanged' });
    expect(changeFor({ ...running, cgroup: { ...running.cgroup!, files: { ...running.cgroup!.files, 'pids.max': '9' } } })).toMatchObject({ action: 'update', hazards: [] });
  });

  it('goes into the plan with where its links lead, which is all that may be mounted', () => {
    const host = { ...plainHost, sourceTargets: { '/srv/link': '/srv/data', '/srv/other': '/srv/data' } };
    const stepsFor = (desired: DesiredContainer) => makePlan(desiredState([desired]), observedState([], [desired], host), codec).steps;

    expect(stepsFor(binding('/srv/link'))[0]).toMatchObject({ kind: 'prepare', sourceTargets: { '/srv/link': '/srv/data' } });
    expect(stepsFor(binding('/srv/data'))[0]).not.toHaveProperty('sourceTargets');
  });

  it('is told of when its manifest comes to write to it, and then no more', () => {
    const after = binding('/srv/data');

    expect(hazardsOf(planFor([after], [runningAs(binding('/srv/data', true), codec)]))).toMatchObject([{ path: 'mounts./data' }]);
    expect(hazardsOf(planFor([after], [runningAs(after, codec)]))).toEqual([]);
    expect(hazardsOf(planFor([after], [exitedAs(after, codec)]))).toEqual([]);
  });

  it('is not told of where a mount of it is missing and comes back', () => {
    const web = binding('/srv/data');
    const running = runningAs(web, codec);
    const process = { ...(running.process as NonNullable<typeof running.process>), missingMounts: ['/data'] };

    expect(onlyChange(planFor([web], [{ ...running, process }]))).toMatchObject({ action: 'restart', hazards: [] });
  });
});

describe('a mount of our own folders', () => {
  const web = binding('/srv/link-to-data');
  const host = { ...plainHost, ownSources: ['/srv/link-to-data'] };
  const planOnHost = (desired: DesiredContainer, observed: readonly ObservedContainer[] = [], options: PlanOptions = {}) =>
    makePlan(desiredState([desired]), observedState(observed, [desired], host), codec, options);

  it('is refused, with the flag that allows it', () => {
    const change = onlyChange(planOnHost(web));

    expect(change).toMatchObject({ action: 'none', reason: 'refused' });
    expect(change.hazards).toMatchObject([{ code: 'own-folder-writable', blocking: true, allowedBy: '--allow-mounts' }]);
    expect(change.refusals).toMatchObject([{ path: 'mounts./data', message: change.hazards[0]?.message }]);
  });

  it('is made where a list allows it, and by no other flag', () => {
    expect(onlyChange(planOnHost(web, [], { allowedMounts: ['/srv/link-to-data'] }))).toMatchObject({ action: 'create', hazards: [{ code: 'own-folder-writable' }], refusals: [] });
    expect(onlyChange(planOnHost(web, [], { allowHazards: true, allowPrune: true }))).toMatchObject({ action: 'none' });
  });

  it('keeps nobody from going on who has it', () => {
    expect(onlyChange(planOnHost(web, [exitedAs(web, codec)]))).toMatchObject({ action: 'restart', hazards: [], refusals: [] });
  });

  it('is refused read-only too: what lies there has secrets', () => {
    expect(onlyChange(planOnHost(binding('/srv/link-to-data', true)))).toMatchObject({ action: 'none', hazards: [{ code: 'sensitive-host-path', blocking: true }] });
  });
});
