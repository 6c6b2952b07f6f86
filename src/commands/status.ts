import type { Host } from '../host/host.ts';
import { openHost } from '../host/host.ts';
import type { Change } from '../plan/types.ts';
import { plan } from '../reconcile.ts';
import type { StatusRow } from '../render/status.ts';
import type { BundleRecord, ObservedContainer, Usage } from '../state/observed.ts';
import { appliedState } from './applied-state.ts';
import type { Invocation, Outcome } from './command.ts';
import { loadValid } from './sources.ts';

/** With PATHs against those manifests; without, against what was applied last, so that only drift shows. */
export async function run({ operands, settings }: Invocation): Promise<Outcome> {
  const loaded = operands.length === 0 ? undefined : await loadValid(operands);
  const host = await openHost(settings);
  const planned = plan(host, loaded?.desired ?? appliedState(host));
  const present = new Map(planned.observed.containers.map((container) => [container.name, container]));
  const rows = planned.plan.changes.map((change) => rowOf(change, present.get(change.name), { host, nowMs: planned.observed.nowMs }));
  return { result: { kind: 'status', rows } };
}

function rowOf(
  change: Change,
  observed: ObservedContainer | undefined,
  { host, nowMs }: { readonly host: Host; readonly nowMs: number },
): StatusRow {
  const { bundle, cgroup, process, exit } = observed ?? {};
  const lastExit = bundle?.restarts.lastExit;
  return {
    name: change.name,
    ...(change.manifest === undefined ? {} : { manifest: change.manifest }),
    status: statusOf(observed),
    ...(process === undefined ? {} : { pid: process.pid, runningMs: Math.max(0, nowMs - process.startedAtMs) }),
    ...(observed?.status === 'terminating' ? { pids: holdersOf(observed, host) } : {}),
    restarts: bundle?.restarts.count ?? 0,
    ...(cgroup === undefined ? {} : { cgroup: cgroup.path }),
    resources: cgroup === undefined ? {} : host.cgroups.codec.fromFiles(cgroup.files),
    usage: { ...usageOf(cgroup === undefined ? {} : host.cgroups.usage(change.name), bundle), ...(process === undefined ? {} : pressureOf(change.name, host)) },
    ...(exit === undefined ? {} : { exit }),
    ...(lastExit === undefined ? {} : { lastExit }),
    drift: change.fields,
  };
}

function statusOf(observed: ObservedContainer | undefined): StatusRow['status'] {
  if (observed?.status === 'running' && observed.cgroup?.frozen === true) return 'paused';
  return observed?.status ?? 'absent';
}

/** Somebody may have moved its process out of its cgroup. */
function holdersOf({ name, process }: ObservedContainer, { cgroups }: Host): readonly number[] {
  return [...new Set([...(process === undefined ? [] : [process.pid]), ...cgroups.pids(name)])];
}

function pressureOf(name: string, { cgroups }: Host): Pick<StatusRow['usage'], 'pressure'> {
  const pressure = cgroups.pressure(name);
  return Object.keys(pressure).length === 0 ? {} : { pressure };
}

/** The kernel counts OOM kills anew with each cgroup; the record holds those before. */
function usageOf(usage: Usage, bundle: BundleRecord | undefined): StatusRow['usage'] {
  const oomKills = (usage.oomKills ?? 0) + (bundle?.restarts.oomKills ?? 0);
  return { ...usage, oomKills };
}
