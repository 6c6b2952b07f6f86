import { createHash } from 'node:crypto';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { diskTree } from './file-tree.ts';
import { openKnownFiles } from './known-files.ts';
import type { Place } from './read-source.ts';
import { readSource } from './read-source.ts';
import type { LoadedSource, ManifestFile, Source } from './source.ts';
import { isGone } from './walk.ts';
import { watchPaths } from './watch-paths.ts';

/** Manifests in files and folders, folders with all that lies below them. Each load looks at everything, and reads what changed. */
export function openDirSource(paths: readonly string[]): Source {
  const files = openKnownFiles();
  const place: Place = { tree: diskTree, locate: (path) => path, suffix: '', open: files.begin };
  const withRevision = openRevisions();
  return {
    load: () => Promise.resolve().then(() => withRevision(load(paths, place))),
    changes: (signal) => watchPaths(paths, signal),
  };
}

/** Files that go away while they are read mean that the folder changes: it is read again. */
const attempts = 3;

function load(paths: readonly string[], place: Place): Omit<LoadedSource, 'revision'> {
  for (let attempt = 1; attempt < attempts; attempt++) {
    try {
      return readSource(paths, place, false);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return readSource(paths, place, true);
}

/**
 * Adds the revision: a digest over those of all files, each worked out once for each text. What cannot be read
 * counts too: its coming and going is a new revision.
 */
function openRevisions(): (source: Omit<LoadedSource, 'revision'>) => LoadedSource {
  let known: ReadonlyMap<string, { readonly text: string; readonly digest: string }> = new Map();
  return ({ files, diagnostics }) => {
    const seen = new Map<string, { readonly text: string; readonly digest: string }>();
    const hash = createHash('sha256');
    for (const one of files) {
      const last = known.get(one.file);
      const entry = last?.text === one.text ? last : { text: one.text, digest: digestOf(one) };
      seen.set(one.file, entry);
      hash.update(entry.digest);
    }
    for (const one of diagnostics) hash.update(`!${faultDigestOf(one)}`);
    known = seen;
    return { revision: hash.digest('hex'), files, diagnostics };
  };
}

/** Lengths keep neighbours apart. */
function digestOf({ file, text }: ManifestFile): string {
  return createHash('sha256').update(`${file.length} ${file}${text}`).digest('hex');
}

function faultDigestOf({ file, message }: Diagnostic): string {
  return createHash('sha256').update(`${file.length} ${file}${message}`).digest('hex');
}
