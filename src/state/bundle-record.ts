import { either, isFlag, isNumber, isText, list, map, object, oneOf, optional, parseJson } from './checks.ts';
import type { BundleRecord } from './observed.ts';

/** The record in `text`, or undefined where it is not one: cut off, of another program, or of an unknown form. */
export function parseRecord(text: string): BundleRecord | undefined {
  const value = parseJson(text);
  return isRecord(value) ? (value as BundleRecord) : undefined;
}

const mode = oneOf('private', 'host');
const drift = oneOf('enforce', 'report', 'ignore');

const isSpec = object({
  rootfs: either(
    object({ path: isText, readonly: isFlag }),
    object({ jail: object({ binaries: list(isText), files: list(isText) }), readonly: isFlag }),
  ),
  process: object({
    args: list(isText),
    env: map(isText),
    cwd: isText,
    user: object({ uid: isNumber, gid: isNumber }),
  }),
  hostname: isText,
  resources: map(either(isText, isNumber, isFlag, list(object({ device: isText })))),
  namespaces: object({ mount: mode, pid: mode, network: mode, ipc: mode, uts: mode, cgroup: mode }),
  mounts: list(
    either(
      object({ type: oneOf('bind'), source: isText, target: isText, readonly: isFlag }),
      object({ type: oneOf('tmpfs'), target: isText, readonly: isFlag }),
    ),
  ),
  restart: object({
    policy: oneOf('always', 'on-failure', 'never'),
    backoff: object({ initialMs: isNumber, maxMs: isNumber, resetAfterMs: isNumber }),
  }),
  stop: object({ signal: isText, timeoutMs: isNumber }),
  drift: object({ default: drift, paths: map(drift) }),
});

const isEnd = object({ code: optional(isNumber), ranMs: isNumber, oomKilled: isFlag });

/** True for a record of the form that this version understands. */
export const isRecord = object({
  group: isText,
  manifest: object({ file: isText, line: isNumber }),
  labels: map(isText),
  annotations: map(isText),
  spec: isSpec,
  rootfsId: isText,
  restarts: object({ count: isNumber, failures: isNumber, oomKills: isNumber, lastExit: optional(isEnd) }),
  sourceTargets: optional(map(isText)),
  announced: optional(map(list(isText))),
});
