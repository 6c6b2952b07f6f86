import type { Diagnostic } from './diagnostic.ts';
import type { ResolvedDocument, ResolvedFile } from './manifest.ts';

/** More than one host can hold; a slip of the pen, rather than a wish. */
export const containerLimit = 50_000;

export interface NameCheck {
  readonly diagnostics: readonly Diagnostic[];
  /** Files at fault. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Names that more than one document claims, and too many names. A diagnostic stands at each later claim and
 * names the first; both files are at fault, for nobody knows which of the two is meant.
 */
export function checkNames(files: readonly ResolvedFile[]): NameCheck {
  const claims = new Map<string, ResolvedDocument>();
  const refused = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  let count = 0;
  for (const document of files.flatMap((file) => file.documents)) {
    count += document.containers.length;
    if (count > containerLimit) {
      diagnostics.push(tooManyContainers(document.file, count));
      refused.add(document.file);
      break;
    }
    const names = [document.group, ...document.containers.map((container) => container.name)];
    const taken = names.find((name) => claims.has(name));
    const first = taken === undefined ? undefined : claims.get(taken);
    if (taken === undefined || first === undefined) {
      for (const name of names) claims.set(name, document);
      continue;
    }
    diagnostics.push(toDiagnostic(document, first, taken));
    refused.add(document.file).add(first.file);
  }
  return { diagnostics, refused };
}

/** The diagnostic for a file with which the manifests ask for too many containers. */
export function tooManyContainers(file: string, count: number): Diagnostic {
  const message = `the manifests ask for more than ${containerLimit} containers`;
  return { file, line: 1, column: 1, path: '', message, got: String(count), hint: 'write fewer replicas' };
}

function toDiagnostic(document: ResolvedDocument, first: ResolvedDocument, name: string): Diagnostic {
  const place = `${first.file}:${first.namePosition.line}:${first.namePosition.column}`;
  const { file, namePosition, group } = document;
  const message = name === group ? `is the name at ${place} too` : `makes a container ${name}, and so does ${place}`;
  const hint = 'give one of the two another name';
  return { file, ...namePosition, path: 'metadata.name', message, got: JSON.stringify(group), hint };
}
