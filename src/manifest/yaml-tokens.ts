import { type CST, type LineCounter, Lexer, Parser } from 'yaml';

/** Nothing that a manifest needs lies deeper; the parser's own recursion ends at some thousands. */
const depthLimit = 32;
/** Far more than any mapping of a manifest has. */
const keyLimit = 2000;
/** What is parsed in some 100 ms and 64 MiB: some 200 containers written out. */
const tokenLimit = 50_000;
/** None takes less than some twenty tokens. */
const documentLimit = 2500;
/** Comments and long texts are few tokens, and cost by the line. */
const lineLimit = 20_000;
/** As it is written: no field takes a text of half that length, and quotes are read letter by letter. */
const textLimit = 256 * 1024;

export interface TokenFault {
  readonly offset: number;
  readonly message: string;
  readonly got?: string;
  readonly hint: string;
}

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Not empty: the tokens must not be composed. */
  readonly faults: readonly TokenFault[];
}

/** More of one kind say nothing new, and a file of nothing but brackets has a million. */
const faultLimit = 20;

/**
 * Splits YAML into tokens, without recursion and in linear time, and refuses what would make the
 * next stage slow, deep or surprising: anchors, aliases, tags, directives, nesting, huge mappings.
 */
export function readTokens(text: string, lines: LineCounter): Tokens {
  if (lineCount(text) > lineLimit) return { tokens: [], faults: [tooManyLines] };
  const { lexemes, faults } = readLexemes(text);
  if (faults.length > 0) {
    addLines(text, faults.at(-1)?.offset ?? 0, lines);
    return { tokens: [], faults };
  }
  const parser = new Parser(lines.addNewLine);
  // `Parser.parse` counts the first line itself; `next` leaves it to the caller.
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of lexemes) for (const token of parser.next(lexeme)) tokens.push(token);
  for (const token of parser.end()) tokens.push(token);
  const documents = tokens.filter((token) => token.type === 'document').length;
  return { tokens, faults: documents > documentLimit ? [tooManyDocuments] : findFaults(tokens) };
}

function lineCount(text: string): number {
  let count = 1;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) count += 1;
  return count;
}

/** What the parser tells the counter, where no parser comes by. */
function addLines(text: string, until: number, lines: LineCounter): void {
  lines.addNewLine(0);
  for (let end = text.indexOf('\n'); end >= 0 && end < until; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
}

/** With a fault, the text was read up to there alone: to put tokens together takes longer than to see that they are too many. */
function readLexemes(text: string): { readonly lexemes: readonly string[]; readonly faults: readonly TokenFault[] } {
  const lexemes: string[] = [];
  const faults: TokenFault[] = [];
  let [offset, depth, last] = [0, 0, ''];
  for (const lexeme of new Lexer().lex(text)) {
    lexemes.push(lexeme);
    if (lexemes.length > tokenLimit) return { lexemes, faults: [tooMany(offset)] };
    // What follows the mark of a scalar is its text, whatever that looks like.
    if (last !== scalarMark) depth += flowDepth(lexeme);
    if (depth > depthLimit) return { lexemes, faults: [tooDeep(offset)] };
    if (lexeme.length > textLimit && !lexeme.startsWith('#')) return { lexemes, faults: [tooLong(offset)] };
    const fault = last === scalarMark ? undefined : faultOfLexeme(lexeme, offset);
    if (fault !== undefined && faults.push(fault) === faultLimit) return { lexemes, faults };
    if (!lexerMarks.has(lexeme)) offset += lexeme.length;
    last = lexeme;
  }
  return { lexemes, faults: [] };
}
const scalarMark = '\x1f';

/** Lexemes that stand for nothing in the text: a document, the end of a flow collection, a scalar. */
const lexerMarks: ReadonlySet<string> = new Set(['\x02', '\x18', scalarMark]);

function flowDepth(lexeme: string): number {
  if (lexeme === '[' || lexeme === '{') return 1;
  return lexeme === ']' || lexeme === '}' ? -1 : 0;
}

function faultOfLexeme(source: string, offset: number): TokenFault | undefined {
  const [first = ''] = source;
  if (first === '&' || first === '*') return anchorFault(source, offset);
  return first === '!' ? tagFault(source, offset) : undefined;
}

const tooManyDocuments: TokenFault = {
  offset: 0,
  message: `the file has more than ${documentLimit} documents`,
  hint: 'split it into several files, or use replicas',
};

const tooManyLines: TokenFault = {
  offset: 0,
  message: `the file has more than ${lineLimit} lines`,
  hint: 'split it into several files, or use replicas',
};

function tooMany(offset: number): TokenFault {
  return { offset, message: 'the file has too many values', hint: 'split it into several files, or use replicas' };
}

function tooLong(offset: number): TokenFault {
  return { offset, message: 'is a text of more than 256 KiB', hint: 'put it in a file on the host, and mount that' };
}

function tooDeep(offset: number): TokenFault {
  return { offset, message: `is nested deeper than ${depthLimit}`, hint: 'write it flatter' };
}

interface Visit {
  readonly token: CST.Token;
  readonly depth: number;
}

function findFaults(tokens: readonly CST.Token[]): readonly TokenFault[] {
  const faults: TokenFault[] = [];
  const pending: Visit[] = tokens.toReversed().map((token) => ({ token, depth: 0 }));
  while (faults.length < faultLimit) {
    const visit = pending.pop();
    if (visit === undefined) break;
    const found = faultOfToken(visit);
    if (found !== undefined) faults.push(found);
    else addChildren(pending, visit);
  }
  return faults;
}

function faultOfToken({ token, depth }: Visit): TokenFault | undefined {
  const { type, offset } = token;
  if (depth > depthLimit) return tooDeep(offset);
  if (type === 'directive') return directiveFault(token);
  if (type === 'anchor' || type === 'alias') return anchorFault(token.source, offset);
  if (type === 'tag') return tagFault(token.source, offset);
  if (type === 'error') {
    return { offset, message: `is no YAML: ${token.message}`, hint: 'remove what does not belong here' };
  }
  if (type === 'block-map' || type === 'flow-collection') return keysFault(token);
  return undefined;
}

function directiveFault(token: CST.Directive): TokenFault | undefined {
  if (/^%YAML\s+1\.2\s*$/.test(token.source)) return undefined;
  return {
    offset: token.offset,
    message: 'is a directive that changes how the file is read',
    got: token.source.slice(0, 80),
    hint: 'remove the line; manifests are YAML 1.2',
  };
}

function anchorFault(source: string, offset: number): TokenFault {
  return { offset, message: 'is an anchor or alias, which manifests do not have', got: source.slice(0, 80), hint: 'write the value itself' };
}

const coreTags = ['!!str', '!!int', '!!float', '!!bool', '!!null', '!!map', '!!seq', '!'];

function tagFault(source: string, offset: number): TokenFault | undefined {
  if (coreTags.includes(source)) return undefined;
  return { offset, message: 'is a tag that manifests do not have', got: source.slice(0, 80), hint: 'remove the tag' };
}

function keysFault(token: CST.BlockMap | CST.FlowCollection): TokenFault | undefined {
  const isList = token.type === 'flow-collection' && token.start.type === 'flow-seq-start';
  if (isList || token.items.length <= keyLimit) return undefined;
  return {
    offset: token.offset,
    message: `is a mapping of more than ${keyLimit} keys`,
    got: `${token.items.length} keys`,
    hint: 'write fewer keys',
  };
}

function addChildren(pending: Visit[], { token, depth }: Visit): void {
  const children = childrenOf(token);
  // Reversed: the stack's end is visited first. No spread: a hundred thousand arguments overflow the stack.
  for (let index = children.length - 1; index >= 0; index -= 1) {
    const child = children[index];
    if (child !== undefined) pending.push({ token: child, depth: 'items' in child ? depth + 1 : depth });
  }
}

/** Those that can be at fault or hold others. */
function childrenOf(token: CST.Token): CST.Token[] {
  const children: CST.Token[] = [];
  const add = (child: CST.Token | undefined | null): void => { if (child && !blameless.has(child.type)) children.push(child); };
  if (token.type === 'document') {
    token.start.forEach(add);
    add(token.value);
    token.end?.forEach(add);
  } else if ('items' in token) {
    for (const { start, key, sep, value } of token.items) {
      start.forEach(add);
      add(key);
      sep?.forEach(add);
      add(value);
    }
  }
  return children;
}

/** Most of all tokens. */
const blameless: ReadonlySet<CST.Token['type']> = new Set([
  ...(['space', 'comment', 'newline', 'comma', 'scalar', 'single-quoted-scalar', 'double-quoted-scalar', 'block-scalar'] as const),
  ...(['explicit-key-ind', 'map-value-ind', 'seq-item-ind', 'flow-map-start', 'flow-map-end', 'flow-seq-start', 'flow-seq-end'] as const),
]);
