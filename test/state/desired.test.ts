import { describe, expect, it } from 'vitest';
import { byName, containersNamed, withContainers } from '../../src/state/desired.ts';
import { desiredContainer, desiredState, name } from '../support/containers.ts';

const desired = desiredState([desiredContainer('a'), desiredContainer('b'), desiredContainer('c')]);

describe('the containers of a state', () => {
  it('are found by their names', () => {
    expect(byName(desired).get(name('b'))).toBe(desired.containers[1]);
    expect(byName(desired).has(name('d'))).toBe(false);
    expect(byName(desired).get(name('d'))).toBeUndefined();
    expect(byName(desired).values()).toBe(desired.containers);
    expect(containersNamed(desired, [name('c'), name('d'), name('a')])).toEqual([desired.containers[0], desired.containers[2]]);
  });

  it('are replaced in their places, and the state before stays as it was', () => {
    const fresh = { ...desiredContainer('b'), group: 'other' };

    const next = withContainers(desired, 'two', [fresh]);

    expect(next).toEqual({ ...desired, revision: 'two', containers: [desired.containers[0], fresh, desired.containers[2]] });
    expect(byName(next).get(name('b'))).toBe(fresh);
    expect(byName(desired).get(name('b'))?.group).toBe('b');
  });
});
