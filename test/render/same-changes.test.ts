import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import { render } from '../../src/render/render.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { OutputFormat } from '../../src/render/result.ts';
import { codecs } from '../support/codecs.ts';
import { plainHost } from '../support/containers.ts';
import type { World } from '../support/model-worlds.ts';
import { worlds } from '../support/model-worlds.ts';
import { foldedText, namedInJson, namedInPlan, namedInTables, namedInText, rowsOf } from './read-back.ts';
import { situations } from './situations.ts';

const anyWorld = worlds({ codec: codecs.unified, host: plainHost, resources: fc.constantFrom({}, { 'memory.max': 1 << 28 }, { 'memory.max': 1 << 29, 'pids.max': 64 }) });

function planOf({ desired, observed, options }: World): Plan {
  return makePlan(desired, observed, codecs.unified, options);
}

function shown(plan: Plan, format: OutputFormat, style = plainStyle): string {
  return render({ kind: 'plan', plan }, format, style);
}

describe('text, Markdown and JSON of a plan', () => {
  it('name the same changes, whatever is asked and whatever is there', () => {
    fc.assert(
      fc.property(anyWorld, fc.constantFrom(40, 80, 120), (world, width) => {
        const plan = planOf(world);
        const changes = namedInPlan(plan);
        const markdown = shown(plan, 'markdown');

        expect(namedInText(shown(plan, 'text', { colour: true, width }))).toEqual(changes);
        expect(namedInText(shown(plan, 'text', { colour: false, width, compact: true }))).toEqual(changes);
        expect(namedInTables(markdown)).toEqual(changes);
        expect(namedInText(foldedText(markdown))).toEqual(changes);
        expect(namedInJson(shown(plan, 'json'))).toEqual(changes);
      }),
      { numRuns: 500 },
    );
  });

  it.each(Object.entries(situations))('name the same changes: %s', (_title, make) => {
    const plan = make();
    const changes = namedInPlan(plan);

    expect(namedInText(shown(plan, 'text'))).toEqual(changes);
    expect(namedInText(foldedText(shown(plan, 'markdown')))).toEqual(changes);
    expect(namedInTables(shown(plan, 'markdown'))).toEqual(changes);
  });

  it('end with the line that tools look for, and count what it counts', () => {
    fc.assert(
      fc.property(anyWorld, fc.boolean(), (world, compact) => {
        const plan = planOf(world);
        const lines = shown(plan, 'text', { ...plainStyle, compact }).trimEnd().split('\n');
        const count = (...actions: string[]): number => plan.changes.filter(({ action }) => actions.includes(action)).length;
        const [add, change, destroy] = [count('create', 'replace'), count('update', 'restart'), count('delete', 'replace')];

        expect(lines.at(-1)).toBe(add + change + destroy === 0 ? 'No changes.' : `Plan: ${add} to add, ${change} to change, ${destroy} to destroy.`);
        if (lines.at(-1) !== 'No changes.') expect(lines.at(-2)).toMatch(new RegExp(`^${count('update')} in place, ${count('restart')} restart, ${count('replace')} replace[.;]`));
      }),
    );
  });

  it('tell of every field that differs', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const plan = planOf(world);
        const text = shown(plan, 'text', { colour: false, width: 500 });

        for (const { fields } of plan.changes) for (const { path } of fields) expect(text).toMatch(new RegExp(`^ {6}${path.replaceAll('.', '\\.')} {2}`, 'm'));
        expect(rowsOf(shown(plan, 'markdown')).filter((cells) => cells.length !== 5)).toEqual([]);
      }),
    );
  });
});
