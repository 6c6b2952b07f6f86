import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** From the repository's folder: src/plan/plan.ts */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
}

export interface Import {
  /** Module name, or the imported file's path from the repository's folder. */
  readonly from: string;
  readonly typeOnly: boolean;
  /** `import()` in a function: loaded when it is called. */
  readonly lazy: boolean;
}

/** Parses every TypeScript file below a folder. */
export function readSourceTree(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parseSource(join(folder, path)));
}

function parseSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const functions: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node, path);
    if (found !== undefined) imports.push(found);
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) functions.push({ name: nameOf(node), lines: linesOf(node, tree) });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, text, lines: text.trimEnd().split('\n').length, imports, functions };
}

function importOf(node: ts.Node, path: string): Import | undefined {
  if (ts.isImportDeclaration(node)) {
    return { from: resolveFrom(node.moduleSpecifier, path), typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword, lazy: false };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { from: resolveFrom(node.moduleSpecifier, path), typeOnly: node.isTypeOnly, lazy: false };
  }
  const [argument] = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments : [];
  return argument === undefined ? undefined : { from: resolveFrom(argument, path), typeOnly: false, lazy: true };
}

function resolveFrom(specifier: ts.Expression, path: string): string {
  const name = ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText();
  return name.startsWith('.') ? join(dirname(path), name) : name;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '(anonymous)';
}

function linesOf(node: ts.Node, tree: ts.SourceFile): number {
  return tree.getLineAndCharacterOfPosition(node.end).line - tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** The first cycle of imports that run code when loaded, as a list of paths; undefined where there is none. */
export function findCycle(files: readonly SourceFile[]): readonly string[] | undefined {
  const edges = new Map(files.map(({ path, imports }) => [path, imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy).map(({ from }) => from)]));
  const done = new Set<string>();
  const search = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of edges.get(path) ?? []) {
      const cycle = search(next, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of files) {
    const cycle = search(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
