import type { Finding } from '../manifest/finding.ts';
import { describeFinding, isOfPolicy } from '../manifest/finding.ts';
import { counted } from './layout.ts';
import { markdownCode, markdownText } from './markdown.ts';
import { verdict } from './validate-text.ts';
import { isValid } from './validate.ts';
import type { Validation } from './validate.ts';

/** What code hosts take as one comment, with room for what is said around it. */
const limitCharacters = 60_000;

/** The findings as a table for a comment on a change request, cut with a count where there are too many. */
export function validateMarkdown(validation: Validation): string {
  const { findings } = validation;
  const errors = findings.filter(({ level }) => level === 'error').length;
  const title = isValid(validation) ? verdict(validation) : `${counted(errors, 'fault')} in manifests and policies`;
  if (findings.length === 0) return `### ${title}\n`;
  const rows = fitting(findings.map(rowOf));
  const left = findings.length - rows.length;
  const rest = left === 0 ? [] : ['', `… and ${left} more.`];
  return [`### ${title}`, '', '| place | what is wrong | rule |', '|---|---|---|', ...rows, ...rest, ''].join('\n');
}

function rowOf(finding: Finding): string {
  const { file, line, column, level, rule } = finding;
  const name = isOfPolicy(finding) ? markdownCode(rule) : '';
  const says = `${level === 'note' ? '*note* ' : ''}${markdownText(describeFinding(finding))}`;
  return `| ${markdownCode(`${file}:${line}:${column}`)} | ${says} | ${name} |`;
}

function fitting(rows: readonly string[]): readonly string[] {
  let length = 0;
  const end = rows.findIndex((row) => (length += row.length + 1) > limitCharacters);
  return end === -1 ? rows : rows.slice(0, end);
}
