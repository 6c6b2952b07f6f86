import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
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

describe('a path of the host', () => {
  it.each<[string, boolean, readonly (readonly [string, string])[]]>([
    ['/srv/data', true, []],
    ['/srv/data', false, [['writable-host-path', 'whatever lies in /srv/data']]],
    ['/', false, [['sensitive-host-path', 'every file of the host']]],
    ['/etc', false, [['sensitive-host-path', "the host's users, services and settings"]]],
    ['/etc/app/conf.d', false, [['sensitive-host-path', "the host's users, services and settings"]]],
    ['/etcetera', false, [['writable-host-path', 'whatever lies in /etcetera']]],
    ['/proc/sys', false, [['sensitive-host-path', 'settings of the kernel, for the whole host']]],
    ['/sys', false, [['sensitive-host-path', 'settings of the kernel, for the whole host']]],
    ['/dev/dri', false, [['sensitive-host-path', "the host's devices"]]],
    ['/usr/local/bin', false, [['sensitive-host-path', 'programs that the host runs']]],
    ['/var/lib', false, [['sensitive-host-path', 'the files and sockets of other programs']]],
    ['/var/lib/shop', false, [['writable-host-path', 'whatever lies in /var/lib/shop']]],
    ['/etc', true, []],
    ['/', true, []],
    ['/run/docker.sock', false, [['sensitive-host-path', 'the whole host: whoever may connect can start a container that has all of it']]],
    ['/var/run/docker.sock', true, [['sensitive-host-path', 'the whole host: whoever may connect can start a container that has all of it']]],
  ])('%s, read-only: %s, is told of with what it gives away', (source, readonly, expected) => {
    const plan = planFor([binding(source, readonly)], []);

    expect(hazardsOf(plan).map(({ code, cost }) => [code, cost])).toEqual(expected);
    expect(onlyChange(plan)).toMatchObject({ action: 'create', refusals: [] });
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

describe('a writable mount of our own folders', () => {
  const web = binding('/srv/link-to-data');
  const host = { ...plainHost, ownSources: ['/srv/link-to-data'] };
  const planOnHost = (desired: DesiredContainer, observed: readonly ObservedContainer[] = [], allowHazards = false) =>
    makePlan(desiredState([desired]), observedState(observed, [desired], host), codec, { allowHazards });

  it('is refused, with the flag that allows it', () => {
    const change = onlyChange(planOnHost(web));

    expect(change).toMatchObject({ action: 'none', reason: 'refused' });
    expect(change.hazards).toMatchObject([{ code: 'own-folder-writable', blocking: true, allowedBy: '--allow-hazards' }]);
    expect(change.refusals).toMatchObject([{ path: 'mounts./data', message: change.hazards[0]?.message }]);
  });

  it('is made where that is allowed', () => {
    expect(onlyChange(planOnHost(web, [], true))).toMatchObject({ action: 'create', hazards: [{ code: 'own-folder-writable' }], refusals: [] });
  });

  it('keeps nobody from going on who has it', () => {
    expect(onlyChange(planOnHost(web, [exitedAs(web, codec)]))).toMatchObject({ action: 'restart', hazards: [], refusals: [] });
  });

  it('is harmless where nothing can be written', () => {
    expect(onlyChange(planOnHost(binding('/srv/link-to-data', true)))).toMatchObject({ action: 'create', hazards: [] });
  });
});
