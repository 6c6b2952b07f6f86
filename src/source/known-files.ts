import { lstatSync } from 'node:fs';
import { isSameState, isSettled, stateOf } from '../host/file-state.ts';
import type { FileState } from '../host/file-state.ts';
import type { FileContent } from './read-file.ts';
import type { Owners } from './owners.ts';
import { readManifestFile } from './read-file.ts';
import type { FoundFile } from './walk.ts';

/** Reads the manifests of one load. */
export type FileReader = (file: FoundFile) => FileContent;

interface Known {
  readonly file: string;
  readonly state: FileState;
  readonly content: FileContent;
}

/**
 * Reads files again and again: one that is as it was costs a stat, and gives the same content. A file that was changed
 * within the last clock step is read each time, since a second change might not show.
 */
export function openKnownFiles(owners?: Owners): { begin(found: readonly FoundFile[]): FileReader } {
  let known: ReadonlyMap<string, Known> = new Map();
  return {
    begin() {
      const before = known;
      const seen = new Map<string, Known>();
      known = seen;
      return (found) => {
        const { file, realPath } = found;
        // The look comes before the reading: a write in between shows at the next look.
        const stats = lstatSync(realPath);
        const last = before.get(realPath) ?? seen.get(realPath);
        if (last?.file === file && isSameState(stats, last.state)) {
          seen.set(realPath, last);
          return last.content;
        }
        const content = readManifestFile(found, owners);
        if ('text' in content && isSettled(stats)) seen.set(realPath, { file, state: stateOf(stats), content });
        return content;
      };
    },
  };
}
