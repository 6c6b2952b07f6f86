import { ReconcileError } from '../../errors.ts';
import { listPids, readProcFile, readProcLink } from './proc-file.ts';

/** One mount, as proc_pid_mountinfo(5) describes it; paths unescaped. */
export interface MountEntry {
  readonly id: number;
  readonly parentId: number;
  /** "major:minor" of the file system. */
  readonly device: string;
  /** Which folder of the file system is mounted; "/" is all of it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  /** Propagation tags: shared:X, master:X, propagate_from:X, unbindable. None: the mount is private. */
  readonly propagation: readonly string[];
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** Parses a mountinfo file, in its order: a later mount covers an earlier one. Lines of another form are left out. */
export function parseMountinfo(text: string): MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function parseLine(line: string): MountEntry | undefined {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  const [id, parentId, device, root, mountPoint, options] = fields;
  const [fsType, source, superOptions] = fields.slice(separator + 1);
  if (separator < 0 || mountPoint === undefined || superOptions === undefined) return undefined;
  return {
    id: Number(id),
    parentId: Number(parentId),
    device: device ?? '',
    root: unescapeOctal(root ?? ''),
    mountPoint: unescapeOctal(mountPoint),
    options: (options ?? '').split(','),
    propagation: fields.slice(6, separator),
    fsType: fsType ?? '',
    source: unescapeOctal(source ?? ''),
    superOptions: superOptions.split(','),
  };
}

/** Where a process sees mounts below its own root, each once; undefined: it is gone. Throws ERR_PROC_UNREADABLE. */
export function readMountPoints(pid: number): string[] | undefined {
  const text = readMountText(pid);
  return text === undefined ? undefined : mountPointsIn(text);
}

/**
 * /proc/PID/mountinfo as it is: two equal texts name the same mounts. Undefined: the process is gone.
 * Throws ERR_PROC_UNREADABLE.
 */
export function readMountText(pid: number): string | undefined {
  const text = readProcFile(`/proc/${pid}/mountinfo`);
  // Every process that lives has a root: an empty list is that of one which is ending.
  return text === '' ? undefined : text;
}

/** The mounts that we see ourselves. Throws ERR_PROC_UNREADABLE. */
export function readOwnMounts(): MountEntry[] {
  return parseMountinfo(readProcFile('/proc/self/mountinfo') ?? '');
}

/** The mounts at exactly `mountPoint`, the lowest first; reads one pass over the table and parses only what fits. */
export function ownMountsAt(mountPoint: string): MountEntry[] {
  const text = readProcFile('/proc/self/mountinfo') ?? '';
  const needle = ` ${escapeOctal(mountPoint)} `;
  return parseMountinfo(
    text
      .split('\n')
      .filter((line) => line.includes(needle))
      .join('\n'),
  ).filter((entry) => entry.mountPoint === mountPoint);
}

/**
 * A process that sees a mount of this type whose source begins so, in whatever mount namespace it is; undefined: none
 * does. Each namespace is looked at once.
 */
export function findMountUser({ fsType, source }: { readonly fsType: string; readonly source: string }): number | undefined {
  const needle = ` - ${fsType} ${escapeOctal(source)}`;
  const seen = new Set<string>();
  return listPids().find((pid) => unlessHidden(() => {
    const namespace = readProcLink(`/proc/${pid}/ns/mnt`);
    if (namespace === undefined || seen.has(namespace)) return false;
    seen.add(namespace);
    return readProcFile(`/proc/${pid}/mountinfo`)?.includes(needle) === true;
  }));
}

/** A process that nobody may look into, not even root, is none of a container. */
function unlessHidden(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (error instanceof ReconcileError && error.code === 'ERR_PROC_UNREADABLE') return false;
    throw error;
  }
}

/** Where `text`, a mountinfo file, has mounts, each once. Field 5 alone is read: a container has some thirty mounts. */
export function mountPointsIn(text: string): string[] {
  const points = new Set<string>();
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    const point = line.split(' ', 5)[4];
    if (point !== undefined) points.add(unescapeOctal(point));
    start = end < 0 ? text.length : end + 1;
  }
  return [...points];
}

/** The kernel writes blank, tab, newline, backslash and # as a backslash and three octal digits, byte by byte. */
function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function escapeOctal(text: string): string {
  return text.replace(/[ \t\n\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
