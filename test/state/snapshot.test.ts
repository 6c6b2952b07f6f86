import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedPaths } from '../../src/observe/host-facts.ts';
import { sealState } from '../../src/observe/snapshot.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { worldOf } from '../../src/plan/snapshot-world.ts';
import type { ObservedState } from '../../src/state/observed.ts';
import { formatSnapshot, parseSnapshot } from '../../src/state/snapshot.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { worlds } from '../support/model-worlds.ts';

const isPublished = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync('schemas/snapshot.schema.json', 'utf8')) as object);

const asked = { devices: ['/dev/vda', '/dev/gone'], sources: ['/srv/data', '/gone'] };

function snapshotOf(observed: ObservedState, looked = asked): Snapshot {
  const { seal, observed: sealed } = sealState(observed, 'salt');
  return {
    format: 'reconcile-snapshot',
    formatVersion: '1',
    takenAt: '2026-11-22T00:00:00.000Z',
    host: { name: 'host', id: 'abc' },
    codec: { pageBytes: 4096, cpus: '0-3', mems: '0', ioWeightFile: 'io.weight' },
    seal,
    asked: looked,
    observed: sealed,
  };
}

function read(text: string): Snapshot {
  const snapshot = parseSnapshot(text);
  if ('fault' in snapshot) throw new Error(snapshot.fault);
  return snapshot;
}

describe('a plan against a snapshot', () => {
  it('is the plan against the host itself', { timeout: 60_000 }, () => {
    const anyWorld = worlds({ codec: codecs.unified, host: plainHost, resources: fc.constantFrom({}, { 'memory.max': 1 << 28 }) });
    fc.assert(
      fc.property(anyWorld, ({ desired, observed, options }) => {
        const { devices, sources } = namedPaths(desired.containers);
        const text = formatSnapshot(snapshotOf(observed, { devices: [...devices], sources: [...sources] }));
        const world = worldOf(read(text), desired);

        expect(makePlan(world.desired, world.observed, codecs.unified, options)).toEqual(makePlan(desired, observed, codecs.unified, options));
        expect(text).not.toContain('production');
        expect(isPublished(JSON.parse(text)), JSON.stringify(isPublished.errors)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('neither promises nor refuses what nobody looked for', () => {
    const mounts = [{ type: 'bind', source: '/srv/new', target: '/new', readonly: true } as const];
    const desired = desiredState([desiredContainer('web', { rootfs: { path: '/srv/new', readonly: true }, resources: { 'io.max': [{ device: '/dev/new', wbps: 1 }] }, mounts })]);
    const { desired: sealed, observed } = worldOf(snapshotOf(observedState([])), desired);

    const [change] = makePlan(sealed, observed, codecs.unified).changes;

    expect(change).toMatchObject({ action: 'create', refusals: [], knownAtApply: ['rootfs', 'resources.io.max', 'mounts./new'] });
  });

  it('still refuses what was looked for and is not there', () => {
    const desired = desiredState([desiredContainer('web', { resources: { 'io.max': [{ device: '/dev/gone', wbps: 1 }] } })]);
    const { desired: sealed, observed } = worldOf(snapshotOf(observedState([], desired.containers)), desired);

    const [change] = makePlan(sealed, observed, codecs.unified).changes;

    expect(change).toMatchObject({ action: 'none', refusals: [{ path: 'resources.io.max' }] });
    expect(change).not.toHaveProperty('knownAtApply');
  });

  it('tells which variable differs, of those that are there and those that are new', () => {
    const web = (env: Record<string, string>) => desiredContainer('web', { process: { ...plainSpec.process, env } });
    const desired = desiredState([web({ SAME: 'a', TOKEN: 'hunter3', NEW: 'n' })]);
    const host = observedState([runningAs(web({ SAME: 'a', TOKEN: 'hunter2', OLD: 'o' }), codecs.unified)], desired.containers);
    const { desired: sealed, observed } = worldOf(snapshotOf(host), desired);

    const plan = makePlan(sealed, observed, codecs.unified);

    expect(plan.changes[0]?.fields.map(({ path }) => path).sort()).toEqual(['process.env.NEW', 'process.env.OLD', 'process.env.TOKEN']);
    expect(JSON.stringify([plan, observed])).not.toMatch(/hunter|"n"|"o"/);
  });
});

describe('a snapshot', () => {
  it('of a thousand containers is smaller than 4 MiB, however long their variables are', () => {
    const env = { TOKEN: 'x'.repeat(10_000) };
    const many = Array.from({ length: 1000 }, (_, index) => desiredContainer(`web-${index}`, { process: { ...plainSpec.process, env } }, 'web'));
    const busy = many.map((container) => runningAs(container, codecs.unified));

    expect(formatSnapshot(snapshotOf(observedState(busy, many))).length).toBeLessThan(4 * 2 ** 20);
  });

  const text = formatSnapshot(snapshotOf(observedState([runningAs(desiredContainer('web'), codecs.unified)])));
  it.each([
    ['cut off', text.slice(0, -5), /no JSON document/],
    ['another document', '{"format":"reconcile-plan"}', /not what reconcile snapshot prints/],
    ['of a later version', text.replace('"formatVersion":"1"', '"formatVersion":"7"'), /format version "7"/],
    ['with a name that is none', text.replace('"name":"web"', '"name":"../web"'), /damaged, or was edited/],
    ['with a seal that would take all memory', text.replace(/"cost":\d+/, '"cost":1073741824'), /damaged, or was edited/],
    ['without containers', text.replace('"containers"', '"contents"'), /damaged, or was edited/],
  ])('that is %s is refused with the reason', (_, damaged, fault) => {
    expect(parseSnapshot(damaged)).toEqual({ fault: expect.stringMatching(fault) as string });
  });
});
