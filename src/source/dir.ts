import { createHash } from 'node:crypto';
import { ReconcileError, errnoOf } from '../errors.ts';
import { type Diagnostic, compareTexts, sortDiagnostics } from '../manifest/diagnostic.ts';
import { unreadable } from './file-diagnostic.ts';
import { readManifestFile } from './read-file.ts';
import type { LoadedSource, ManifestFile, Source } from './source.ts';
import { type FoundFile, type Start, type Walk, findStart, isGone, walk } from './walk.ts';
import { watchPaths } from './watch-paths.ts';

/** All manifests together; the parsed form takes some fifty times that. */
const totalLimitBytes = 64 * 1024 * 1024;

/** Manifests in files and folders, folders with all that lies below them. Each load reads everything anew. */
export function openDirSource(paths: readonly string[]): Source {
  return {
    load: () => Promise.resolve().then(() => load(paths)),
    changes: (signal) => watchPaths(paths, signal),
  };
}

/** Files that go away while they are read mean that the folder changes: it is read again. */
const attempts = 3;

function load(paths: readonly string[]): LoadedSource {
  for (let attempt = 1; attempt < attempts; attempt++) {
    try {
      return readAll(paths, false);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return readAll(paths, true);
}

function readAll(paths: readonly string[], last: boolean): LoadedSource {
  const walks = paths.map(startAt).map((start) => orUnreadable(start.path, last, () => walk(start)));
  const diagnostics = walks.flatMap(diagnosticsOf);
  const files: ManifestFile[] = [];
  let totalBytes = 0;
  for (const found of withoutRepeats(walks.flatMap((one) => ('found' in one ? one.found : [])))) {
    const content = orUnreadable(found.file, last, () => readManifestFile(found));
    if ('diagnostic' in content) {
      diagnostics.push(content.diagnostic);
      continue;
    }
    totalBytes += content.byteCount;
    if (totalBytes > totalLimitBytes) throw tooMuch(paths);
    files.push({ file: found.file, text: content.text });
  }
  return { revision: revisionOf(files, diagnostics), files, diagnostics: sortDiagnostics(diagnostics) };
}

function startAt(path: string): Start {
  try {
    return findStart(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const reason = errno === 'ENOENT' ? 'no such file or folder' : errno;
    throw new ReconcileError('ERR_SOURCE_UNREADABLE', `${path}: ${reason}`, {
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

/** What cannot be read counts too: its coming and going is a new revision. Lengths keep neighbours apart. */
function revisionOf(files: readonly ManifestFile[], diagnostics: readonly Diagnostic[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of files) hash.update(`${file.length} ${text.length}\n${file}${text}`);
  for (const { file, message } of diagnostics) hash.update(`!${file.length} ${message.length}\n${file}${message}`);
  return hash.digest('hex');
}
