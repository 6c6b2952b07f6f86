import { basename } from 'node:path';
import { rolldown } from 'rolldown';
import type { OutputBundle, OutputChunk, Plugin } from 'rolldown';
import { wrap } from './loader.ts';
import { toFile } from './program-file.ts';
import type { Index } from './program-file.ts';

/** What gives a module of node: ES modules have no `require`, and nodes that are too old to run this no more than that. */
const builtin = '(process.getBuiltinModule||require)';

/**
 * Makes one file of all chunks: what starts the program, then the chunks in a comment, from which they are read one by
 * one. Node itself looks for no more than the end of the comment, and takes the file for a CommonJS or an ES module
 * alike. Beside it comes `start.cjs`, which starts the same program: node need not even look for that end.
 * `onIndex` is told where the chunks lie.
 */
export function oneFile(fileName: string, onIndex: (index: Index) => void): Plugin {
  return {
    name: 'one-file',
    async generateBundle(_, bundle) {
      const chunks = takeChunks(bundle);
      const tail = `*/\n//# sourceMappingURL=${basename(fileName)}.map\n`;
      const start = await startCode();
      const { text, index } = pack(start, chunks, tail);
      onIndex(index);
      this.emitFile({ type: 'asset', fileName, source: text });
      this.emitFile({ type: 'asset', fileName: 'start.cjs', source: `${start}\n${callOf(`process.argv[1]=__dirname+"/${fileName}"`, index)}\n` });
      this.emitFile({ type: 'asset', fileName: `${fileName}.map`, source: JSON.stringify(mapOf(chunks, index)) });
    },
  };
}

/** The chunks, which are then no files of their own. */
function takeChunks(bundle: OutputBundle): readonly OutputChunk[] {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  // A bundle takes only what is deleted from itself.
  for (const name of Object.keys(bundle)) Reflect.deleteProperty(bundle, name);
  return chunks;
}

/** `reconcile.start`, as a script. */
async function startCode(): Promise<string> {
  const bundle = await rolldown({ input: new URL('start.ts', import.meta.url).pathname, platform: 'node' });
  const { output } = await bundle.generate({ format: 'iife', name: 'reconcile', globals: (id) => `${builtin}("${id}")`, minify: true });
  await bundle.close();
  return output[0].code.trim();
}

function pack(start: string, chunks: readonly OutputChunk[], tail: string): { readonly text: string; readonly index: Index } {
  const texts = chunks.map(({ code }) => toFile(wrap(code)));
  const index = indexOf(chunks, texts, { firstLine: linesOf(start) + 3, tailBytes: tail.length });
  const call = callOf('typeof __filename=="string"?__filename:process.argv[1]', index);
  return { text: ['#!/usr/bin/env node', start, `${call}/*`, ...texts, tail].join('\n'), index };
}

/** The call that starts the program in the file that `path`, an expression, names. */
function callOf(path: string, index: Index): string {
  return `reconcile.start(${path},${JSON.stringify(index)},${builtin});`;
}

/** Each text is followed by a newline. They are ASCII: a character is a byte. */
function indexOf(
  chunks: readonly OutputChunk[],
  texts: readonly string[],
  { firstLine, tailBytes }: { readonly firstLine: number; readonly tailBytes: number },
): Index {
  let line = firstLine - 1;
  let fromEnd = texts.reduce((sum, text) => sum + text.length + 1, tailBytes);
  const places = chunks.map(({ fileName }, at) => {
    const text = texts[at] ?? '';
    const place = { fromEnd, bytes: text.length, line };
    fromEnd -= text.length + 1;
    line += linesOf(text);
    return [fileName, place] as const;
  });
  return Object.fromEntries(places);
}

function linesOf(text: string): number {
  return text.split('\n').length;
}

/** An index map: https://tc39.es/ecma426/#sec-index-source-map. */
function mapOf(chunks: readonly OutputChunk[], index: Index): object {
  const column = wrap('').indexOf('\n');
  const sections = chunks.map(({ fileName, map }) => ({
    offset: { line: index[fileName]?.line ?? 0, column },
    map: JSON.parse(String(map)) as object,
  }));
  return { version: 3, sections };
}
