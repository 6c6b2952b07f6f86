import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/render.ts';
import { plainStyle } from '../../src/render/style.ts';
import { situations } from './situations.ts';

// To renew the files after a change that is meant, and then to read what changed:
//   npx vitest run --project unit test/render/golden.test.ts --update
//   git diff test/render/golden
// Without --update a difference is a failure; with CI=true a file that is missing is one too.

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const isPlan = ajv.compile(JSON.parse(readFileSync('schemas/plan.schema.json', 'utf8')) as object);

const formats = [
  { format: 'text', ending: 'txt' },
  { format: 'markdown', ending: 'md' },
  { format: 'json', ending: 'json' },
] as const;

/** Of many changes in a row that differ in name and pid alone the first, and how many more there are. */
function excerptOf(json: string): string {
  const plan = JSON.parse(json) as { changes: object[] };
  const changes: unknown[] = [];
  let [last, alike] = ['', 0];
  for (const change of [...plan.changes, {}]) {
    const key = JSON.stringify({ ...change, name: '', pid: 0 });
    if (key === last && plan.changes.length > 50) {
      alike += 1;
      continue;
    }
    if (alike > 0) changes.push(`and ${alike} more that differ in name and pid alone`);
    changes.push(change);
    [last, alike] = [key, 0];
  }
  return `${JSON.stringify({ ...plan, changes: changes.slice(0, -1) }, undefined, 2)}\n`;
}

describe.each(Object.entries(situations))('a plan: %s', (title, makePlan) => {
  it.each(formats)('reads as it did as $format', async ({ format, ending }) => {
    const whole = render({ kind: 'plan', plan: makePlan() }, format, plainStyle);
    const text = format === 'json' ? excerptOf(whole) : whole;

    await expect(text).toMatchFileSnapshot(`golden/${title}.${ending}`);
  });

  it('is as its schema says', () => {
    isPlan(JSON.parse(render({ kind: 'plan', plan: makePlan() }, 'json', plainStyle)));

    expect(isPlan.errors).toBeNull();
  });

  it('holds no secret in any format', () => {
    for (const { format } of formats) expect(render({ kind: 'plan', plan: makePlan() }, format, plainStyle)).not.toContain('a secret');
  });
});
