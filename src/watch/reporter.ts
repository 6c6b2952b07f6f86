import type { Diagnostic } from '../manifest/diagnostic.ts';
import type { Change, Plan } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { WatchEvent } from './watch.ts';

/** Tells each thing once: a source error that stays, or drift that is only reported, is no news at the next pass. */
export interface Reporter {
  source(diagnostics: readonly Diagnostic[]): void;
  plan(plan: Plan): void;
  /** A pass ended; the first one makes the watch ready. */
  done(): void;
}

export function openReporter(onEvent: (event: WatchEvent) => void): Reporter {
  let lastSource = '[]';
  let first = true;
  const told = new Map<ContainerName, string>();
  return {
    source(diagnostics) {
      const text = JSON.stringify(diagnostics);
      if (text !== lastSource) onEvent({ type: 'source-error', diagnostics });
      lastSource = text;
    },
    plan(plan) {
      const news = plan.changes.filter((change) => isNews(change, told));
      if (first || news.length > 0) onEvent({ type: 'pass', plan, first });
    },
    done() {
      if (first) onEvent({ type: 'ready' });
      first = false;
    },
  };
}

function isNews(change: Change, told: Map<ContainerName, string>): boolean {
  const { name, action, reason, fields, refusals } = change;
  if (action === 'none' && reason !== 'refused' && fields.length === 0) {
    told.delete(name);
    return false;
  }
  const text = JSON.stringify([action, reason, fields, refusals]);
  const isNew = told.get(name) !== text;
  told.set(name, text);
  return action !== 'none' || (isNew && (fields.length > 0 || reason === 'refused'));
}
