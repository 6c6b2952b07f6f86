import type { BigIntStats } from 'node:fs';
import { ReconcileError } from '../../errors.ts';
import type { ElfFacts } from './elf.ts';
import { isElf, parseElf } from './elf.ts';
import { printOf, readBeginning, readWhole } from './host-view.ts';

/** What the kernel makes of a file that is to be started. */
export type ProgramFile =
  | { readonly kind: 'elf'; readonly elf: ElfFacts }
  | { readonly kind: 'script'; readonly interpreter: string }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'other' };

/** By `printOf`, so that a file is parsed once. */
export type ProgramCache = Map<string, ProgramFile>;

const maxProgramBytes = 1024 ** 3;

/** How much of a script's first line the kernel reads: BINPRM_BUF_SIZE in include/uapi/linux/binfmts.h. */
const maxLineBytes = 256;

/** Reads a regular file as the kernel or the loader would. Throws what reading throws, never for its content. */
export function readProgramFile(path: string, stats: BigIntStats, cache: ProgramCache): ProgramFile {
  const print = printOf(stats);
  const known = cache.get(print);
  if (known !== undefined) return known;
  const program = readProgram(path, stats);
  cache.set(print, program);
  return program;
}

/** The beginning says all of scripts and of static programs. Where it ends too early, an ELF file looks damaged, and is read whole. */
function readProgram(path: string, { size }: BigIntStats): ProgramFile {
  const beginning = readBeginning(path);
  const program = parseProgram(beginning);
  return program.kind === 'damaged' && size > beginning.length ? parseProgram(readWhole(path, maxProgramBytes)) : program;
}

/** Tells an ELF file, a script and anything else apart. */
export function parseProgram(bytes: Buffer): ProgramFile {
  if (isElf(bytes)) return parseSoundElf(bytes);
  const interpreter = parseScript(bytes.subarray(0, maxLineBytes));
  return interpreter === undefined ? { kind: 'other' } : { kind: 'script', interpreter };
}

function parseSoundElf(bytes: Buffer): ProgramFile {
  try {
    return { kind: 'elf', elf: parseElf(bytes) };
  } catch (error) {
    if (error instanceof ReconcileError) return { kind: 'damaged', reason: error.message };
    throw error;
  }
}

/** The program named behind #!, or undefined where the kernel would not run the file. See execve(2). */
function parseScript(start: Buffer): string | undefined {
  const text = start.toString('utf8');
  if (!text.startsWith('#!')) return undefined;
  const end = text.indexOf('\n');
  const [, name, rest] = /^#![ \t]*([^ \t\0]+)(.?)/s.exec(end < 0 ? text : text.slice(0, end)) ?? [];
  // A name that fills what the kernel reads may go on behind it.
  return end < 0 && rest === '' && start.length === maxLineBytes ? undefined : name;
}
