import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { LayerUsage } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainSpec } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { onlyChange, planFor } from './plan-fixture.ts';

const codec = codecs.unified;
const web = desiredContainer('web');

describe('what a hazard costs', () => {
  it('is memory in use where a limit goes below it, and names the flag', () => {
    const tiny = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 524_288 } });
    const running = runningAs(web, codec);
    const cgroup = { ...(running.cgroup as NonNullable<typeof running.cgroup>), usage: { memoryBytes: 3 * 2 ** 20 } };

    expect(onlyChange(planFor([tiny], [{ ...running, cgroup }])).hazards).toMatchObject([
      { cost: '2.5 MiB of memory in use, and maybe the processes that use it', blocking: true, allowedBy: '--allow-hazards' },
    ]);
  });

  it('is the processes that must end before one can begin', () => {
    const tight = desiredContainer('web', { resources: { ...plainSpec.resources, 'pids.max': 5 } });
    const running = runningAs(web, codec);
    const cgroup = { ...(running.cgroup as NonNullable<typeof running.cgroup>), usage: { tasks: 6 } };

    expect(onlyChange(planFor([tight], [{ ...running, cgroup }])).hazards).toMatchObject([
      { cost: 'no new process or thread until 2 of 6 have ended' },
    ]);
  });

  it.each([['memory.max', 2 ** 20], ['pids.max', 4]] as const)('is not known for %s where nobody measured what is in use, and waits', (field, value) => {
    const other = desiredContainer('web', { resources: { ...plainSpec.resources, [field]: value } });
    const running = runningAs(web, codec);
    const { usage: _usage, ...cgroup } = running.cgroup as NonNullable<typeof running.cgroup>;

    expect(onlyChange(planFor([other], [{ ...running, cgroup }]))).toMatchObject({ action: 'none', hazards: [{ path: `resources.${field}`, blocking: true }] });
  });

  it.each<[string, LayerUsage | undefined, readonly string[]]>([
    ['nobody measured it', undefined, ['all that it wrote since it was created']],
    ['it is some files', { files: 3, bytes: 4 * 2 ** 20, complete: true }, ['3 files, 4 MiB']],
    ['it is one file', { files: 1, bytes: 12, complete: true }, ['1 file, 12 B']],
    ['it is more than was counted', { files: 2000, bytes: 2 ** 30, complete: false }, ['more than 2000 files, 1 GiB']],
    ['no file was found among too many folders', { files: 0, bytes: 0, complete: false }, ['more folders than were looked into']],
    ['nothing was written', { files: 0, bytes: 0, complete: true }, []],
  ])('is what a replaced container wrote, where %s', (_what, layerUsage, costs) => {
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });

    const change = onlyChange(planFor([moved], [{ ...runningAs(web, codec), ...(layerUsage === undefined ? {} : { layerUsage }) }]));

    expect(change).toMatchObject({ action: 'replace', refusals: [] });
    expect(change.hazards.map(({ cost }) => cost)).toEqual(costs);
  });
});

describe('the deletion of many', () => {
  const four = ['a', 'b', 'c', 'd'].map((text) => desiredContainer(text));
  const observed = four.map((container) => runningAs(container, codec));
  const [a, b] = four as [typeof web, typeof web];

  it('is a hazard that says how many, and which flag allows it', () => {
    const plan = planFor([a], observed);

    const deletions = plan.changes.filter(({ name }) => name !== 'a');
    for (const { reason, hazards, refusals } of deletions) {
      expect(reason).toBe('refused');
      expect(hazards).toMatchObject([{ code: 'prune-of-many', cost: 'deletes 3 of 4 containers', blocking: true, allowedBy: '--allow-prune' }]);
      expect(refusals.map(({ message }) => message)).toEqual(hazards.map(({ message }) => message));
    }
    expect(deletions).toHaveLength(3);
  });

  it('is told of where it is allowed too', () => {
    const plan = planFor([a], observed, { allowPrune: true });

    expect(plan.summary.delete).toBe(3);
    expect(plan.changes[1]).toMatchObject({ action: 'delete', hazards: [{ cost: 'deletes 3 of 4 containers', message: '3 of 4 manifests are gone, more than half' }] });
  });

  it('counts replicas', () => {
    const replicas = ['web-0', 'web-1', 'web-2'].map((text) => desiredContainer(text, {}, 'web'));

    const plan = planFor([], [...observed, ...replicas.map((container) => runningAs(container, codec))]);

    expect(plan.changes[0]?.hazards).toMatchObject([{ cost: 'deletes 7 of 7 containers' }]);
  });

  it('is none where few go, where they were named, or where manifests cannot be read', () => {
    expect(planFor([a, b, four[2] as typeof web], observed).changes.flatMap(({ hazards }) => hazards)).toEqual([]);
    expect(makePlan(desiredState([a], false), observedState(observed, [a]), codec).changes.flatMap(({ hazards }) => hazards)).toEqual([]);
    expect(planFor([], observed, { destroy: true, allowPrune: true }).changes.flatMap(({ hazards }) => hazards)).toEqual([]);
  });
});
