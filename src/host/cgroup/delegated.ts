import { ReconcileError } from '../../errors.ts';
import { dirExists } from './cgroup-dir.ts';
import type { Site } from './mode.ts';

/** Of systemd's units, those whose cgroup can be delegated: systemd.resource-control(5). */
const unitName = /\.(service|scope)$/;

/**
 * How many parts of a parent's name lead to a systemd unit; 0 where none does. systemd makes the cgroups as far as there
 * and is the only one to write to those above: a subtree has one writer.
 */
export function delegatedDepth(parent: readonly string[]): number {
  return parent.findLastIndex((part) => unitName.test(part)) + 1;
}

/** Throws ERR_HOST_UNSUPPORTED where the parent's unit does not run. */
export function requireUnit(site: Site): void {
  const problem = unitProblem(site);
  if (problem !== undefined) throw problem;
}

/** The same as a value. */
export function unitProblem({ hierarchies, parent }: Site): ReconcileError | undefined {
  const unit = parent.slice(0, delegatedDepth(parent));
  // systemd follows its units in these, and may be absent from others.
  const followed = hierarchies.filter(({ unified, controllers }) => unified || controllers.length === 0);
  if (unit.length === 0 || followed.length === 0) return undefined;
  if (followed.some(({ mountPoint }) => dirExists([mountPoint, ...unit].join('/')))) return undefined;
  const message = `--cgroup-parent ${parent.join('/')}: ${unit.at(-1) ?? ''} does not run, and only systemd can make its cgroup`;
  return new ReconcileError('ERR_HOST_UNSUPPORTED', message, { hint: `systemctl start ${unit.at(-1) ?? ''}`, retryable: true });
}
