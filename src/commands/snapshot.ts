import { openHost } from '../host/host.ts';
import { takeSnapshot } from '../observe/snapshot.ts';
import { formatSnapshot } from '../state/snapshot.ts';
import { appliedState } from './applied-state.ts';
import type { Invocation, Outcome } from './command.ts';
import { loadValid } from './sources.ts';

/** With PATHs also what these manifests need to know of the host, which nobody has applied yet. */
export async function run({ operands, settings }: Invocation): Promise<Outcome> {
  const loaded = operands.length === 0 ? [] : (await loadValid(operands)).desired.containers;
  const host = await openHost(settings);
  const applied = appliedState(host);
  // Both, even of one name: what runs now is compared with either.
  const snapshot = takeSnapshot(host, { ...applied, containers: [...applied.containers, ...loaded] });
  return { result: { kind: 'verbatim', text: formatSnapshot(snapshot) } };
}
