import { describe, expect, it } from 'vitest';
import { changedContainers, namesKnown, scopeOf } from '../../src/watch/scope.ts';
import { wakeAll, wakeContainer, wakeSource } from '../../src/watch/wake.ts';
import { desiredContainer, desiredState, name } from '../support/containers.ts';

const before = desiredState([desiredContainer('a'), desiredContainer('b')]);
const after = desiredState([desiredContainer('a'), desiredContainer('b', { hostname: 'new' }), desiredContainer('c')]);

const known = namesKnown(new Set(), before);

describe('what a pass looks at', () => {
  it('is everything when everything was asked for', () => {
    expect(scopeOf(wakeAll, { known, desired: before }, new Set())).toBeUndefined();
  });

  it('is one container when its cgroup was written to', () => {
    expect(scopeOf(wakeContainer(name('b')), { known, desired: before }, new Set())).toEqual(new Set(['b']));
  });

  it('is what changed in the manifests when they were saved', () => {
    const desired = desiredState([desiredContainer('a'), desiredContainer('b', { hostname: 'new' })]);

    expect(scopeOf(wakeSource, { known, desired }, changedContainers(before, desired))).toEqual(new Set(['b']));
  });

  it('is everything when a manifest is new', () => {
    const changed = changedContainers(before, after);

    expect(changed).toEqual(new Set(['b', 'c']));
    expect(scopeOf(wakeSource, { known, desired: after }, changed)).toBeUndefined();
  });

  it('is nothing for a container that no manifest names', () => {
    expect(scopeOf(wakeContainer(name('stranger')), { known, desired: before }, new Set())).toEqual(new Set());
  });

  it('is one container, and not a new one, whose file was caught half-written', () => {
    const torn = desiredState(before.containers.slice(1), false);
    const still = namesKnown(known, torn);

    expect(scopeOf(wakeSource, { known: still, desired: before }, changedContainers(torn, before))).toEqual(new Set(['a']));
    expect(namesKnown(still, desiredState(before.containers.slice(1)))).toEqual(new Set(['b']));
  });

  it('takes equal manifests for unchanged although they were parsed anew', () => {
    expect(changedContainers(before, structuredClone(before))).toEqual(new Set());
  });
});
