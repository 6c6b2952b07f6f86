import type { StaleFact } from '../plan/staleness.ts';
import type { Step } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { formatValue } from './value.ts';

/** A fact as a line for people: `web-0 memory.max is now 512Mi, was 256Mi`. */
export function staleLine(fact: StaleFact): string {
  switch (fact.about) {
    case 'revision':
      return `the manifests are now revision ${shortId(fact.now)}, were ${shortId(fact.was)}`;
    case 'cgroup-mode':
      return `the cgroup mode is now ${fact.now}, was ${fact.was}`;
    case 'runtime':
      return `the runtime is now ${escapeText(fact.now)}, was ${escapeText(fact.was)}`;
    case 'process':
      return `${fact.container} ${processWords(fact)}`;
    case 'field':
      return `${fact.container} ${shortPath(fact.path)} is now ${formatValue(fact.path, fact.now)}, was ${formatValue(fact.path, fact.was)}`;
    case 'asked':
      return `${fact.container} ${shortPath(fact.path)} is now asked to be ${formatValue(fact.path, fact.now)}, was ${formatValue(fact.path, fact.was)}`;
    case 'action':
      return `${fact.container} ${actionWords(fact)}`;
    case 'rootfs':
      return `${fact.container} would get other files: its root filesystem is now ${escapeText(fact.now)}, was ${escapeText(fact.was)}`;
    case 'source':
      return `${fact.container} would be shown something else: ${escapeText(fact.source)} leads to ${escapeText(fact.now)} now, led to ${escapeText(fact.was)}`;
    case 'steps':
      return `${fact.subject} needs other steps now: ${stepWords(fact.now)}; were ${stepWords(fact.was)}`;
    default:
      return fact satisfies never;
  }
}

function processWords({ was, now }: Extract<StaleFact, { readonly about: 'process' }>): string {
  if (was === undefined) return `process is now ${String(now)}, was none`;
  if (now === undefined) return `process ${was} is gone`;
  return was === now ? `process ${now} is another one than that of the same number` : `process is now ${now}, was ${was}`;
}

function actionWords({ was, now }: Extract<StaleFact, { readonly about: 'action' }>): string {
  if (now === undefined) return `is no longer there, and was to be changed by: ${String(was)}`;
  const words = now === 'none' ? 'is now to be left as it is' : `is now to be changed by: ${now}`;
  return `${words}, was: ${was ?? 'not there'}`;
}

function stepWords(steps: readonly Step[]): string {
  return steps.length === 0 ? 'none' : steps.map(({ kind }) => kind).join(', ');
}

/** As the kernel names the file. */
function shortPath(path: string): string {
  return escapeText(path.replace(/^resources\./, ''));
}

function shortId(revision: string): string {
  return escapeText(revision.slice(0, 12));
}
