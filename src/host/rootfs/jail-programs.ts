import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { ElfFacts } from './elf.ts';
import { takeFile } from './jail-collector.ts';
import type { Collector } from './jail-collector.ts';
import { takeNamed, takeTree } from './jail-tree.ts';
import type { CachedLibrary } from './ld-so-cache.ts';
import { readLoaderFolders } from './ld-so-conf.ts';
import { findLibraries, isMusl } from './libraries.ts';
import type { FoundLibrary } from './libraries.ts';
import { platformOf } from './library-path.ts';
import type { ProgramCache } from './program-file.ts';
import { readProgramFile } from './program-file.ts';

export interface ProgramSource {
  readonly collector: Collector;
  readonly programs: ProgramCache;
  /** Libraries that the loader in the jail needs to be told of. */
  readonly cached: Map<string, CachedLibrary>;
}

/** How often one script's interpreter may be a script again, see execve(2). */
const maxScripts = 4;

/**
 * Takes a program, named by an absolute path, with all that it needs to be started: the way to it, its
 * interpreter where it is a script, its loader and libraries. A library may be named too.
 * Throws ERR_ROOTFS where something is missing or cannot be started.
 */
export function takeProgram(source: ProgramSource, path: string): void {
  let name = path;
  for (let scripts = 0; scripts <= maxScripts; scripts += 1) {
    const interpreter = takeOne(source, name);
    if (interpreter === undefined) return;
    if (!interpreter.startsWith('/')) {
      throw refused(
        name,
        `its interpreter ${JSON.stringify(interpreter)} is no absolute path`,
        'write #! with an absolute path',
      );
    }
    name = interpreter;
  }
  throw refused(
    path,
    `more than ${maxScripts} scripts that interpret each other`,
    'the kernel would not run it either',
  );
}

/** Gives the interpreter where the file is a script. */
function takeOne(source: ProgramSource, name: string): string | undefined {
  const { path, stats } = takeNamed(source.collector, name);
  takeFile(source.collector, path, stats);
  const file = readProgramFile(path, stats, source.programs);
  if (file.kind === 'other') throw refused(name, 'is neither a program nor a script with #!', 'list it under files');
  if (file.kind === 'damaged') throw refused(name, file.reason, 'install it anew; it is damaged or cut off');
  const library = file.kind === 'elf' && !file.elf.program;
  if (!library && (stats.mode & 0o111n) === 0n) throw refused(name, 'nobody may run it', `chmod a+x ${path}`);
  if (file.kind === 'script') return file.interpreter;
  takeLibraries(source, { path, name, elf: file.elf });
  return undefined;
}

function takeLibraries(
  source: ProgramSource,
  { path, name, elf }: { path: string; name: string; elf: ElfFacts },
): void {
  if (elf.interpreter !== undefined) takeLoader(source, name, elf.interpreter);
  const { view } = source.collector;
  const folders = isMusl(elf) ? takeMuslFolders(source, elf) : readLoaderFolders(view);
  const { found, missing } = findLibraries({ path, elf }, { view, programs: source.programs, folders });
  for (const library of found) {
    const way = takeNamed(source.collector, library.path);
    takeFile(source.collector, way.path, way.stats);
    if (library.throughConf) noteCached(source, library);
  }
  if (missing.length === 0) return;
  const list = missing.map((library) =>
    library.neededBy === path ? library.name : `${library.name} (for ${library.neededBy})`,
  );
  throw refused(name, `needs ${list.join(', ')}, which this host does not have`, 'install the package that holds it');
}

function takeLoader({ collector }: ProgramSource, program: string, loader: string): void {
  if (!loader.startsWith('/'))
    throw refused(program, `its loader ${JSON.stringify(loader)} is no absolute path`, 'install it anew');
  const { path, stats } = takeNamed(collector, loader);
  takeFile(collector, path, stats);
}

/** musl's loader reads its search path from a file named like itself, and the jail's loader does so again. */
function takeMuslFolders({ collector }: ProgramSource, { interpreter = '' }: ElfFacts): string[] {
  const prefix = dirname(dirname(interpreter));
  const file = join(prefix, 'etc', basename(interpreter).replace(/\.so.*$/, '.path'));
  if (collector.view.destination(file)?.isFile() !== true) return ['/lib', '/usr/local/lib', '/usr/lib'];
  takeTree(collector, file);
  return readFileSync(file, 'utf8')
    .split(/[:\n]/)
    .filter((folder) => folder.startsWith('/'));
}

function noteCached({ cached }: ProgramSource, { name, path, elf }: FoundLibrary): void {
  const flags = platformOf(elf)?.cacheFlags;
  if (flags === undefined)
    throw refused(
      path,
      `a jail for ELF machine ${elf.machine} cannot use ld.so.conf`,
      'put the library into /usr/lib',
    );
  cached.set(`${name} ${flags}`, { name, path, flags });
}

function refused(path: string, reason: string, hint: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `${path}: ${reason}`, { hint });
}
