import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import { staleFacts } from '../../src/plan/staleness.ts';
import { staleLine } from '../../src/render/stale-text.ts';
import type { ContainerSpec, DesiredState } from '../../src/state/desired.ts';
import type { ObservedContainer, ObservedState } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { savedFrom } from '../support/saved.ts';

const before = { 'memory.max': 1 << 28, 'pids.max': 64 };
const after = { 'memory.max': 1 << 29, 'pids.max': 64 };

const desired = desiredState([desiredContainer('api', { resources: before }), desiredContainer('web', { resources: after })]);
const api = runningAs(desiredContainer('api', { resources: before }), codecs.unified);
const web = runningAs(desiredContainer('web', { resources: before }), codecs.unified);
const host = observedState([api, web], desired.containers);

/** What `apply` of a plan that was saved for `saved` says, when it finds `now`. */
function lines(now: Partial<ObservedState>, asked: DesiredState = desired, { saved = host, askedThen = desired }: { saved?: ObservedState; askedThen?: DesiredState } = {}): string[] {
  const plan = makePlan(askedThen, saved, codecs.unified);
  const observed = { ...saved, ...now };
  return staleFacts(savedFrom(plan, saved.containers), { plan: makePlan(asked, observed, codecs.unified), observed }).map(staleLine);
}

function withFiles(container: ObservedContainer, files: Readonly<Record<string, string>>): ObservedContainer {
  return { ...container, cgroup: { ...container.cgroup!, files: { ...container.cgroup!.files, ...files } } };
}

function withProcess(container: ObservedContainer, process: Partial<NonNullable<ObservedContainer['process']>>): ObservedContainer {
  return { ...container, process: { ...container.process!, ...process } };
}

function ended({ process: _process, ...rest }: ObservedContainer): ObservedContainer {
  return { ...rest, status: 'stopped', exit: { code: 1, atMs: 0, ranMs: 1, oomKilled: false } };
}

const asking = (spec: Partial<ContainerSpec>, revision = 'r2'): DesiredState => ({
  ...desiredState([desiredContainer('api', { resources: before }), desiredContainer('web', spec)]),
  revision,
});

describe('what has changed since a plan was saved', () => {
  it('is told in words: where the source of a mount leads', () => {
    const mounting = desiredContainer('web', { mounts: [{ type: 'bind', source: '/srv/link', target: '/data', readonly: true }] });
    const leading = (sourceTargets: Readonly<Record<string, string>>): ObservedState => observedState([], [mounting], { ...host.host, sourceTargets });
    const [none, one, other] = [leading({}), leading({ '/srv/link': '/srv/one' }), leading({ '/srv/link': '/srv/other' })];
    const linesOf = (saved: ObservedState, now: ObservedState): string[] => lines(now, desiredState([mounting]), { saved, askedThen: desiredState([mounting]) });

    expect(linesOf(one, other)).toEqual(['web would be shown something else: /srv/link leads to /srv/other now, led to /srv/one']);
    expect(linesOf(none, one)).toEqual(['web would be shown something else: /srv/link leads to /srv/one now, led to /srv/link']);
    expect(linesOf(one, none)).toEqual(['web would be shown something else: /srv/link leads to /srv/link now, led to /srv/one']);
    expect(linesOf(one, one)).toEqual([]);
  });

  it.each<[string, string[], Partial<ObservedState>, DesiredState?]>([
    ['a limit to be changed', ['web memory.max is now 100Mi, was 256Mi'], { containers: [api, withFiles(web, { 'memory.max': '104857600' })] }],
    ['a limit that is as asked already', ['web memory.max is now 512Mi, was 256Mi'], { containers: [api, withFiles(web, { 'memory.max': String(1 << 29) })] }],
    ['a limit of a container that was to stay', ['api pids.max is now 9, was 64', 'api is now to be changed by: update, was: none'], { containers: [withFiles(api, { 'pids.max': '9' }), web] }],
    ['another process', ['web process is now 77, was 4242'], { containers: [api, withProcess(web, { pid: 77 })] }],
    ['another process of the same number', ['web process 4242 is another one than that of the same number'], { containers: [api, withProcess(web, { startTime: 9 })] }],
    ['no process', ['web process 4242 is gone', 'web is now to be changed by: restart, was: update'], { containers: [api, ended(web)] }],
    ['no container', ['web process 4242 is gone', 'web is now to be changed by: create, was: update'], { containers: [api] }],
    ['a container that nobody asked for', ['zzz is now to be changed by: delete, was: not there'], { containers: [api, web, runningAs(desiredContainer('zzz'), codecs.unified)] }],
    ['what the manifest asks', ['the manifests are now revision r2, were r1', 'web memory.max is now asked to be 1Gi, was 512Mi'], {}, asking({ resources: { ...after, 'memory.max': 1 << 30 } })],
    ['a comment in a manifest', ['the manifests are now revision r2, were r1'], {}, asking({ resources: after })],
    ['the cgroup mode', ['the cgroup mode is now legacy, was unified'], { host: { ...host.host, cgroupMode: 'legacy' } }],
    ['the runtime', ['the runtime is now runc 1.1.5, was crun 1.8.1'], { host: { ...host.host, runtime: 'runc 1.1.5' } }],
    ['an unused jail', ['id-9 needs other steps now: remove-jail; were none'], { jails: ['id-9'] }],
  ])('is told in words: %s', (_, want, now, asked) => {
    expect(lines(now, asked)).toEqual(want.filter((line) => line !== ''));
  });

  it.each<[string, Partial<ObservedState>]>([
    ['time', { nowMs: 5_000_000 }],
    ['usage', { containers: [api, { ...web, cgroup: { ...web.cgroup!, usage: { memoryBytes: 1000, tasks: 3, cpuUsec: 9 } } }] }],
    ['the process of a container that stays as it is', { containers: [withProcess(api, { pid: 99 }), web] }],
    ['a version of the runtime that nobody had asked for', { host: { ...host.host, runtime: 'crun (version known at apply)' } }],
  ])('is nothing where only %s went on', (_, now) => {
    expect(lines(now)).toEqual([]);
  });

  it('names the files of a root filesystem that a new container would get', () => {
    const nothing = observedState([], desired.containers);
    const patched = Object.fromEntries(Object.keys(nothing.rootfs).map((key) => [key, { id: 'id-2', problems: [] }]));

    expect(lines({ rootfs: patched }, desired, { saved: nothing })).toContain('web would get other files: its root filesystem is now id-2, was id-1');
  });
});
