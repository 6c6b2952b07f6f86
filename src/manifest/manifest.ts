import type { LoadedSource } from '../source/source.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';
import { type Diagnostic, compareTexts, sortDiagnostics } from './diagnostic.ts';
import type { Container } from './generated/container-types.ts';
import { checkNames, containerLimit, tooManyContainers } from './names.ts';
import { type ManifestDocument, type Position, parseManifest } from './parse.ts';
import { resolveContainer } from './resolve.ts';
import { validateDocument } from './validate.ts';

export interface ResolvedManifests {
  readonly desired: DesiredState;
  /** Every fault of every file, in reading order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What one file asks for. With a diagnostic it asks for nothing. */
export interface ResolvedFile {
  readonly file: string;
  readonly documents: readonly ResolvedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ResolvedDocument {
  readonly file: string;
  /** `metadata.name`. */
  readonly group: string;
  readonly namePosition: Position;
  readonly containers: readonly DesiredContainer[];
}

/**
 * The desired state that all files together ask for. A file with a fault contributes no container and makes
 * the state incomplete, so that none is deleted for its absence.
 */
export function resolveManifests(source: LoadedSource): ResolvedManifests {
  return mergeFiles(source, source.files.map(({ file, text }) => resolveFile(file, text)));
}

/** What the files of a source ask for together. */
export function mergeFiles(source: LoadedSource, files: readonly ResolvedFile[]): ResolvedManifests {
  const names = checkNames(files);
  const diagnostics = [...source.diagnostics, ...files.flatMap((file) => file.diagnostics), ...names.diagnostics];
  const containers = files
    .filter(({ file }) => !names.refused.has(file))
    .flatMap((file) => file.documents.flatMap((document) => document.containers))
    .toSorted((a, b) => compareTexts(a.name, b.name));
  const desired = { revision: source.revision, containers, complete: diagnostics.length === 0 };
  return { desired, diagnostics: sortDiagnostics(diagnostics) };
}

/** Parses, validates and resolves one file. Pure: equal texts give equal results. It never throws. */
export function resolveFile(file: string, text: string): ResolvedFile {
  const parsed = parseManifest(file, text);
  const valid: ValidDocument[] = [];
  const diagnostics = [...parsed.diagnostics];
  const known = new Set(diagnostics.map(placeOf));
  for (const document of parsed.documents) {
    const validated = validateDocument(document);
    if ('container' in validated) valid.push({ document, container: validated.container });
    else diagnostics.push(...validated.diagnostics.filter((one) => !known.has(placeOf(one))));
  }
  // Replicas are counted before they are spelled out: a small file can ask for millions.
  const count = valid.reduce((sum, { container }) => sum + (container.spec.replicas ?? 1), 0);
  if (count > containerLimit) diagnostics.push(tooManyContainers(file, count));
  return { file, documents: diagnostics.length > 0 ? [] : valid.map(resolveDocument), diagnostics };
}

/** One value has one diagnostic: a number that the parser would round need not have the right type too. */
function placeOf({ line, column }: Diagnostic): string {
  return `${line}:${column}`;
}

interface ValidDocument {
  readonly document: ManifestDocument;
  readonly container: Container;
}

function resolveDocument({ document, container }: ValidDocument): ResolvedDocument {
  const { file, line } = document;
  const namePosition = document.positionOf(document.placeOf('/metadata/name')?.offset ?? 0);
  const containers = resolveContainer(container, { file, line });
  return { file, group: container.metadata.name, namePosition, containers };
}
