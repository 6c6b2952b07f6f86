import { statSync } from 'node:fs';
import { readTextIfExists } from './file.ts';
import { isSameState, isSettled, stateOf, stepsMs } from './file-state.ts';
import type { FileState } from './file-state.ts';

/** One file as a value. */
export interface ParsedFile<Value> {
  /**
   * Undefined where nothing is there. While the file is the same, so is the value, at the cost of one stat.
   * Throws what the file system throws.
   */
  read(): Value | undefined;
}

/**
 * @param parse called anew for a file that was changed, or may have been
 * @param stepMs as for `isSettled`
 */
export function openParsedFile<Value>(path: string, parse: (text: string) => Value, stepMs: number = stepsMs.any): ParsedFile<Value> {
  let known: { readonly state: FileState; readonly value: Value } | undefined;
  return {
    read() {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined && known !== undefined && isSameState(stats, known.state)) return known.value;
      known = undefined;
      const text = stats === undefined ? undefined : readTextIfExists(path);
      if (stats === undefined || text === undefined) return undefined;
      const value = parse(text);
      // The look came before the reading: a write in between shows at the next look.
      if (isSettled(stats, Date.now(), stepMs)) known = { state: stateOf(stats), value };
      return value;
    },
  };
}
