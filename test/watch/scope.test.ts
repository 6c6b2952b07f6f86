import { describe, expect, it } from 'vitest';
import { changedContainers, mayDelete, scopeOf } from '../../src/watch/scope.ts';
import { wakeAll, wakeContainer, wakeSource } from '../../src/watch/wake.ts';
import { desiredContainer, desiredState, name } from '../support/containers.ts';

const before = desiredState([desiredContainer('a'), desiredContainer('b')]);
const after = desiredState([desiredContainer('a'), desiredContainer('b', { hostname: 'new' }), desiredContainer('c')]);

describe('what a pass looks at', () => {
  it('is everything when everything was asked for', () => {
    expect(scopeOf(wakeAll, { before, desired: before }, new Set())).toBeUndefined();
  });

  it('is one container when its cgroup was written to', () => {
    expect(scopeOf(wakeContainer(name('b')), { before, desired: before }, new Set())).toEqual(new Set(['b']));
  });

  it('is what changed in the manifests when they were saved', () => {
    const desired = desiredState([desiredContainer('a'), desiredContainer('b', { hostname: 'new' })]);

    expect(scopeOf(wakeSource, { before, desired }, changedContainers(before, desired))).toEqual(new Set(['b']));
  });

  it('is everything when a manifest is new', () => {
    const changed = changedContainers(before, after);

    expect(changed).toEqual(new Set(['b', 'c']));
    expect(scopeOf(wakeSource, { before, desired: after }, changed)).toBeUndefined();
  });

  it('is nothing for a container that no manifest names', () => {
    expect(scopeOf(wakeContainer(name('stranger')), { before, desired: before }, new Set())).toEqual(new Set());
  });

  it('may need a deletion where names are gone, or where a file that was wrong was mended', () => {
    const gone = desiredState(before.containers.slice(1));

    expect(mayDelete(before, gone)).toBe(true);
    expect(mayDelete(desiredState(before.containers, false), desiredState(before.containers))).toBe(true);
    expect(mayDelete(before, after)).toBe(false);
    expect(mayDelete(before, before)).toBe(false);
  });

  it('takes equal manifests for unchanged although they were parsed anew', () => {
    expect(changedContainers(before, structuredClone(before))).toEqual(new Set());
  });
});
