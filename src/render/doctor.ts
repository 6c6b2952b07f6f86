import type { Check } from '../host/doctor/check.ts';
import { escapeText } from './escape.ts';
import { counted } from './layout.ts';
import { paint } from './style.ts';
import type { Style, Tone } from './style.ts';

const tones: Readonly<Record<Check['state'], Tone>> = { good: 'green', weak: 'yellow', bad: 'red' };

/** A line for each check, its mend below it, and what came of it all. */
export function doctorText(checks: readonly Check[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, mend }) => [
    `${paint(style, tones[state], state.padEnd(4))}  ${name.padEnd(width)}  ${escapeText(found)}`,
    ...(mend === undefined ? [] : [`${' '.repeat(width + 8)}${escapeText(mend)}`]),
  ]);
  return `${lines.join('\n')}\n${summaryOf(checks)}\n`;
}

function summaryOf(checks: readonly Check[]): string {
  const count = (wanted: Check['state']): number => checks.filter(({ state }) => state === wanted).length;
  const [bad, weak] = [count('bad'), count('weak')];
  if (bad + weak === 0) return 'All is well.';
  return `${counted(bad, 'fault')}, ${counted(weak, 'weakness', 'weaknesses')}.`;
}

/** The same for programs. */
export function doctorJson(checks: readonly Check[]): object {
  return { formatVersion: '1', healthy: checks.every(({ state }) => state !== 'bad'), checks };
}
