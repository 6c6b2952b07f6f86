import { isContainerName } from '../state/container-name.ts';
import { canonicalCpuList } from './cpu-list.ts';
import { parseDuration } from './duration.ts';
import { type Fault, faultOf } from './fault.ts';
import { fieldPaths } from './generated/field-paths.ts';
import { nearest } from './nearest.ts';
import {
  absolutePathFault,
  byteLength,
  cwdFault,
  devicePathFault,
  mountTargetFault,
  partPathFault,
} from './path-rules.ts';
import { type BytesRule, parseBytes } from './quantity.ts';
import { parseSignal } from './signal.ts';

/** A rule for one field: `text` is the value as the manifest writes it, quotes aside. */
export interface FieldCheck {
  /** Keys on the way; `*` is any. */
  readonly pattern: readonly string[];
  /** Look at the key rather than the value. */
  readonly key?: boolean;
  /** Look at texts alone; numbers are the schema's. */
  readonly textOnly?: boolean;
  /** The hints are the same whatever the value: they give no secret away. */
  readonly fixedHint?: boolean;
  readonly faultOf: (text: string) => Fault | undefined;
}

/** The least memory that any program can start with. */
const leastMemoryBytes = 512 * 1024;
/** A backoff of nothing would restart without a pause. */
const leastBackoffMs = 10;
/** MAX_ARG_STRLEN of the kernel is 128 KiB; a variable's name and the NUL count too. */
const argumentLimitBytes = 126 * 1024;

const noMemoryHint = 'write max for no limit, or a size such as 64Mi; 0 would kill the container';

/** What the schema cannot say of single fields. */
export const fieldChecks: readonly FieldCheck[] = [
  text('metadata.name', nameFault),
  { ...text('metadata.labels.*', labelKeyFault), key: true },
  { ...text('metadata.annotations.*', labelKeyFault), key: true },
  text('metadata.labels.*', nulFault),
  text('metadata.annotations.*', nulFault),
  text('spec.rootfs.path', partPathFault),
  text('spec.rootfs.image', imageFault),
  text('spec.rootfs.jail.binaries.*', partPathFault),
  text('spec.rootfs.jail.files.*', partPathFault),
  text('spec.process.args.*', argumentFault),
  { ...text('spec.process.env.*', envNameFault), key: true },
  { ...text('spec.process.env.*', argumentFault), fixedHint: true },
  text('spec.process.cwd', cwdFault),
  text('spec.hostname', hostnameFault),
  text('spec.resources.cpu.max', cpuFault),
  text('spec.resources.cpuset.cpus', (list) => faultOf(canonicalCpuList(list))),
  text('spec.resources.cpuset.mems', (list) => faultOf(canonicalCpuList(list))),
  bytes('spec.resources.memory.min', {}),
  bytes('spec.resources.memory.low', {}),
  bytes('spec.resources.memory.high', { minBytes: leastMemoryBytes, zeroHint: noMemoryHint }),
  bytes('spec.resources.memory.max', { minBytes: leastMemoryBytes, zeroHint: noMemoryHint }),
  bytes('spec.resources.memory.swap.max', {}),
  text('spec.resources.io.max.*.device', devicePathFault),
  bytes('spec.resources.io.max.*.rbps', { minBytes: 1 }),
  bytes('spec.resources.io.max.*.wbps', { minBytes: 1 }),
  text('spec.namespaces.network', networkFault),
  text('spec.mounts.*.source', absolutePathFault),
  text('spec.mounts.*.target', mountTargetFault),
  bytes('spec.mounts.*.size', { minBytes: 4096, max: false, zeroHint: 'write a size such as 64Mi' }),
  duration('spec.restart.backoff.initial', leastBackoffMs),
  duration('spec.restart.backoff.max', leastBackoffMs),
  duration('spec.restart.backoff.resetAfter', leastBackoffMs),
  text('spec.stop.signal', (name) => faultOf(parseSignal(name))),
  duration('spec.stop.timeout', 0),
  { ...text('spec.drift.paths.*', driftPathFault), key: true },
];

function text(path: string, check: (text: string) => Fault | undefined): FieldCheck {
  return { pattern: path.split('.'), textOnly: true, faultOf: check };
}

function bytes(path: string, rule: BytesRule): FieldCheck {
  return { pattern: path.split('.'), faultOf: (quantity) => faultOf(parseBytes(quantity, rule)) };
}

function duration(path: string, minMs: number): FieldCheck {
  return { pattern: path.split('.'), faultOf: (value) => faultOf(parseDuration(value, minMs)) };
}

/** `tasks` is a file in every v1 cgroup, so no cgroup can have that name. */
const reservedNames: readonly string[] = ['tasks'];

function nameFault(name: string): Fault | undefined {
  if (reservedNames.includes(name)) {
    return { message: 'is a name that the kernel uses', hint: `write another, such as ${name}-1` };
  }
  if (isContainerName(name)) return undefined;
  if (name.length > 63) return { message: 'is longer than 63 characters', hint: 'write a shorter name' };
  const mended = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const suggestion = mended === '' ? 'web' : mended;
  const hint = `write lower-case letters, digits and - between them, such as ${suggestion}`;
  return { message: 'is no DNS label', hint };
}

function labelKeyFault(key: string): Fault | undefined {
  if (/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,251}[A-Za-z0-9])?$/.test(key)) return undefined;
  const hint = 'write letters and digits, with . _ / - between them, at most 253';
  return { message: 'is not well formed as a key', hint };
}

function imageFault(): Fault {
  const hint = 'write path (a folder on the host) or jail (files of the host) instead';
  return { message: 'is not supported yet', hint };
}

function argumentFault(argument: string): Fault | undefined {
  if (byteLength(argument) <= argumentLimitBytes) return nulFault(argument);
  return { message: 'is too long for the kernel', hint: 'write at most 126 KiB, or put it in a file' };
}

function nulFault(value: string): Fault | undefined {
  return value.includes('\0') ? { message: 'has a NUL character', hint: 'remove it' } : undefined;
}

function envNameFault(name: string): Fault | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return undefined;
  return { message: 'is not the name of a variable', hint: 'write letters, digits and _, not beginning with a digit' };
}

function hostnameFault(name: string): Fault | undefined {
  if (name.length > 63) return { message: 'is longer than 63 characters', hint: 'write a shorter name' };
  const labels = name.split('.');
  if (labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label))) return undefined;
  return { message: 'is no host name', hint: 'write letters, digits and - between them, such as web-1.example.org' };
}

function cpuFault(value: string): Fault | undefined {
  const milli = /^(\d{1,9})m$/.exec(value);
  if (milli === null) return undefined;
  return { message: 'has a unit; CPUs have none', hint: `write ${Number(milli[1]) / 1000}` };
}

function networkFault(name: string): Fault | undefined {
  if (name === 'private' || name === 'host') return undefined;
  return { message: 'is not supported yet: named networks come later', hint: 'write private or host' };
}

/** What drifts although no manifest says it. */
const unsaidPaths: ReadonlySet<string> = new Set(['cgroup', 'cgroup.freeze', 'monitor', 'monitor.state']);

function driftPathFault(path: string): Fault | undefined {
  if (fieldPaths.has(path) || unsaidPaths.has(path)) return undefined;
  const guess = nearest(path.replace(/^spec\./, ''), [...fieldPaths]);
  if (guess !== undefined) return { message: 'names no field', hint: `did you mean ${guess}?` };
  return { message: 'names no field', hint: 'write the path of a field below spec, such as resources.memory.max' };
}
