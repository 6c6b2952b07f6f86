import type { ReconcileError } from '../errors.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';

/** Where manifests come from. */
export interface Source {
  /**
   * Reads everything. What concerns one file is a diagnostic; ERR_SOURCE_UNREADABLE where the
   * source as a whole cannot be read.
   *
   * @param options.told reads what `changes` told of, and takes the rest as it was: events can be lost, so that such
   * a load is followed by a full one sooner or later
   */
  load(options?: { readonly told?: boolean }): Promise<LoadedSource>;
  /**
   * Tells, until the signal, that something may be different; several changes at once are told once.
   *
   * @param onLimited told why something of it cannot be watched, once for each reason
   */
  changes(signal: AbortSignal, onLimited?: (error: ReconcileError) => void): AsyncIterable<void>;
}

export interface LoadedSource {
  /** Content id: equal contents under equal names have equal ids. */
  readonly revision: string;
  /** Sorted by file. */
  readonly files: readonly ManifestFile[];
  /** What could not be read. Then a missing container proves nothing. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ManifestFile {
  /** As the user named it: the given path, and what lies below it. */
  readonly file: string;
  readonly text: string;
}
