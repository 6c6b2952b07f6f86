import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ElfFacts } from './elf.ts';
import type { HostView } from './host-view.ts';
import { defaultFolders, expandPath, isSameArchitecture } from './library-path.ts';
import type { ProgramCache } from './program-file.ts';
import { readProgramFile } from './program-file.ts';

/** Where and with what the loader searches. */
export interface LibrarySearch {
  readonly view: HostView;
  readonly programs: ProgramCache;
  /** From /etc/ld.so.conf, in order. */
  readonly folders: readonly string[];
}

export interface LoadedObject {
  /** As the loader opens it, links not resolved: $ORIGIN is this path's folder. */
  readonly path: string;
  readonly elf: ElfFacts;
  /** Which object first asked for it; absent for the program itself. */
  readonly parent?: LoadedObject;
}

export interface FoundLibrary extends LoadedObject {
  /** As asked for. */
  readonly name: string;
  /** Found through /etc/ld.so.conf in a folder that the loader does not know by itself. */
  readonly throughConf: boolean;
}

export interface Libraries {
  /** In the order in which the loader maps them. */
  readonly found: readonly FoundLibrary[];
  readonly missing: readonly { readonly name: string; readonly neededBy: string }[];
}

/**
 * Finds all libraries of a program, as ld.so(8) does and without running anything: breadth first, each name
 * once; RPATH of the object and of those that led to it (unless it has a RUNPATH), RUNPATH, the folders of
 * ld.so.conf, the default folders. LD_LIBRARY_PATH and /etc/ld.so.preload do not count. What fits another
 * processor is passed over.
 */
export function findLibraries(program: LoadedObject, search: LibrarySearch): Libraries {
  const found: FoundLibrary[] = [];
  const missing: { name: string; neededBy: string }[] = [];
  const loaded = new Set<string>(namesOfLoader(program.elf));
  const queue: LoadedObject[] = [program];
  for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
    for (const name of object.elf.needed) {
      if (loaded.has(name) || isLoaderItself(name, program.elf)) continue;
      loaded.add(name);
      const library = findLibrary(name, { ...object, root: program }, search);
      if (library === undefined) missing.push({ name, neededBy: object.path });
      if (library === undefined || loaded.has(library.path)) continue;
      loaded.add(library.path).add(library.elf.soname ?? name);
      found.push(library);
      queue.push(library);
    }
  }
  return { found, missing };
}

function namesOfLoader({ interpreter }: ElfFacts): string[] {
  return interpreter === undefined ? [] : [basename(interpreter)];
}

/** musl's loader holds the whole C library, and answers to the names that glibc spreads over several. */
function isLoaderItself(name: string, program: ElfFacts): boolean {
  return isMusl(program) && /^lib(c|pthread|rt|m|dl|util|xnet)\./.test(name);
}

/** True for programs of Alpine Linux and others whose loader is musl's. */
export function isMusl({ interpreter }: ElfFacts): boolean {
  return interpreter !== undefined && basename(interpreter).startsWith('ld-musl-');
}

interface Asking extends LoadedObject {
  readonly root: LoadedObject;
}

function findLibrary(name: string, asking: Asking, search: LibrarySearch): FoundLibrary | undefined {
  const { root, path, elf } = asking;
  const parent: LoadedObject = { path, elf, ...(asking.parent === undefined ? {} : { parent: asking.parent }) };
  const open = (candidate: string, throughConf: boolean): FoundLibrary | undefined => {
    const facts = readLibrary(candidate, root.elf, search);
    return facts === undefined ? undefined : { name, path: candidate, elf: facts, parent, throughConf };
  };
  if (name.includes('/')) return first(expandPath(name, dirname(path), root.elf), (file) => open(file, false));
  const defaults = elf.noDefaultFolders ? [] : defaultFolders(root.elf);
  const configured = elf.noDefaultFolders ? [] : search.folders;
  const inFolder = (folder: string, throughConf: boolean): FoundLibrary | undefined => {
    // Not normalised: where `..` follows a link, the kernel goes on from where the link leads.
    const library = open(`${folder}/${name}`, throughConf);
    // Should it appear there later, it would be the one.
    if (library === undefined) search.view.destination(folder);
    return library;
  };
  return (
    first(pathsOf(asking), (folder) => inFolder(folder, false)) ??
    first(configured, (folder) => inFolder(folder, !isMusl(root.elf) && !defaults.includes(folder))) ??
    first(defaults, (folder) => inFolder(folder, false))
  );
}

function first<Item, Result>(items: readonly Item[], find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** RPATH counts only where there is no RUNPATH, and is inherited; RUNPATH is not. */
function pathsOf(asking: LoadedObject): string[] {
  const inherited: string[] = [];
  for (
    let object: LoadedObject | undefined = asking;
    object !== undefined && asking.elf.runpath === undefined;
    object = object.parent
  ) {
    if (object.elf.runpath === undefined) inherited.push(...expandAll(object.elf.rpath, object));
  }
  return [...inherited, ...expandAll(asking.elf.runpath, asking)];
}

function expandAll(entries: readonly string[] | undefined, { path, elf }: LoadedObject): string[] {
  return (entries ?? []).flatMap((entry) => expandPath(entry, dirname(path), elf));
}

function readLibrary(path: string, program: ElfFacts, { view, programs }: LibrarySearch): ElfFacts | undefined {
  // Most candidates are not there; only what is gets noted by path, the rest by its folder.
  if (!existsSync(path)) return undefined;
  const stats = view.destination(path);
  if (stats?.isFile() !== true) return undefined;
  const file = readProgramFile(path, stats, programs);
  return file.kind === 'elf' && isSameArchitecture(file.elf, program) ? file.elf : undefined;
}
