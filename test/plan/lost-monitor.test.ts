import { describe, expect, it } from 'vitest';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, plainSpec } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { kindsOf, onlyChange, planFor, withFiles, writesOf } from './plan-fixture.ts';

const web = desiredContainer('web');

/** Nobody watches its process, which started so long ago; that is the failure after so many. */
function unwatched(desired: DesiredContainer, { agoMs = 60_000, failures = 0 } = {}): ObservedContainer {
  const running = runningAs(desired, codecs.unified);
  const [bundle, process] = [running.bundle as object, running.process as object];
  return {
    ...running,
    bundle: { ...bundle, restarts: { count: failures, failures, oomKills: 0, lastExit: { code: 7, ranMs: 5, oomKilled: false } } } as never,
    process: { ...process, startedAtMs: 1_000_000 - agoMs, monitorLost: true } as never,
  };
}

const restarting = (policy: 'always' | 'on-failure' | 'never', drift = plainSpec.drift): DesiredContainer =>
  desiredContainer('web', { restart: { ...plainSpec.restart, policy }, drift });

describe('a container whose monitor stands still', () => {
  const stopped = (desired: DesiredContainer): ObservedContainer => {
    const running = runningAs(desired, codecs.unified);
    return { ...running, process: { ...running.process as NonNullable<typeof running.process>, monitorStopped: true } };
  };

  it('keeps its process, and has it go on', () => {
    const desired = restarting('never');

    const plan = planFor([desired], [stopped(desired)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'update', reason: 'drift', fields: [{ path: 'monitor.state', before: 'stopped', after: 'running', effect: 'live', enforced: true }] });
    expect(kindsOf(plan)).toEqual(['continue-monitor', 'record']);
  });

  it('is left as it is where the manifest says report of monitors', () => {
    const desired = restarting('always', { default: 'enforce', paths: { monitor: 'report' } });

    expect(onlyChange(planFor([desired], [stopped(desired)]))).toMatchObject({ action: 'none', fields: [{ path: 'monitor.state', enforced: false }] });
  });
});

describe('a container whose monitor is gone', () => {
  it('starts again over what it wrote, and that is shown and counted', () => {
    const plan = planFor([web], [unwatched(web)], { backoff: true });

    expect(onlyChange(plan)).toMatchObject({
      ...{ action: 'restart', reason: 'monitor-lost', pid: 4242 },
      fields: [{ path: 'monitor', before: 'lost', after: 'running', effect: 'restart', origin: 'drift', enforced: true }],
    });
    expect(kindsOf(plan)).toEqual(['stop', 'remove', 'prepare', 'create', 'write-limits', 'start']);
    expect(plan.steps[1]).toMatchObject({ kind: 'remove', keepLayer: true, keepLog: true });
    expect(plan.steps[2]).toMatchObject({ restarts: { count: 1, failures: 1, lastExit: { code: 7 } } });
  });

  it.each([
    ['always', 'restart', 'monitor-lost', true],
    ['on-failure', 'restart', 'monitor-lost', true],
    ['never', 'none', 'unchanged', false],
  ] as const)('with the policy %s has the action %s', (policy, action, reason, enforced) => {
    const desired = restarting(policy);

    expect(onlyChange(planFor([desired], [unwatched(desired)]))).toMatchObject({ action, reason, fields: [{ path: 'monitor', enforced }] });
  });

  it.each([
    ['report', 1],
    ['ignore', 0],
  ] as const)('is left as it is where the manifest says %s', (mode, shown) => {
    const desired = restarting('always', { default: 'enforce', paths: { monitor: mode } });

    const plan = planFor([desired], [unwatched(desired)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'none' });
    expect(onlyChange(plan).fields).toHaveLength(shown);
  });

  it('waits for its back-off, counted from the start of its process, under a watch alone', () => {
    const observed = unwatched(web, { agoMs: 3_000, failures: 2 });

    expect(onlyChange(planFor([web], [observed], { backoff: true }))).toMatchObject({ action: 'none', reason: 'waiting', notBeforeMs: 997_000 + 4_000 });
    expect(onlyChange(planFor([web], [observed]))).toMatchObject({ action: 'restart', reason: 'monitor-lost' });
  });

  it('starts its back-off over after a long run', () => {
    const observed = unwatched(web, { agoMs: plainSpec.restart.backoff.resetAfterMs, failures: 5 });

    const plan = planFor([web], [observed], { backoff: true });

    expect(plan.steps[2]).toMatchObject({ restarts: { count: 6, failures: 1 } });
  });

  it('has its limits written while it waits', () => {
    const observed = withFiles(unwatched(web, { agoMs: 10, failures: 9 }), { 'pids.max': '7' });

    const plan = planFor([web], [observed], { backoff: true });

    expect(onlyChange(plan)).toMatchObject({ action: 'update', reason: 'drift' });
    expect(writesOf(plan)).toEqual(['pids.max=128']);
  });

  it('is what its manifest makes of it where that changed too', () => {
    const renamed = desiredContainer('web', { hostname: 'other' });

    expect(onlyChange(planFor([renamed], [unwatched(web)], { backoff: true }))).toMatchObject({ action: 'restart', reason: 'manifest-changed' });
  });
});
