import { hash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { unlessFailing } from '../host/file.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { diskTreeOf } from './file-tree.ts';
import type { FolderWatch, Meaning } from './folder-watch.ts';
import { openKnownFiles } from './known-files.ts';
import type { FileReader } from './known-files.ts';
import { openNews } from './news.ts';
import type { Owners } from './owners.ts';
import type { FileContent } from './read-file.ts';
import { readManifestFile } from './read-file.ts';
import type { Place } from './read-source.ts';
import { readSource } from './read-source.ts';
import type { LoadedSource, ManifestFile, Source } from './source.ts';
import { isGone, isManifestName, isPassedOver } from './walk.ts';
import type { FoundFile } from './walk.ts';
import { watchPaths } from './watch-paths.ts';

/**
 * Manifests in files and folders, folders with all that lies below them. Each load looks at everything, and reads what changed.
 *
 * @param owners what others than these can write is not read
 */
export function openDirSource(paths: readonly string[], owners?: Owners): Source {
  const files = openKnownFiles(owners);
  let last: Last | undefined;
  let found: readonly FoundFile[] = [];
  const followers = new Set<FolderWatch>();
  const news = openNews(() => followers.size > 0);
  const open = (all: readonly FoundFile[]): FileReader => files.begin(found = all);
  const place: Place = { tree: diskTreeOf(owners), locate: (path) => path, suffix: '', open };
  const withRevision = openRevisions();
  const read = (told: boolean): LoadedSource => {
    // A full look is for what no event told of: that goes for folders too.
    if (!told) for (const folders of followers) folders.refresh();
    // What is told from here on is for the next load.
    const written = news.take();
    const source = (told && last !== undefined && written !== undefined ? loadTold(last, written, owners) : undefined) ?? load(paths, place);
    last = { source, found, places: last?.found === found ? last.places : placesOf(found) };
    return withRevision(source);
  };
  return {
    load: ({ told = false } = {}) => Promise.resolve().then(() => read(told)),
    changes: (signal, onLimited) =>
      watchPaths(paths, signal, {
        told: news.told,
        ...(onLimited === undefined ? {} : { limited: onLimited }),
        began: (folders) => { followers.add(folders); },
        ended: (folders) => { followers.delete(folders); },
        meaningOf: (path) => (last === undefined ? 'anything' : meaningOf(path, last)),
      }),
  };
}

/** What was read last, and where: one file of `source` for each of `found` in the same order, where nothing was wrong. */
interface Last {
  readonly source: Omit<LoadedSource, 'revision'>;
  readonly found: readonly FoundFile[];
  /** Where each of `found` is in it, by its real path. */
  readonly places: ReadonlyMap<string, number>;
}

function placesOf(found: readonly FoundFile[]): ReadonlyMap<string, number> {
  return new Map(found.map(({ realPath }, index) => [realPath, index]));
}

/**
 * Programs save a file by putting another in its place, and keep notes beside it meanwhile: neither is a reason to look
 * at all the others. Links may lead through what is passed over, as those of a mounted ConfigMap do.
 */
function meaningOf(path: string, { source, found, places }: Last): Meaning {
  if (source.diagnostics.length > 0) return 'anything';
  if (places.has(path)) return lookAt(path) === 'file' ? 'content' : 'anything';
  return isNote(path) && !found.some(({ linked }) => linked) ? 'nothing' : 'anything';
}

/** What holds no manifest, and by its name never will. What is gone by now was no folder that anybody knew. */
function isNote(path: string): boolean {
  const name = basename(path);
  return isPassedOver(name) || (!isManifestName(name) && lookAt(path) !== 'other');
}

/** What cannot be looked at is another thing: a folder, or a link, which may lead to one. Never throws for it: nobody listens. */
function lookAt(path: string): 'file' | 'nothing' | 'other' {
  const stats = unlessFailing(() => lstatSync(path, { throwIfNoEntry: false }) ?? 'nothing');
  if (stats === 'nothing') return stats;
  return stats?.isFile() === true ? 'file' : 'other';
}

/** The last source with the files that were written to; undefined where that does not do. */
function loadTold({ source, found, places }: Last, written: ReadonlySet<string>, owners: Owners): Omit<LoadedSource, 'revision'> | undefined {
  if (source.diagnostics.length > 0) return undefined;
  const files = [...source.files];
  for (const path of written) {
    const index = places.get(path);
    const one = index === undefined ? undefined : found[index];
    if (index === undefined || one === undefined) continue;
    const content = readIfThere(one, owners);
    if (content === undefined || 'diagnostic' in content) return undefined;
    files[index] = { file: one.file, text: content.text };
  }
  return { files, diagnostics: [] };
}

function readIfThere(file: FoundFile, owners: Owners): FileContent | undefined {
  try {
    return readManifestFile(file, owners);
  } catch (error) {
    if (!isGone(error)) throw error;
    return undefined;
  }
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

/** Files whose digests make one digest more: where one of a thousand changed, few of the others are gone over. */
const filesOfBlock = 64;

/** What was worked out for the files of one block. */
interface Block {
  readonly files: readonly ManifestFile[];
  readonly digests: readonly string[];
  readonly digest: string;
}

/**
 * Adds the revision: a digest over those of all files, each worked out once for each text while it stays in its place.
 * What cannot be read counts too: its coming and going is a new revision.
 */
function openRevisions(): (source: Omit<LoadedSource, 'revision'>) => LoadedSource {
  let last: readonly Block[] = [];
  return ({ files, diagnostics }) => {
    const blocks: Block[] = [];
    for (let at = 0; at < files.length; at += filesOfBlock) blocks.push(blockOf(files, at, last[blocks.length]));
    last = blocks;
    const faults = diagnostics.map((one) => `!${faultDigestOf(one)}`);
    return { revision: hash('sha256', blocks.map(({ digest }) => digest).join('') + faults.join('')), files, diagnostics };
  };
}

function blockOf(all: readonly ManifestFile[], at: number, last: Block | undefined): Block {
  const files = all.slice(at, at + filesOfBlock);
  if (last?.files.length === files.length && files.every((one, index) => isSameFile(last.files[index], one))) return last;
  const digests = files.map((one, index) => (isSameFile(last?.files[index], one) ? last?.digests[index] : undefined) ?? digestOf(one));
  return { files, digests, digest: hash('sha256', digests.join('')) };
}

function isSameFile(one: ManifestFile | undefined, other: ManifestFile): boolean {
  return one === other || (one?.file === other.file && one.text === other.text);
}

/** Lengths keep neighbours apart. */
function digestOf({ file, text }: ManifestFile): string {
  return hash('sha256', `${file.length} ${file}${text}`);
}

function faultDigestOf({ file, message }: Diagnostic): string {
  return hash('sha256', `${file.length} ${file}${message}`);
}
