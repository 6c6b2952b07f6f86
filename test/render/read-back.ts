import { stripVTControlCharacters } from 'node:util';
import type { Plan } from '../../src/plan/types.ts';

/** `update web-0` for each change that a rendering names, sorted. */
export type Named = readonly string[];

/** What a plan does, from its data. */
export function namedInPlan({ changes }: { readonly changes: readonly { readonly action: string; readonly name: string }[] }): Named {
  return sorted(changes.filter(({ action }) => action !== 'none').map(({ action, name }) => `${action} ${name}`));
}

export function namedInJson(json: string): Named {
  return namedInPlan(JSON.parse(json) as Plan);
}

/** Reads the titles of a plan's text, and the lines of names below those that had no room for them. */
export function namedInText(text: string): Named {
  const lines = stripVTControlCharacters(text).split('\n');
  return sorted(lines.flatMap((line, index) => namedAt(line, lines.slice(index + 1))));
}

const title = /^ {0,2}(?:\+|~|!|-|-\/\+) (create|update|restart|replace|delete) ([^:]+):/;

function namedAt(line: string, following: readonly string[]): string[] {
  const [, action = '', subject = ''] = title.exec(line) ?? [];
  if (subject === '') return [];
  const [, below] = /(?:\(|^)(\d+) (?:of \d+\)|containers)$/.exec(subject) ?? [];
  const names = below === undefined ? namesOf(subject.replace(/ \(\d+\)$/, '')) : namesBelow(following, Number(below));
  const [, told] = / \((\d+)\)$/.exec(subject) ?? [];
  if (told !== undefined && Number(told) !== names.length) throw new Error(`${subject} is not ${told} names`);
  return names.map((name) => `${action} ${name}`);
}

/** Lines of nothing but names, until all are there. */
function namesBelow(lines: readonly string[], count: number): string[] {
  const start = lines.findIndex((line) => /^ {6}[a-z0-9-]+(?: … [a-z0-9-]+)?(?:,|$)/.test(line));
  const names: string[] = [];
  for (const line of lines.slice(start)) {
    if (names.length >= count) break;
    names.push(...namesOf(line.trim().replace(/,$/, '')));
  }
  if (names.length !== count) throw new Error(`${names.length} of ${count} names in ${lines.slice(0, 5).join('|')}`);
  return names;
}

/** Spells out `web-0 … web-9, web-12`. */
function namesOf(text: string): string[] {
  return text.split(', ').flatMap((range) => {
    const [first = '', last = first] = range.split(' … ');
    if (last === first) return [first];
    const [, prefix = '', from = ''] = /^(.*-)(\d+)$/.exec(first) ?? [];
    const [, , to = ''] = /^(.*-)(\d+)$/.exec(last) ?? [];
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${prefix}${Number(from) + index}`);
  });
}

/** Reads the rows of a plan's tables. */
export function namedInTables(markdown: string): Named {
  return sorted(
    rowsOf(markdown).flatMap(([change = '', containers = '']) => {
      const [, action] = /^`\S+ (create|update|restart|replace|delete)`$/.exec(change) ?? [];
      if (action === undefined) return [];
      const names = namesOf(containers.replace(/ \(\d+\)$/, '').replaceAll('`', ''));
      return names.map((name) => `${action} ${name}`);
    }),
  );
}

/** The text that is folded away below the tables. */
export function foldedText(markdown: string): string {
  const [, , text = ''] = /^(`{3,})text\n([^]*?)^\1$/m.exec(markdown) ?? [];
  return text;
}

/** Cells of the rows of all tables, as GitHub splits them: at each pipe that no backslash precedes. */
export function rowsOf(markdown: string): string[][] {
  const outside = markdown.split(/^<details>/m)[0] ?? '';
  const lines = outside.split('\n').filter((line) => line.startsWith('|') && !/^\|[-|]+\|$/.test(line) && !line.startsWith('| change |'));
  return lines.map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

function sorted(names: readonly string[]): Named {
  return [...new Set(names)].sort();
}
