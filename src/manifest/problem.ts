import type { Diagnostic } from './diagnostic.ts';
import type { ManifestDocument } from './parse.ts';
import { type Pointer, fieldPathOf, parentOf } from './pointer.ts';

/** One fault at one field of a document. */
export interface Problem {
  readonly pointer: Pointer;
  readonly message: string;
  readonly got?: string;
  readonly hint: string;
  /** Point at the key rather than the value. */
  readonly atKey?: boolean;
  /** The hint is the same whatever the value. */
  readonly fixedHint?: boolean;
}

/** The problem without the value, where that can be a secret: an environment variable's. Its hint may quote it. */
export function withoutSecret(problem: Problem): Problem {
  if (!problem.pointer.startsWith('/spec/process/env/')) return problem;
  const { pointer, message, hint, atKey = false, fixedHint = false } = problem;
  return { pointer, message, hint: atKey || fixedHint ? hint : 'write the value as text, in quotes', atKey };
}

/** Gives the problem its place in the file: its own, or that of the nearest field around it. */
export function locate(document: ManifestDocument, problem: Problem): Diagnostic {
  const { pointer, message, got, hint } = problem;
  const { line, column } = document.positionOf(offsetOf(document, problem));
  const base = { file: document.file, line, column, path: fieldPathOf(pointer), message, hint };
  return got === undefined ? base : { ...base, got };
}

function offsetOf({ placeOf }: ManifestDocument, { pointer, atKey }: Problem): number {
  const place = placeOf(pointer);
  if (place !== undefined) return (atKey ? place.keyOffset : undefined) ?? place.offset;
  for (let around = pointer; around !== ''; ) {
    around = parentOf(around);
    const outer = placeOf(around);
    if (outer !== undefined) return outer.keyOffset ?? outer.offset;
  }
  return 0;
}
