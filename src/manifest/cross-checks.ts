import { showValue } from './diagnostic.ts';
import { parseDuration } from './duration.ts';
import { type Pointer, valueAt } from './pointer.ts';
import type { Problem } from './problem.ts';
import { parseBytes } from './quantity.ts';

type Rule = (document: unknown) => readonly Problem[];

/** Rules between fields. Each looks only at what is well formed; the rest was reported for itself. */
const rules: readonly Rule[] = [
  replicaNames,
  rootfsChoice,
  jailContent,
  programName,
  hostnameNamespace,
  memoryOrder,
  deviceLimits,
  mountKinds,
  mountTargets,
  backoffOrder,
];

/** Problems that more than one field takes part in. */
export function crossProblems(document: unknown): readonly Problem[] {
  return rules.flatMap((rule) => rule(document));
}

function replicaNames(document: unknown): readonly Problem[] {
  const name = valueAt(document, '/metadata/name');
  const replicas = valueAt(document, '/spec/replicas');
  if (typeof name !== 'string' || typeof replicas !== 'number' || name.length > 63) return [];
  const longest = name.length + 1 + String(replicas - 1).length;
  if (longest <= 63) return [];
  const hint = `write at most ${63 - (longest - name.length)} characters`;
  const message = 'is too long: with replicas it must fit in 63 characters';
  return [{ pointer: '/metadata/name', message, got: `${longest} characters`, hint }];
}

function rootfsChoice(document: unknown): readonly Problem[] {
  const rootfs = valueAt(document, '/spec/rootfs');
  if (!isMapping(rootfs)) return [];
  const given = ['path', 'jail', 'image'].filter((source) => Object.hasOwn(rootfs, source));
  if (given.length === 1) return [];
  const hint = 'write path (a folder on the host) or jail (files of the host)';
  if (given.length === 0) return [{ pointer: '/spec/rootfs', message: 'has no source', hint, atKey: true }];
  const got = given.join(' and ');
  return [{ pointer: '/spec/rootfs', message: 'has more than one source', got, hint, atKey: true }];
}

function jailContent(document: unknown): readonly Problem[] {
  const jail = valueAt(document, '/spec/rootfs/jail');
  if (!isMapping(jail)) return [];
  if (![jail['binaries'], jail['files']].every(isEmptyList)) return [];
  const hint = 'name programs, such as binaries: [/bin/busybox]';
  return [{ pointer: '/spec/rootfs/jail', message: 'is empty', hint, atKey: true }];
}

function isEmptyList(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

function programName(document: unknown): readonly Problem[] {
  if (valueAt(document, '/spec/process/args/0') !== '') return [];
  const hint = 'write the path of a program, such as /bin/httpd';
  return [{ pointer: '/spec/process/args/0', message: 'is empty', hint }];
}

function hostnameNamespace(document: unknown): readonly Problem[] {
  if (valueAt(document, '/spec/namespaces/uts') !== 'host') return [];
  if (valueAt(document, '/spec/hostname') === undefined) return [];
  const message = 'would rename the host, for namespaces.uts is host';
  return [{ pointer: '/spec/hostname', message, hint: 'remove hostname, or write uts: private', atKey: true }];
}

function memoryOrder(document: unknown): readonly Problem[] {
  const limits = ['min', 'low', 'high', 'max'].flatMap((name) => {
    const pointer = `/spec/resources/memory/${name}`;
    const limitBytes = bytesAt(document, pointer);
    return limitBytes === undefined ? [] : [{ name, pointer, limitBytes }];
  });
  return limits.flatMap((limit, index) => {
    const above = limits.slice(index + 1).find((other) => other.limitBytes < limit.limitBytes);
    if (above === undefined) return [];
    const most = written(document, above.pointer);
    const message = `is more than memory.${above.name}, which is ${most}`;
    const hint = `write ${most} or less: min <= low <= high <= max`;
    return [{ pointer: limit.pointer, message, got: written(document, limit.pointer), hint }];
  });
}

/** `max` is infinite; undefined where there is no well-formed quantity, or a 0 that is reported for itself. */
function bytesAt(document: unknown, pointer: Pointer): number | undefined {
  const value = valueAt(document, pointer);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const reading = parseBytes(String(value));
  if ('fault' in reading || (reading.value === 0 && /(high|max)$/.test(pointer))) return undefined;
  return reading.value === 'max' ? Infinity : reading.value;
}

function written(document: unknown, pointer: Pointer): string {
  return String(valueAt(document, pointer));
}

function deviceLimits(document: unknown): readonly Problem[] {
  const limits = valueAt(document, '/spec/resources/io/max');
  if (!Array.isArray(limits)) return [];
  const empty = limits.flatMap((limit: unknown, index): Problem[] => {
    if (!isMapping(limit) || Object.keys(limit).some((key) => key !== 'device')) return [];
    const hint = 'add rbps, wbps, riops or wiops';
    return [{ pointer: `/spec/resources/io/max/${index}`, message: 'limits nothing', hint }];
  });
  return [...empty, ...repeatedFields(limits, '/spec/resources/io/max', 'device')];
}

function mountKinds(document: unknown): readonly Problem[] {
  return mountsOf(document).flatMap((mount, index) => {
    const pointer = `/spec/mounts/${index}`;
    return mount['type'] === 'tmpfs' ? tmpfsProblems(mount, pointer) : bindProblems(mount, pointer);
  });
}

function tmpfsProblems(mount: Fields, pointer: Pointer): readonly Problem[] {
  if (mount['source'] === undefined) return [];
  const hint = 'remove it, or write type: bind';
  return [{ pointer: `${pointer}/source`, message: 'does not go with a tmpfs', hint, atKey: true }];
}

function bindProblems(mount: Fields, pointer: Pointer): readonly Problem[] {
  const problems: Problem[] = [];
  if (mount['size'] !== undefined) {
    const hint = 'remove it, or write type: tmpfs';
    problems.push({ pointer: `${pointer}/size`, message: 'does not go with a bind mount', hint, atKey: true });
  }
  if (mount['source'] === undefined) {
    const hint = 'add source: /srv/data, or write type: tmpfs';
    problems.push({ pointer: `${pointer}/source`, message: 'is missing', hint });
  }
  return problems;
}

function mountTargets(document: unknown): readonly Problem[] {
  return repeatedFields(mountsOf(document), '/spec/mounts', 'target');
}

/** An item that is no mapping keeps its place, so that the numbers in the pointers stay right. */
function mountsOf(document: unknown): readonly Fields[] {
  const mounts = valueAt(document, '/spec/mounts');
  if (!Array.isArray(mounts)) return [];
  return mounts.map((mount: unknown) => (isMapping(mount) ? mount : { source: '' }));
}

function repeatedFields(items: readonly unknown[], pointer: Pointer, field: string): readonly Problem[] {
  const first = new Map<string, number>();
  return items.flatMap((item, index) => {
    const value = isMapping(item) ? item[field] : undefined;
    if (typeof value !== 'string') return [];
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, index);
    if (earlier === undefined) return [];
    const message = `is the same as in item ${earlier}`;
    return [{ pointer: `${pointer}/${index}/${field}`, message, got: showValue(value), hint: 'keep one of the two' }];
  });
}

function backoffOrder(document: unknown): readonly Problem[] {
  const pointer = '/spec/restart/backoff';
  const initialMs = durationAt(document, `${pointer}/initial`, 1000);
  const maxMs = durationAt(document, `${pointer}/max`, 300_000);
  if (initialMs === undefined || maxMs === undefined || initialMs <= maxMs) return [];
  const field = valueAt(document, `${pointer}/initial`) === undefined ? 'max' : 'initial';
  const message = field === 'initial' ? 'is longer than backoff.max' : 'is shorter than backoff.initial, which is 1s';
  const hint = 'write initial <= max; they are 1s and 5m where absent';
  return [{ pointer: `${pointer}/${field}`, message, got: written(document, `${pointer}/${field}`), hint }];
}

function durationAt(document: unknown, pointer: Pointer, absentMs: number): number | undefined {
  const value = valueAt(document, pointer);
  if (value === undefined) return absentMs;
  if (typeof value !== 'string') return undefined;
  const reading = parseDuration(value);
  return 'fault' in reading ? undefined : reading.value;
}

type Fields = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
