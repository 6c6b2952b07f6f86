import { formatDiagnostic } from '../manifest/diagnostic.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { Logger } from '../log.ts';
import type { WatchEvent } from '../watch/watch.ts';
import { counted } from './layout.ts';
import type { Progress } from './progress.ts';
import type { Screen } from './screen.ts';

/**
 * Tells a person at a terminal what a watch does. The listener keeps the progress line of the latest pass, and
 * which pass each container is in the hands of: a slow one goes on beneath those that follow.
 */
export function tellOnScreen(screen: Screen): (event: WatchEvent) => void {
  let progress: Progress | undefined;
  const owners = new Map<string, Progress>();
  return (event) => {
    switch (event.type) {
      case 'pass':
        progress?.end();
        screen.show({ kind: 'plan', plan: event.plan });
        progress = screen.progress(event.plan);
        own(event.plan, progress, owners);
        return;
      case 'started':
      case 'finished':
      case 'failed':
      case 'skipped':
        return ownerOf(event.step, owners)?.onStep(event);
      case 'ready':
        progress?.end();
        return screen.note('Watching. Ctrl-C stops watching; the containers go on running.');
      case 'source-error':
        return screen.error({
          code: 'ERR_MANIFEST_INVALID',
          message: [`${counted(event.diagnostics.length, 'fault')} in the manifests`, ...event.diagnostics.map(formatDiagnostic)].join('\n'),
          hint: 'containers of these manifests stay as they are until they are mended',
        });
      case 'pass-failed':
      case 'watch-limited':
        return screen.error(event.error);
    }
  };
}

function own({ changes }: Plan, progress: Progress, owners: Map<string, Progress>): void {
  for (const { name, action } of changes) if (action !== 'none') owners.set(name, progress);
}

function ownerOf(step: Step, owners: ReadonlyMap<string, Progress>): Progress | undefined {
  return step.kind === 'remove-jail' ? undefined : owners.get(step.container);
}

/** Tells the log what a watch does: one line a container that is done, refused or drifted. */
export function tellLog(log: Logger): (event: WatchEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'pass':
        return logPass(log, event.plan);
      case 'started':
        return log.debug(stepFields(event), 'step started');
      case 'finished':
        return logFinished(log, event);
      case 'skipped':
        return log.debug(stepFields(event), 'step skipped');
      case 'failed':
        return log.error({ ...stepFields(event), ...errorFields(event.error) }, 'step failed');
      case 'ready':
        return log.info({}, 'watching');
      case 'source-error':
        for (const fault of event.diagnostics) log.error({ fault: formatDiagnostic(fault) }, 'manifest refused');
        return;
      case 'pass-failed':
        return log.error(errorFields(event.error), 'pass failed');
      case 'watch-limited':
        return log.warn(errorFields(event.error), 'events may be missed');
    }
  };
}

function logPass(log: Logger, { revision, summary, changes }: Plan): void {
  log.info({ revision, summary }, 'pass');
  for (const { name, action, reason, fields, refusals } of changes) {
    if (action !== 'none') log.info({ container: name, action, reason, fields: fields.map(({ path }) => path) }, 'change');
    for (const { path, message, hint } of refusals) log.warn({ container: name, path, reason: message, hint }, 'container refused');
    const reported = fields.filter(({ origin, enforced }) => origin === 'drift' && !enforced);
    for (const { path, before, after } of reported) log.warn({ container: name, path, before, after }, 'drift reported');
  }
}

/** A container runs, or is gone, with these two; the steps between are for debugging. */
function logFinished(log: Logger, event: Extract<WatchEvent, { readonly type: 'finished' }>): void {
  const { kind } = event.step;
  const write = kind === 'start' || kind === 'remove' ? log.info : log.debug;
  write({ ...stepFields(event), durationMs: Math.round(event.durationMs) }, 'step finished');
}

function stepFields({ step }: Extract<WatchEvent, { readonly step: unknown }>): object {
  return { step: step.kind, ...(step.kind === 'remove-jail' ? { jail: step.jail } : { container: step.container }) };
}

function errorFields({ code, message, hint }: { code: string; message: string; hint?: string | undefined }): object {
  return { code, error: message, ...(hint === undefined ? {} : { hint }) };
}
