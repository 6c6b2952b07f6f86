import { ReconcileError } from '../errors.ts';
import { codecFor } from '../host/cgroup/codec-for.ts';
import { readDocument } from '../host/document.ts';
import { makePlan } from '../plan/plan.ts';
import { worldOf } from '../plan/snapshot-world.ts';
import type { Plan } from '../plan/types.ts';
import { parseSnapshot } from '../state/snapshot.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Invocation } from './command.ts';
import { loadValid, planOptionsOf } from './sources.ts';

/** The plan for another host, or for this one as it was: it needs the file and the manifests, and no kernel. */
export async function planSnapshot(file: string, { flags, operands, screen }: Invocation): Promise<Plan> {
  const snapshot = readSnapshot(file);
  const { desired: asked } = await loadValid(operands);
  screen.note(`Against ${snapshot.host.name} as it was at ${snapshot.takenAt}.`);
  const { desired, observed } = worldOf(snapshot, asked);
  const { cgroupMode, unsupported } = observed.host;
  return makePlan(desired, observed, codecFor(cgroupMode, { ...snapshot.codec, unsupported }), planOptionsOf(flags));
}

function readSnapshot(file: string): Snapshot {
  const snapshot = parseSnapshot(readDocument(file));
  if (!('fault' in snapshot)) return snapshot;
  throw new ReconcileError('ERR_PLAN_FILE', `${file}: the file ${snapshot.fault}`, { hint: 'make it on the host: reconcile snapshot > host.json' });
}
