import { describe, expect, it } from 'vitest';
import { compareRevisions } from '../../src/plan/revisions.ts';
import type { DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import { desiredContainer, plainSpec } from '../support/containers.ts';

function state(revision: string, ...containers: DesiredContainer[]): DesiredState {
  return { revision, containers, complete: true };
}

const changes = (from: DesiredState, to: DesiredState) => compareRevisions(from, to).changes.map(({ name, action, reason, fields }) => [name, action, reason, fields]);

describe('a comparison of two revisions', () => {
  it('is empty for equal ones, whatever they ask of a host', () => {
    const resources = { 'cpuset.cpus': '0-99', 'cpu.max': 0.5, 'memory.max': 1_000_001, 'memory.low': 5, 'io.max': [{ device: '/dev/none', wbps: 7 }], 'io.weight': 3 };
    const one = state('a', desiredContainer('web', { resources, mounts: [{ type: 'bind', source: '/nowhere', target: '/x', readonly: true }] }));

    const plan = compareRevisions(one, { ...one, revision: 'b' });

    expect(plan).toMatchObject({ revision: 'b', host: { cgroupMode: 'none' }, steps: [], changes: [{ action: 'none', fields: [], refusals: [] }] });
    expect(plan).not.toHaveProperty('capacity');
  });

  it('names each field with both values and no kernel, whatever a page is', () => {
    const from = desiredContainer('web', { resources: { 'memory.max': 1_000_001, 'io.max': [{ device: '/dev/a', wbps: 1 }] } });
    const to = desiredContainer('web', { resources: { 'memory.max': 1_000_002, 'io.max': [{ device: '/dev/b', wbps: 1 }] } });

    expect(changes(state('a', from), state('b', to))).toEqual([
      [
        'web',
        'update',
        'manifest-changed',
        [
          { path: 'resources.memory.max', before: 1_000_001, after: 1_000_002, effect: 'live', origin: 'manifest', enforced: true },
          { path: 'resources.io.max', before: [{ device: '/dev/a', wbps: 1 }], after: [{ device: '/dev/b', wbps: 1 }], effect: 'live', origin: 'manifest', enforced: true },
        ],
      ],
    ]);
  });

  it('takes a limit left out for what every kernel then has', () => {
    const plain = desiredContainer('web', { resources: {} });
    const spelled = desiredContainer('web', { resources: { 'memory.max': 'max', 'cpu.weight': 100, 'memory.low': 0, 'cpu.max': 'max' } });

    expect(compareRevisions(state('a', plain), state('b', spelled)).summary.unchanged).toBe(1);
  });

  it('tells what is created, restarted, replaced and deleted, and hides secrets', () => {
    const env = (TOKEN: string) => ({ process: { ...plainSpec.process, env: { TOKEN } } });
    const from = state('a', desiredContainer('gone'), desiredContainer('keep'), desiredContainer('other', { rootfs: { path: '/srv/a', readonly: false } }), desiredContainer('web', env('hunter2')));
    const to = state('b', desiredContainer('keep'), desiredContainer('new'), desiredContainer('other', { rootfs: { path: '/srv/b', readonly: false } }), desiredContainer('web', env('hunter3')));

    const plan = compareRevisions(from, to);

    expect(plan.changes.map(({ name, action }) => `${name} ${action}`)).toEqual(['gone delete', 'keep none', 'new create', 'other replace', 'web restart']);
    expect(JSON.stringify(plan)).not.toMatch(/hunter/);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('holds the guard against lost manifests, as applying would', () => {
    const from = state('a', desiredContainer('a'), desiredContainer('b'), desiredContainer('c'));

    expect(compareRevisions(from, state('b', desiredContainer('a'))).summary).toMatchObject({ delete: 0, refused: 2 });
    expect(compareRevisions(from, state('b', desiredContainer('a')), { allowPrune: true }).summary).toMatchObject({ delete: 2, refused: 0 });
  });
});
