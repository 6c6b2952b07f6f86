import { createHash } from 'node:crypto';
import { diskTree } from './file-tree.ts';
import { readManifestFile } from './read-file.ts';
import type { Place } from './read-source.ts';
import { readSource } from './read-source.ts';
import type { LoadedSource, Source } from './source.ts';
import { isGone } from './walk.ts';

/** Manifests in files and folders, folders with all that lies below them. Each load reads everything anew. */
export function openDirSource(paths: readonly string[]): Source {
  return {
    load: () => Promise.resolve().then(() => load(paths)),
    async *changes(signal) {
      // What watches takes long to load: those that only read do not pay for it.
      const { watchPaths } = await import('./watch-paths.ts');
      yield* watchPaths(paths, signal);
    },
  };
}

const disk: Place = { tree: diskTree, locate: (path) => path, suffix: '', open: () => readManifestFile };

/** Files that go away while they are read mean that the folder changes: it is read again. */
const attempts = 3;

function load(paths: readonly string[]): LoadedSource {
  for (let attempt = 1; attempt < attempts; attempt++) {
    try {
      return withRevision(readSource(paths, disk, false));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return withRevision(readSource(paths, disk, true));
}

/** What cannot be read counts too: its coming and going is a new revision. Lengths keep neighbours apart. */
function withRevision({ files, diagnostics }: Omit<LoadedSource, 'revision'>): LoadedSource {
  const hash = createHash('sha256');
  for (const { file, text } of files) hash.update(`${file.length} ${text.length}\n${file}${text}`);
  for (const { file, message } of diagnostics) hash.update(`!${file.length} ${message.length}\n${file}${message}`);
  return { revision: hash.digest('hex'), files, diagnostics };
}
