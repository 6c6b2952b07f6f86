import { describe, expect, it } from 'vitest';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import { openChance } from '../sim/chance.ts';
import { countOf, disturbedBy, firstGroups, manifestOf, namesOf, nextChange } from './groups.ts';
import type { Change, Group } from './groups.ts';

const web: Group = { name: 'web', replicas: 3, pids: 64, memoryMi: 32, cpus: 0.5, weight: 100, label: 0, version: 0 };

/** What a thousand changes make of the first groups, each with what there was after it. */
function live(seed: number, count = 20): { readonly change: Change; readonly groups: readonly Group[] }[] {
  const chance = openChance(seed);
  const groups = new Map(firstGroups(count, chance).map((group) => [group.name, group]));
  return Array.from({ length: 1_000 }, () => {
    const change = nextChange([...groups.values()], count, chance);
    if (change.after !== undefined) groups.set(change.after.name, change.after);
    else groups.delete(change.before?.name ?? '');
    return { change, groups: [...groups.values()] };
  });
}

describe('the changes of a soak', () => {
  it('are the same for the same seed', () => {
    expect(live(7)).toEqual(live(7));
    expect(live(7)).not.toEqual(live(8));
  });

  it('come in every kind, and stay near the number of containers', () => {
    const lives = live(3);

    expect(new Set(lives.map(({ change }) => change.kind)).size).toBe(7);
    for (const { groups } of lives) {
      expect(countOf(groups)).toBeGreaterThan(20 * 0.8 - 8);
      expect(countOf(groups)).toBeLessThan(20 * 1.2 + 12);
    }
  });

  it('never leave none, however few there are to be', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(live(seed, 1 + (seed % 4)).filter(({ groups }) => groups.length === 0), `seed ${seed}`).toEqual([]);
    }
  });

  it('give manifests without a fault, of as many containers as they count', () => {
    const { groups = [] } = live(5).at(-1) ?? {};
    const files = groups.map((group) => ({ file: `${group.name}.yaml`, text: manifestOf(group) }));

    const { desired, diagnostics } = resolveManifests({ revision: 'r', files, diagnostics: [] });

    expect(diagnostics).toEqual([]);
    expect(desired.containers.map(({ name }) => name)).toEqual(groups.flatMap(namesOf).sort());
  });
});

describe('disturbedBy', () => {
  it.each<[string, Change, string[]]>([
    ['a resize touches no process', { kind: 'resize', before: web, after: { ...web, pids: 9 } }, []],
    ['a label touches no process', { kind: 'label', before: web, after: { ...web, label: 1 } }, []],
    ['another environment touches all', { kind: 'restart', before: web, after: { ...web, version: 1 } }, ['web-0', 'web-1', 'web-2']],
    ['fewer replicas touch those that go', { kind: 'scale', before: web, after: { ...web, replicas: 1 } }, ['web-1', 'web-2']],
    ['more replicas touch those that come', { kind: 'scale', before: web, after: { ...web, replicas: 4 } }, ['web-3']],
    ['a new manifest touches its own', { kind: 'add', after: web }, ['web-0', 'web-1', 'web-2']],
    ['a manifest that goes touches its own', { kind: 'remove', before: web }, ['web-0', 'web-1', 'web-2']],
  ])('%s', (_title, change, wanted) => {
    expect(disturbedBy(change)).toEqual(wanted);
  });
});
