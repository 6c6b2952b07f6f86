import type { Effect } from './types.ts';

/**
 * How a change reaches a running container, by the longest matching field path.
 * `live`: the process goes on. `restart`: a new process over the same writable layer.
 * `replace`: a new process over a new root filesystem; what the container wrote is gone.
 */
const effects: Readonly<Record<string, Effect>> = {
  resources: 'live',
  restart: 'live',
  stop: 'live',
  drift: 'live',
  metadata: 'live',
  process: 'restart',
  hostname: 'restart',
  namespaces: 'restart',
  mounts: 'restart',
  cgroup: 'restart',
  'cgroup.freeze': 'live',
  monitor: 'restart',
  'monitor.state': 'live',
  rootfs: 'replace',
};

const severity: Readonly<Record<Effect, number>> = { live: 0, restart: 1, replace: 2 };

/** The effect of a change at `path`; a path that the table does not know is replaced, which is always right. */
export function effectOf(path: string): Effect {
  const [head = ''] = path.split('.', 1);
  return effects[path] ?? effects[head] ?? 'replace';
}

/** The gravest of several effects. */
export function gravestEffect(all: readonly Effect[]): Effect {
  let gravest: Effect = 'live';
  for (const effect of all) if (severity[effect] > severity[gravest]) gravest = effect;
  return gravest;
}
