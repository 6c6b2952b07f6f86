/** One fault in one manifest, written for the person who will mend it. */
export interface Diagnostic {
  readonly file: string;
  /** 1-based; 1 where the fault is the file's as a whole. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** Field path such as spec.mounts.0.target; empty where no field is concerned. */
  readonly path: string;
  /** What is wrong, to be read after the path: "is not a known field". */
  readonly message: string;
  /** The value as the manifest has it. Never that of an environment variable. */
  readonly got?: string;
  /** What to write instead. */
  readonly hint: string;
}

/** `file:line:column: path: what is wrong (got VALUE); what to write` */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, path, message, got, hint } = diagnostic;
  const field = path === '' ? '' : `${path}: `;
  const value = got === undefined ? '' : ` (got ${got})`;
  return `${file}:${line}:${column}: ${field}${message}${value}; ${hint}`;
}

/** A new list in reading order: by file, line, column, then path. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      compareTexts(a.file, b.file) || a.line - b.line || a.column - b.column || compareTexts(a.path, b.path),
  );
}

/** Orders by UTF-16 units, the same on every host whatever its locale. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const shownLength = 80;

/** A value for a message: texts in quotes, cut to 80 characters; collections by their kind alone. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return typeof value;
  const text = JSON.stringify(value);
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…"`;
}
