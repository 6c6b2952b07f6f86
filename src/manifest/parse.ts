import { Composer, type Document, isMap, isScalar, isSeq, LineCounter, type YAMLError } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { type Pointer, below, fieldPathOf, keysOf } from './pointer.ts';
import { withoutSecret } from './problem.ts';
import { checkText } from './text-check.ts';
import { readTokens } from './yaml-tokens.ts';

/** One YAML document as plain values, with the place of each. */
export interface ManifestDocument {
  readonly file: string;
  /** 1-based line of its first key. */
  readonly line: number;
  /** Mappings have no prototype. */
  readonly value: unknown;
  /** Undefined where the document has no value there. */
  readonly placeOf: (pointer: Pointer) => Place | undefined;
  readonly positionOf: (offset: number) => Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Place {
  /** Offset of the value in the text. */
  readonly offset: number;
  /** Offset of the key, where the value is a field's. */
  readonly keyOffset?: number;
  /** How a plain scalar is written: `0x1F` for the number 31. */
  readonly source?: string;
}

export interface ParsedFile {
  readonly documents: readonly ManifestDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Reader {
  readonly file: string;
  readonly positionOf: (offset: number) => Position;
  readonly diagnostics: Diagnostic[];
}

/** Reads the text of one file. Whatever the text: it never throws, and takes less than a second. */
export function parseManifest(file: string, text: string): ParsedFile {
  const refusal = checkText(file, text);
  if (refusal !== undefined) return { documents: [], diagnostics: [refusal] };
  const lines = new LineCounter();
  const reader: Reader = { file, positionOf: (offset) => toPosition(lines, offset), diagnostics: [] };
  const documents = readDocuments(text, lines, reader);
  if (documents.length === 0 && reader.diagnostics.length === 0) report(reader, 0, noDocument);
  return { documents, diagnostics: reader.diagnostics };
}

const noDocument = {
  message: 'the file has no document',
  hint: 'write a manifest that begins with apiVersion: reconcile/v1, or remove the file',
};

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

interface Finding {
  readonly message: string;
  readonly got?: string;
  readonly hint: string;
}

function report(reader: Reader, offset: number, finding: Finding, pointer: Pointer = ''): void {
  const { message, got, hint } = finding;
  const base = { file: reader.file, ...reader.positionOf(offset), path: fieldPathOf(pointer), message, hint };
  reader.diagnostics.push(got === undefined ? base : { ...base, got });
}

function readDocuments(text: string, lines: LineCounter, reader: Reader): readonly ManifestDocument[] {
  const { tokens, faults } = readTokens(text, lines);
  for (const found of faults) report(reader, found.offset, found);
  if (faults.length > 0) return [];
  const options = { uniqueKeys: false, stringKeys: true, prettyErrors: false, logLevel: 'silent' } as const;
  const composer = new Composer(options);
  const composed = [...composer.compose(tokens)];
  const stray = composed.length === 0 ? composer.streamInfo() : { errors: [], warnings: [] };
  const errors = [stray, ...composed].flatMap((document) => [...document.errors, ...document.warnings]);
  for (const error of errors.slice(0, shownErrors)) reportYamlError(reader, error);
  if (errors.length > 0) return [];
  return composed.map((document) => toDocument(document, reader));
}

/** One slip in YAML tends to make an error on every later line. */
const shownErrors = 20;

const yamlHints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_INDENT: 'line it up with its neighbours, with spaces',
  MISSING_CHAR: 'close what is open: a quote, a bracket, a brace or a colon is missing',
  NON_STRING_KEY: 'write a plain word as the key',
  BLOCK_AS_IMPLICIT_KEY: 'put the value in quotes, or on a line of its own, further indented',
  MULTILINE_IMPLICIT_KEY: 'write the key on one line, followed by a colon',
  BAD_SCALAR_START: 'put the value in quotes',
  BAD_DQ_ESCAPE: 'write the backslash twice, or use single quotes',
};

function reportYamlError(reader: Reader, error: YAMLError): void {
  const hint = yamlHints[error.code] ?? 'mend the YAML here';
  const isKey = error.code === 'NON_STRING_KEY';
  const message = isKey ? 'is a key that is no text' : `is no YAML: ${error.message.slice(0, 200)}`;
  report(reader, error.pos[0], { message, hint });
}

function toDocument(document: Document.Parsed, reader: Reader): ManifestDocument {
  const { contents } = document;
  const { file, positionOf } = reader;
  const value = toValue({ node: contents, pointer: '', reader });
  return { file, line: positionOf(rangeStart(contents) ?? 0).line, value, placeOf: (pointer) => findPlace(contents, pointer), positionOf };
}

/** Looked for where it is asked for: of a manifest without fault next to none is. */
function findPlace(contents: unknown, pointer: Pointer): Place | undefined {
  let node = contents;
  let keyOffset: number | undefined;
  for (const key of keysOf(pointer)) {
    const inner = findBelow(node, key);
    if (inner === undefined) return undefined;
    ({ node, keyOffset } = inner);
  }
  const source = isScalar(node) && node.type === 'PLAIN' && node.source !== undefined ? { source: node.source } : {};
  return { offset: rangeStart(node) ?? keyOffset ?? 0, ...(keyOffset === undefined ? {} : { keyOffset }), ...source };
}

function findBelow(node: unknown, key: string): { readonly node: unknown; readonly keyOffset?: number } | undefined {
  if (isSeq(node)) return Number(key) in node.items ? { node: node.items[Number(key)] } : undefined;
  const pair = isMap(node) ? node.items.find((one) => nameOf(one.key) === key) : undefined;
  return pair === undefined ? undefined : { node: pair.value, keyOffset: rangeStart(pair.key) ?? 0 };
}

function nameOf(key: unknown): string {
  return isScalar(key) && typeof key.value === 'string' ? key.value : '';
}

interface Conversion {
  readonly node: unknown;
  readonly pointer: Pointer;
  readonly reader: Reader;
}

/** Recursion is bounded: `readTokens` refuses what is nested deeper than 32. */
function toValue(conversion: Conversion): unknown {
  const { node, pointer, reader } = conversion;
  if (isMap(node)) return toMapping(conversion, node.items);
  if (isSeq(node)) return node.items.map((item, index) => toValue({ node: item, pointer: below(pointer, index), reader }));
  if (!isScalar(node)) return null;
  if (typeof node.value === 'number') checkNumber(conversion, { value: node.value, source: node.source ?? '' });
  return node.value;
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}

function toMapping({ pointer, reader }: Conversion, pairs: readonly { key: unknown; value: unknown }[]): unknown {
  const mapping = Object.create(null) as Record<string, unknown>;
  for (const { key, value: node } of pairs) {
    const name = nameOf(key);
    const child = below(pointer, name);
    const first = name in mapping ? pairs.find((one) => nameOf(one.key) === name) : undefined;
    const refusal = refuseKey(name, reader, first === undefined ? undefined : rangeStart(first.key));
    if (refusal === undefined) mapping[name] = toValue({ node, pointer: child, reader });
    else report(reader, rangeStart(key) ?? 0, refusal, child);
  }
  return mapping;
}

function refuseKey(name: string, reader: Reader, firstOffset: number | undefined): Finding | undefined {
  if (name === '<<') return { message: 'is a merge key, which manifests do not have', hint: 'write the fields out' };
  if (name === '__proto__') return { message: 'is not allowed as a key', hint: 'choose another name' };
  if (firstOffset === undefined) return undefined;
  const { line, column } = reader.positionOf(firstOffset);
  return {
    message: `stands twice: first at line ${line}, column ${column}`,
    hint: 'keep one of the two',
  };
}

/** What a YAML parser rounds or reads in two ways. Other notations of YAML 1.2, such as 0o17, keep their meaning. */
function checkNumber({ node, pointer, reader }: Conversion, { value, source }: { readonly value: number; readonly source: string }): void {
  const finding = numberFault(value, source);
  if (finding === undefined) return;
  const shown = withoutSecret({ ...finding, pointer, got: source.slice(0, 80) });
  report(reader, rangeStart(node) ?? 0, shown, pointer);
}

function numberFault(value: number, source: string): Finding | undefined {
  if (!Number.isFinite(value)) {
    return { message: 'is no finite number', hint: 'write a number in digits, or text in quotes' };
  }
  if (/^[-+]?0\d/.test(source)) {
    const plain = source.replace(/^([-+]?)0+(?=\d)/, '$1').slice(0, 40);
    const hint = `write ${plain} for a number, or "${source.slice(0, 40)}" in quotes for text`;
    return { message: 'has a leading zero, which some read as octal', hint };
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const hint = 'write a smaller number, or put it in quotes if it is text';
    return { message: 'is beyond 2^53 and would be rounded', hint };
  }
  return undefined;
}
