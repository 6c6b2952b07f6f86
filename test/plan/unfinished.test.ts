import { describe, expect, it } from 'vitest';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, plainSpec } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { onlyChange, planFor, withFiles } from './plan-fixture.ts';

const { unified: codec } = codecs;

const web = desiredContainer('web');

describe('a container whose creation or removal was interrupted', () => {
  it.each(['creating', 'created', 'terminating'] as const)('shows no drift while it is %s: nobody wrote what the kernel made its cgroup with', (status) => {
    const { process, ...rest } = withFiles(runningAs(web, codec), codec.toFiles({}));
    const left = { ...rest, ...(process === undefined ? {} : { process: { ...process, monitorLost: true as const } }), status };

    expect(onlyChange(planFor([web], [left]))).toMatchObject({ action: 'create', fields: [], hazards: [], refusals: [] });
  });

  it('shows what its manifest asks otherwise by now, and is not refused for what the old process uses', () => {
    const smaller = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 499_712 } });

    const change = onlyChange(planFor([smaller], [{ ...runningAs(web, codec), status: 'terminating' }]));

    expect(change).toMatchObject({ action: 'create', reason: 'removal-interrupted', refusals: [] });
    expect(change.fields).toEqual([{ path: 'resources.memory.max', before: 268_435_456, after: 499_712, effect: 'live', origin: 'manifest', enforced: true }]);
  });
});
