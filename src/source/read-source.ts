import { ReconcileError, errnoOf } from '../errors.ts';
import { type Diagnostic, compareTexts, sortDiagnostics } from '../manifest/diagnostic.ts';
import { unreadable } from './file-diagnostic.ts';
import type { FileTree } from './file-tree.ts';
import type { FileContent } from './read-file.ts';
import type { LoadedSource, ManifestFile } from './source.ts';
import { type FoundFile, type Start, type Walk, findStart, isGone, walk } from './walk.ts';

/** All manifests together; the parsed form takes some fifty times that. */
export const totalLimitBytes = 64 * 1024 * 1024;

/** Where manifests are read. */
export interface Place {
  readonly tree: FileTree;
  /** Where in the tree a path lies that the user gave. */
  locate(path: string): string;
  /** After the name of a path that is not there: " in HEAD~1"; empty for a disk. */
  readonly suffix: string;
  /** Told what will be read, gives the reader of one file; it may throw where the file went away (see `isGone`). */
  open(found: readonly FoundFile[]): (file: FoundFile) => FileContent;
}

/**
 * Reads the manifests below `paths`. With `last`, what goes away in between is a diagnostic; without, it throws
 * (see `isGone`). Throws ERR_SOURCE_UNREADABLE where a path is not there or it is all too much.
 */
export function readSource(paths: readonly string[], place: Place, last: boolean): Omit<LoadedSource, 'revision'> {
  const starts = paths.map((path) => startAt(path, place));
  const walks = starts.map((start) => orUnreadable(start.path, last, () => walk(start, place.tree)));
  const diagnostics = walks.flatMap(diagnosticsOf);
  const files: ManifestFile[] = [];
  let totalBytes = 0;
  const found = withoutRepeats(walks.flatMap((one) => ('found' in one ? one.found : [])));
  const read = place.open(found);
  for (const one of found) {
    const content = orUnreadable(one.file, last, () => read(one));
    if ('diagnostic' in content) {
      diagnostics.push(content.diagnostic);
      continue;
    }
    totalBytes += content.byteCount;
    if (totalBytes > totalLimitBytes) throw tooMuch(paths);
    files.push({ file: one.file, text: content.text });
  }
  return { files, diagnostics: sortDiagnostics(diagnostics) };
}

function startAt(path: string, { tree, suffix, locate }: Place): Start {
  try {
    return findStart(path, locate(path), tree);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const reason = errno === 'ENOENT' ? 'no such file or folder' : errno;
    throw new ReconcileError('ERR_SOURCE_UNREADABLE', `${path}: ${reason}${suffix}`, {
      hint: 'give the path of a manifest or of a folder of manifests',
      cause: error,
      retryable: true,
    });
  }
}

/** What `read` gives. On the last attempt, what goes away is a diagnostic: it may have been a manifest. */
function orUnreadable<T>(path: string, last: boolean, read: () => T): T | { readonly diagnostic: Diagnostic } {
  try {
    return read();
  } catch (error) {
    if (!last || !isGone(error)) throw error;
    return { diagnostic: unreadable(path, error) };
  }
}

function diagnosticsOf(one: Walk | { readonly diagnostic: Diagnostic }): readonly Diagnostic[] {
  return 'found' in one ? one.diagnostics : [one.diagnostic];
}

/** One entry a real file, under its own name rather than a link's; sorted by name. */
function withoutRepeats(found: readonly FoundFile[]): readonly FoundFile[] {
  const byRealPath = new Map<string, FoundFile>();
  for (const one of found) {
    const other = byRealPath.get(one.realPath);
    if (other === undefined || (other.linked && !one.linked)) byRealPath.set(one.realPath, one);
  }
  return [...byRealPath.values()].sort((a, b) => compareTexts(a.file, b.file));
}

function tooMuch(paths: readonly string[]): ReconcileError {
  return new ReconcileError('ERR_SOURCE_UNREADABLE', `${paths.join(' ')}: more than 64 MiB of manifests`, {
    hint: 'give the folder that holds the manifests and nothing else',
  });
}
