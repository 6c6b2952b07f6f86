import { isRecord } from './bundle-record.ts';
import { either, isFlag, isNumber, isObject, isText, list, map, object, oneOf, optional, parseJson } from './checks.ts';
import { isContainerName } from './container-name.ts';
import type { HostIdentity } from './host-identity.ts';
import type { ObservedState } from './observed.ts';
import { isCost } from './seal.ts';
import type { Seal } from './seal.ts';

/** A host's observed state, to be planned against elsewhere: the format of schemas/snapshot.schema.json. */
export interface Snapshot {
  readonly format: 'reconcile-snapshot';
  readonly formatVersion: '1';
  /** ISO 8601. */
  readonly takenAt: string;
  readonly host: HostIdentity;
  /** What the translation between resources and this host's cgroup files needs, beside the facts in `observed`. */
  readonly codec: { readonly pageBytes: number; readonly cpus: string; readonly mems: string; readonly ioWeightFile?: string };
  /** How the values of environment variables are sealed. */
  readonly seal: Seal;
  /** What was looked for on the host: the rest is unknown, and not missing. */
  readonly asked: { readonly devices: readonly string[]; readonly sources: readonly string[] };
  /** Without what a plan has no use for, such as the processes' mounts. */
  readonly observed: ObservedState;
}

export function formatSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot)}\n`;
}

/** The snapshot in `text`, or why it is none that this version can plan against. */
export function parseSnapshot(text: string): Snapshot | { readonly fault: string } {
  const value = parseJson(text);
  if (!isObject(value)) return { fault: 'is no JSON document: cut off, or of another kind' };
  if (value['format'] !== 'reconcile-snapshot') return { fault: 'is not what reconcile snapshot prints' };
  if (value['formatVersion'] !== '1') return { fault: `has format version ${JSON.stringify(value['formatVersion'])}, and this reconcile knows version 1` };
  return isSnapshot(value) ? (value as unknown as Snapshot) : { fault: 'is damaged, or was edited' };
}

const isSnapshot = object({
  takenAt: isText,
  host: object({ name: isText }),
  codec: object({ pageBytes: isNumber, cpus: isText, mems: isText, ioWeightFile: optional(isText) }),
  seal: object({ salt: isText, cost: isCost }),
  asked: object({ devices: list(isText), sources: list(isText) }),
  observed: object({
    host: object({
      cgroupMode: oneOf('unified', 'hybrid', 'legacy'),
      runtime: isText,
      runtimeReason: isText,
      cgroupParent: isText,
      cpus: isText,
      mems: isText,
      unsupported: map(isText),
      devices: map(isText),
      missingSources: list(isText),
      capacity: optional(map(either(isNumber, map(isNumber)))),
    }),
    containers: list(
      object({
        name: (value) => typeof value === 'string' && isContainerName(value),
        status: oneOf('creating', 'created', 'running', 'terminating', 'stopped'),
        layer: isFlag,
        bundle: optional(isRecord),
        cgroup: optional(object({ path: isText, files: map(isText), usage: map(isNumber), frozen: optional(isFlag) })),
        process: optional(
          object({ pid: isNumber, startTime: isNumber, startedAtMs: isNumber, namespaces: map(isObject), missingMounts: list(isText), monitorLost: optional(isFlag), monitorStopped: optional(isFlag) }),
        ),
        exit: optional(object({ atMs: isNumber, ranMs: isNumber, oomKilled: isFlag })),
        claim: optional(object({ root: isText })),
      }),
    ),
    rootfs: map(object({ id: isText, problems: list(object({ path: isText, message: isText, hint: isText })) })),
    jails: list(isText),
    nowMs: isNumber,
  }),
});
