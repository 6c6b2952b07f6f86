import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { formatSavedPlan, isSavedPlan, parseSavedPlan } from '../../src/plan/saved-plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { staleFacts } from '../../src/plan/staleness.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, plainHost } from '../support/containers.ts';
import type { World } from '../support/model-worlds.ts';
import { worlds } from '../support/model-worlds.ts';
import { savedFrom } from '../support/saved.ts';

const anyWorld = worlds({ codec: codecs.unified, host: plainHost, resources: fc.constantFrom({}, { 'memory.max': 1 << 28 }, { 'pids.max': 9, 'cpu.max': 1.5 }) });

const planOf = ({ desired, observed, options }: World) => makePlan(desired, observed, codecs.unified, options);

const empty: SavedPlan = savedFrom(makePlan({ revision: 'r', containers: [], complete: true }, { host: plainHost, containers: [], rootfs: {}, jails: [], nowMs: 0 }, codecs.unified), []);

describe('a saved plan', () => {
  it('comes back as it was, and is known by its beginning', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const saved = savedFrom(planOf(world), world.observed.containers);
        const text = formatSavedPlan(saved);

        expect(parseSavedPlan(text)).toEqual(saved);
        expect([isSavedPlan(text), isSavedPlan(JSON.stringify(JSON.parse(text), undefined, 2))]).toEqual([true, true]);
        expect(parseSavedPlan(JSON.stringify(JSON.parse(text), undefined, 2))).toEqual(saved);
      }),
    );
  });

  it('is not stale against the same look, and is against any in which other steps are due', () => {
    fc.assert(
      fc.property(anyWorld, anyWorld, (world, other) => {
        const saved = JSON.parse(JSON.stringify(savedFrom(planOf(world), world.observed.containers))) as SavedPlan;
        const fresh = planOf({ ...other, desired: world.desired, options: world.options });

        expect(staleFacts(saved, { plan: planOf(world), observed: world.observed })).toEqual([]);
        const facts = staleFacts(saved, { plan: fresh, observed: other.observed });
        if (JSON.stringify(fresh.steps) !== JSON.stringify(saved.plan.steps)) expect(facts).not.toEqual([]);
      }),
    );
  });

  it.each([
    ['a manifest in YAML', 'apiVersion: reconcile/v1\nformat: reconcile-plan\n'],
    ['a manifest in JSON', JSON.stringify({ apiVersion: 'reconcile/v1', kind: 'Container', format: 'reconcile-plan' })],
    ['a manifest that speaks of one', '# {"format":"reconcile-plan"}\n'],
    ['a snapshot', '{"format":"reconcile-snapshot"}'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(isSavedPlan(text)).toBe(false);
  });

  const text = formatSavedPlan(empty);
  it.each([
    ['cut off', text.slice(0, -10), /cut off or damaged/],
    ['edited', text.replace('"allowPrune":false', '"allowPrune":true'), /damaged, or was edited/],
    ['of a later version', text.replace('"formatVersion":"1"', '"formatVersion":"2"'), /format version "2"/],
    ['without a digest', text.replace(/,"digest":"[^"]*"/, ''), /damaged, or was edited/],
    ['no object', '[]', /cut off or damaged/],
    ['of another shape, though whole', formatSavedPlan({ ...empty, plan: {} as never }), /damaged, or was edited/],
  ])('that is %s is refused with the reason', (_, damaged, fault) => {
    expect(parseSavedPlan(damaged)).toEqual({ fault: expect.stringMatching(fault) as string });
  });

  it('in which any bit is turned, or which is cut off anywhere, is refused: nothing else is ever carried out', () => {
    const bytes = Buffer.from(text);
    const carriedOut = (damaged: Buffer): boolean => {
      const read = damaged.toString('utf8');
      if (!isSavedPlan(read)) return resolveFile('next.plan', read).diagnostics.length === 0;
      return !('fault' in parseSavedPlan(read));
    };

    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(carriedOut(bytes), `bit ${bit} of byte ${at}`).toBe(false);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      }
      // Without its last character, an end of line, it is whole.
      expect(carriedOut(bytes.subarray(0, at)), `cut off at ${at}`).toBe(at === bytes.length - 1);
    }
    expect(carriedOut(bytes)).toBe(true);
  });

  it('holds no value of an environment variable', () => {
    const desired = desiredContainer('web', { process: { args: ['/bin/serve'], env: { TOKEN: 'hunter2' }, cwd: '/', user: { uid: 0, gid: 0 } } });
    const plan = makePlan({ revision: 'r', containers: [desired], complete: true }, { host: plainHost, containers: [], rootfs: {}, jails: [], nowMs: 0 }, codecs.unified);

    expect(formatSavedPlan(savedFrom(plan, []))).not.toContain('hunter2');
  });
});
