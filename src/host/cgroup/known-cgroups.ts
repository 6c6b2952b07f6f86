import type { ObservedCgroup } from '../../state/observed.ts';
import type { FileValues } from '../../state/resources.ts';
import { isFrozen } from './freezer.ts';
import type { FrozenPlaces } from './freezer.ts';
import { readCgroup } from './read.ts';
import type { ReadTable } from './read.ts';

/** Cgroups as they were read last: one in which nothing changed is the same object as before. */
export interface KnownCgroups {
  /** Undefined where there is no such cgroup. `path` names it where it is read for the first time. */
  read(name: string, path: () => string, table: ReadTable): ObservedCgroup | undefined;
  /** What files hold after writes of ours. */
  wrote(name: string, files: FileValues): void;
  /** What a file held when it was last read or written; undefined where nobody did. */
  contentOf(name: string, file: string): string | undefined;
  forget(name: string): void;
}

/** @param onChange told what was read, where it is not as before */
export function openKnownCgroups(frozen: FrozenPlaces, onChange: (name: string, cgroup: ObservedCgroup) => void): KnownCgroups {
  const known = new Map<string, ObservedCgroup>();
  return {
    read(name, path, table) {
      const last = known.get(name);
      const found = readCgroup(name, last?.path ?? path(), { table, frozen: () => isFrozen(name, frozen), last });
      if (found === last) return found;
      if (found === undefined) {
        known.delete(name);
        return undefined;
      }
      known.set(name, found);
      onChange(name, found);
      return found;
    },
    wrote(name, files) {
      const last = known.get(name);
      if (last !== undefined) known.set(name, { ...last, files: { ...last.files, ...files } });
    },
    contentOf: (name, file) => known.get(name)?.files[file],
    forget: (name) => { known.delete(name); },
  };
}
