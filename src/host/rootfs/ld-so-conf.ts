import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isReplaced, listDir } from '../file.ts';
import type { HostView } from './host-view.ts';

/** Deeper than any distribution nests its files; includes that lead in a circle end by being read once. */
const maxFiles = 1000;

/**
 * The folders that the host's /etc/ld.so.conf adds to the loader's search, in order. Files that are missing
 * or no text give none.
 */
export function readLoaderFolders(view: HostView, path = '/etc/ld.so.conf'): string[] {
  const seen = new Set<string>();
  return [...new Set(readConf(view, path, seen))];
}

function readConf(view: HostView, path: string, seen: Set<string>): string[] {
  if (seen.has(path) || seen.size >= maxFiles || view.destination(path)?.isFile() !== true) return [];
  seen.add(path);
  return parseLoaderConf(readFileSync(path, 'utf8')).flatMap(({ folder, include }) => {
    if (include === undefined) return [folder];
    const pattern = include.startsWith('/') ? include : join(dirname(path), include);
    return expandGlob(view, pattern).flatMap((file) => readConf(view, file, seen));
  });
}

type ConfLine =
  { readonly folder: string; readonly include?: undefined } | { readonly folder?: undefined; readonly include: string };

/** Parses a file such as /etc/ld.so.conf, see ldconfig(8): folders without their types, and includes, in order. */
export function parseLoaderConf(text: string): ConfLine[] {
  return text.split('\n').flatMap((line): ConfLine[] => {
    const words = line
      .replace(/#.*/, '')
      .split(/[\s:,]+/)
      .filter((word) => word !== '');
    if (words[0] === 'include') return words.slice(1).map((include) => ({ include }));
    if (words[0] === 'hwcap') return [];
    const folders = words.map((word) => word.replace(/=.*/, '').replace(/(?<=.)\/+$/, ''));
    return folders.filter((folder) => folder.startsWith('/')).map((folder) => ({ folder }));
  });
}

/** As glob(3): sorted, hidden files only where the pattern names them. A file that comes later shows in its folder. */
function expandGlob(view: HostView, pattern: string): string[] {
  const wild = pattern.search(/[*?[]/);
  if (wild < 0) return [pattern];
  view.destination(dirname(`${pattern.slice(0, wild)}x`));
  const hidden = basename(pattern).startsWith('.');
  return filesLike(pattern)
    .filter((file) => hidden || !basename(file).startsWith('.'))
    .sort();
}

/** Node's own glob takes longer to load than all that a jail needs to be looked at; distributions write `folder/*.conf`. */
function filesLike(pattern: string): string[] {
  const [, folder, name] = /^([^*?[\]{}\\]*)\/([\w.*?-]+)$/.exec(pattern) ?? [];
  // A named import would keep a node that lacks it from telling that it is too old.
  if (folder === undefined || name === undefined) return process.getBuiltinModule('node:fs').globSync(pattern);
  const like = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return namesIn(folder).filter((each) => like.test(each)).map((each) => `${folder}/${each}`);
}

function namesIn(folder: string): string[] {
  try {
    return listDir(folder);
  } catch (error) {
    if (isReplaced(error)) return [];
    throw error;
  }
}
