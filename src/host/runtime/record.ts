import type { BundleRecord } from '../../state/observed.ts';

/** The record in `text`, or undefined where it is not one: cut off, of another program, or of an unknown form. */
export function parseRecord(text: string): BundleRecord | undefined {
  const value = parseJson(text);
  return isRecord(value) ? (value as BundleRecord) : undefined;
}

/** JSON as a value; undefined where `text` is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isFlag: Check = (value) => typeof value === 'boolean';

/** An object with at least these fields; more are let through, for a newer reconcile may have written them. */
function object(fields: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Object.entries(fields).every(([key, check]) => check(value[key]));
}

function map(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function either(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

function oneOf(...texts: readonly string[]): Check {
  return (value) => texts.some((text) => text === value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
  resources: map(either(isText, isNumber, list(object({ device: isText })))),
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

const isRecord = object({
  group: isText,
  manifest: object({ file: isText, line: isNumber }),
  labels: map(isText),
  annotations: map(isText),
  spec: isSpec,
  rootfsId: isText,
  restarts: object({ count: isNumber, failures: isNumber, oomKills: isNumber, lastExit: optional(isEnd) }),
});
