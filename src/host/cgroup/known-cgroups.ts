import { ReconcileError } from '../../errors.ts';
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
  /**
   * Somebody wrote a file. False where it holds what it held when it was last read or written. True also where nobody
   * knows, or `content` throws: who reads it next is told why.
   */
  notice(name: string, file: string, content: () => string | undefined): boolean;
  /** As last read, with what was noticed since, and no file read for it; undefined where nothing was, or not all is known. */
  noticed(name: string): ObservedCgroup | undefined;
  /** As last read or written, and no file read for it; undefined where something was noticed since. */
  unnoticed(name: string): ObservedCgroup | undefined;
  forget(name: string): void;
}

/** What was noticed of one cgroup: the content of files, or that there is no saying what else is new. */
type News = Map<string, string> | 'anything';

/** @param onChange told what was read, where it is not as before */
export function openKnownCgroups(frozen: FrozenPlaces, onChange: (name: string, cgroup: ObservedCgroup) => void): KnownCgroups {
  const known = new Map<string, ObservedCgroup>();
  const news = new Map<string, News>();
  const dropNews = (name: string, file: string): void => {
    const found = news.get(name);
    if (found instanceof Map) found.delete(file);
  };
  return {
    read(name, path, table) {
      news.delete(name);
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
      for (const file of Object.keys(files)) dropNews(name, file);
    },
    notice(name, file, content) {
      const held = known.get(name)?.files[file];
      const found = held === undefined ? undefined : contentIfReadable(content);
      if (found !== undefined && found === held) {
        dropNews(name, file);
        return false;
      }
      const present = news.get(name) ?? new Map<string, string>();
      if (found === undefined || present === 'anything') news.set(name, 'anything');
      else news.set(name, present.set(file, found));
      return true;
    },
    noticed(name) {
      const [last, found] = [known.get(name), news.get(name)];
      if (last === undefined || !(found instanceof Map) || !hasNews(found)) return undefined;
      const cgroup = { ...last, files: { ...last.files, ...Object.fromEntries(found) } };
      news.delete(name);
      known.set(name, cgroup);
      onChange(name, cgroup);
      return cgroup;
    },
    unnoticed: (name) => (hasNews(news.get(name)) ? undefined : known.get(name)),
    forget(name) {
      known.delete(name);
      news.delete(name);
    },
  };
}

function hasNews(news: News | undefined): boolean {
  return news === 'anything' || (news !== undefined && news.size > 0);
}

function contentIfReadable(content: () => string | undefined): string | undefined {
  try {
    return content();
  } catch (error) {
    if (error instanceof ReconcileError) return undefined;
    throw error;
  }
}
