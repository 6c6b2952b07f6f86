import { parseBytes } from './amounts.ts';
import { childrenOf } from './cgroup-dir.ts';
import { readCgroupFile, writeCgroupFile } from './cgroup-file.ts';

/**
 * Keeps what our parent is protected by at the sum of what its containers are: the kernel protects a cgroup no further
 * than the cgroups above it are. The parent is ours, so the sum takes the place of whatever somebody wrote there.
 * Source: memory.min and memory.low in Documentation/admin-guide/cgroup-v2.rst.
 */
export interface Protection {
  /** What a container's files were just found to hold, or were given. */
  note(name: string, contents: Readonly<Record<string, string>>): void;
  /** It is gone; true where it was protected. */
  forget(name: string): boolean;
  /** Writes the sums where they are not there; `anew` looks which containers there are. Throws ERR_CGROUP_WRITE. */
  settle(options?: { readonly anew: boolean }): void;
}

export interface ProtectionOptions {
  /** The same in the parent and in its containers; none where nothing protects. */
  readonly files: readonly string[];
  readonly parent: string | undefined;
  readonly pageBytes: number;
}

const nothing: Protection = { note: () => undefined, forget: () => false, settle: () => undefined };

export function openProtection({ files, parent, pageBytes }: ProtectionOptions): Protection {
  if (parent === undefined || files.length === 0) return nothing;
  const tables = files.map((file) => ({ file, bytes: new Map<string, number>() }));
  const parse = (content: string | undefined): number => parseBytes(content ?? '', pageBytes) || 0;
  let listed = false;
  const list = (): void => {
    const names = new Set(childrenOf(parent));
    for (const { file, bytes } of tables) {
      for (const name of bytes.keys()) if (!names.has(name)) bytes.delete(name);
      for (const name of names) {
        if (!bytes.has(name)) bytes.set(name, parse(readCgroupFile(`${parent}/${name}/${file}`)));
      }
    }
    listed = true;
  };
  return {
    note(name, contents) {
      for (const { file, bytes } of tables) if (contents[file] !== undefined) bytes.set(name, parse(contents[file]));
    },
    forget(name) {
      const had = tables.filter(({ bytes }) => (bytes.get(name) ?? 0) > 0);
      for (const { bytes } of tables) bytes.delete(name);
      return had.length > 0;
    },
    settle({ anew = false } = { anew: false }) {
      if (anew || !listed) list();
      for (const { file, bytes } of tables) {
        const path = `${parent}/${file}`;
        const [before, sum] = [readCgroupFile(path), sumOf(bytes.values())];
        if (before === undefined || parseBytes(before, pageBytes) === sum) continue;
        writeCgroupFile({ object: 'protect containers', path, value: sum === Infinity ? 'max' : String(sum) });
      }
    },
  };
}

function sumOf(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
}
