import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, FieldChange } from '../../src/plan/types.ts';
import { markdownLimit, planMarkdown } from '../../src/render/plan-markdown.ts';
import { changeOf, memoryRaised, planOf } from './plan-fixture.ts';
import { rowsOf } from './read-back.ts';

function replaced(name: string, after: string): Change {
  const field: FieldChange = { path: 'hostname', before: 'a', after, effect: 'replace', origin: 'manifest', enforced: true };
  return changeOf(name, { action: 'replace', reason: 'manifest-changed', fields: [field] });
}

const refused = changeOf('db', {
  action: 'none',
  reason: 'refused',
  hazards: [{ code: 'memory-below-usage', path: 'resources.memory.max', message: '1 is below', cost: '2 MiB', hint: 'raise it', blocking: true, allowedBy: '--allow-hazards' }],
  refusals: [{ path: 'resources.memory.max', message: '1 is below', hint: 'raise it' }],
});

describe('planMarkdown', () => {
  it('begins with what the plan comes to, then with what can hurt, and names what is lost', () => {
    const lines = planMarkdown(planOf([changeOf('web'), changeOf('old', { action: 'delete', reason: 'not-in-manifests' }), refused])).split('\n');

    expect(lines[0]).toBe('### Plan: 1 to add, 0 to change, 1 to destroy. 1 refused.');
    expect(lines.slice(6, 10)).toEqual([
      '**What can hurt**',
      '',
      '- **hazard** `db`: resources.memory.max: 1 is below; cost: 2 MiB; raise it, or allow it with --allow-hazards',
      '- **delete** `old`',
    ]);
    expect(lines.indexOf('| change | containers | what | why | process |')).toBe(11);
  });

  it('lets no value end the fence', () => {
    const text = planMarkdown(planOf([replaced('web', '````\n# hello')]));

    expect(text.split('\n').filter((line) => /^`{5,}(text)?$/.test(line))).toHaveLength(2);
    expect(text).not.toMatch(/^# hello/m);
  });

  it.each([
    ['a pipe', 'a|b', '<code>hostname a -> a&#124;b</code>'],
    ['a pipe after a backslash', 'a\\|b', '<code>hostname a -> a&#92;&#124;b</code>'],
    ['backquotes', '`a``', '<code>hostname a -> &#96;a&#96;&#96;</code>'],
    ['HTML', '<script>', '`hostname a -> <script>`'],
    ['a new line', 'a\n|b', '<code>hostname a -> a&#92;x0a&#124;b</code>'],
    ['the name of somebody', '@everyone', '`hostname a -> @everyone`'],
  ])('keeps %s in a value inside its cell', (_case, value, cell) => {
    const [row = []] = rowsOf(planMarkdown(planOf([replaced('web', value)])));

    expect(row[2]).toBe(cell);
    expect(row).toHaveLength(5);
  });

  it('has nothing of a message read as markup, as a link or as the name of somebody', () => {
    const nasty = { path: 'mounts./a|<b>', message: '[x](https://e.org) `c` **d** @team #12 </details>', hint: 'e\\' };

    const text = planMarkdown(planOf([changeOf('web', { action: 'none', reason: 'refused', refusals: [nasty] })])).split('<details>')[0] ?? '';

    expect(text).not.toMatch(/https:\/\/|@team|[^&]#12|<b>|<\/details>|\*d|\[x/);
    expect(text).toContain('&#91;x&#93;');
  });

  it('stays below what code hosts accept, whole and with a count of what it leaves out', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({
      ...replaced(`web-${index}`, `host-${index}`),
      hazards: [{ code: 'writable-layer-lost', path: 'rootfs', message: 'lost', cost: `${index} files`, hint: 'keep it', blocking: false } as const],
    }));

    const text = planMarkdown(planOf(many));

    expect(text.length).toBeLessThanOrEqual(markdownLimit);
    expect(text.length).toBeGreaterThan(markdownLimit / 2);
    expect(text.split('\n')[0]).toBe('### Plan: 3000 to add, 0 to change, 3000 to destroy.');
    const counts = [...text.matchAll(/^… and (\d+) (lines|entries) left out/gm)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(3);
    const rows = rowsOf(text).length;
    expect(rows + (counts[1] ?? 0)).toBe(3_000);
    expect(text.match(/^-\/\+ replace/gm)).toHaveLength(3_000 - (counts[2] ?? 0));
    expect(text.match(/^<\/?details>/gm)).toEqual(['<details>', '</details>']);
    expect(text.match(/^```/gm)).toHaveLength(2);
  });

  it('is valid and short enough, whatever values it is given', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.stringMatching(/^[`|\\<>&@#*_\n\r~[\]()a-]{0,300}$/));
    const change = fc
      .record({ path: value, before: value, after: value, message: value, hint: value, origin: fc.constantFrom('manifest', 'drift'), name: fc.stringMatching(/^[a-z]{1,60}$/) })
      .map(({ path, before, after, message, hint, origin, name }) =>
        changeOf(name, {
          action: 'update',
          reason: 'manifest-changed',
          fields: [{ ...memoryRaised, path, before, after, origin, kernel: { file: 'memory.max', before, after } }],
          refusals: [{ path: '', message, hint }],
        }),
      );
    fc.assert(
      fc.property(fc.uniqueArray(change, { minLength: 1, maxLength: 100, selector: ({ name }) => name }), (changes) => {
        const text = planMarkdown(planOf(changes));
        const [outside = '', inside = ''] = text.split(/^<details>/m);

        expect(text.length).toBeLessThanOrEqual(markdownLimit);
        expect(rowsOf(text).filter((cells) => cells.length !== 5)).toEqual([]);
        // Markup of ours alone outside the folded part, and one block inside it.
        expect(outside.replaceAll(/`[^`\n]*`/g, '').match(/<(?!br>|\/?code>|!-- -->)/g)).toBeNull();
        const [fence = ''] = /^`{3,}/m.exec(inside) ?? [];
        expect(inside.split('\n').filter((line) => new RegExp(`^ {0,3}\`{${fence.length},}`).test(line))).toHaveLength(fence === '' ? 0 : 2);
      }),
    );
  });
});
