import type { Notifier } from '../host/notify.ts';
import type { WatchEvent } from '../watch/watch.ts';
import { counted } from './layout.ts';

/** What a service manager hears of a watch. */
export interface ServiceStory {
  event(event: WatchEvent): void;
  /** The watch is alive. */
  beat(): void;
  stopping(): void;
}

/**
 * Tells a service manager what a watch does. The watch counts as ready once its first pass ended, also where that
 * failed: it is up, and tries again by itself. A first pass that goes on asks for more time to start in.
 */
export function openServiceStory(notifier: Notifier): ServiceStory {
  let ready = false;
  let faults = 0;
  let lastFailure = '';
  const tellStatus = (): void => {
    const parts = [ready ? 'Watching' : 'Starting'];
    if (faults > 0) parts.push(`${counted(faults, 'fault')} in the manifests`);
    if (lastFailure !== '') parts.push(`last failure: ${lastFailure}`);
    notifier.tell({ status: parts.join('; '), ready });
  };
  return {
    event(event) {
      const before = ready;
      ready ||= event.type === 'ready' || event.type === 'pass-failed';
      if (event.type === 'source-error') faults = event.diagnostics.length;
      if (event.type === 'failed' || event.type === 'pass-failed') lastFailure = event.error.message;
      if (ready !== before || tellingEvents.has(event.type)) tellStatus();
    },
    beat: () => { notifier.tell(ready ? { alive: true } : { alive: true, extendMs: notifier.watchdogMs }); },
    stopping: () => { notifier.tell({ stopping: true, status: 'Stopping; the containers go on running' }); },
  };
}

const tellingEvents: ReadonlySet<WatchEvent['type']> = new Set(['source-error', 'failed', 'pass-failed']);
