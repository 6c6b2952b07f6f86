import type { CommandSpec, FlagSpec } from '../commands/command.ts';
import { completionBash } from './completion-bash.ts';
import { completionFish } from './completion-fish.ts';
import { completionZsh } from './completion-zsh.ts';
import { outputFormats } from './result.ts';

/** What a word on the command line can be. */
export interface Wanted {
  readonly words: readonly string[];
  readonly paths: 'files' | 'folders' | 'none';
  /** Names of the containers below --root. */
  readonly names: boolean;
}

export interface CompletedFlag {
  readonly name: string;
  readonly short?: string;
  readonly help: string;
  /** Word for the value in the help; absent: the flag is on or off. */
  readonly value?: string;
  readonly wanted: Wanted;
  readonly repeatable: boolean;
}

export interface CompletedVerb {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  /** Those of every command too. */
  readonly flags: readonly CompletedFlag[];
  readonly operand: Wanted;
  /** After the first operand nothing can be said. */
  readonly single: boolean;
}

/** The command table as the scripts of all shells need it. */
export interface CompletionModel {
  readonly verbs: readonly CompletedVerb[];
  /** The verb that is meant where none is written. */
  readonly fallback: CompletedVerb;
  /** Where the names of containers are, below --root. */
  readonly namesFolder: string;
  readonly root: { readonly env: string; readonly folder: string };
}

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script that completes `reconcile` in a shell. It starts no program, so that it is quick and silent. */
export function completionScript(shell: Shell, model: CompletionModel): string {
  switch (shell) {
    case 'bash':
      return completionBash(model);
    case 'zsh':
      return completionZsh(model);
    case 'fish':
      return completionFish(model);
  }
}

/** What the command table says, made ready for a script. `namesFolder` holds a folder for each container. */
export function completionModel(
  commands: readonly CommandSpec[],
  globalFlags: readonly FlagSpec[],
  namesFolder: string,
): CompletionModel {
  const verbs = commands.map((command) => toVerb(command, globalFlags));
  const fallback = verbs.find(({ name }) => name === 'apply');
  const root = globalFlags.find(({ name }) => name === 'root');
  if (fallback === undefined || root?.env === undefined || root.default === undefined) throw new TypeError('the command table lacks apply or --root');
  return { verbs, fallback, namesFolder, root: { env: root.env, folder: root.default } };
}

function toVerb(command: CommandSpec, globalFlags: readonly FlagSpec[]): CompletedVerb {
  const { name, alias, summary, usage, operands, formats = outputFormats } = command;
  const flags = [...command.flags, ...globalFlags].map((flag) => (flag.name === 'output' ? { ...flag, choices: formats, help: 'format of the result' } : flag));
  return {
    name,
    ...(alias === undefined ? {} : { alias }),
    summary,
    flags: flags.map(toFlag),
    operand: operands === undefined ? wantedOf(usage) : { words: operands, paths: 'none', names: false },
    single: !/…\]/.test(usage),
  };
}

function toFlag({ name, short, help, value, choices, repeatable }: FlagSpec): CompletedFlag {
  // The NAME of a flag is of something that is not here yet.
  const wanted = value === undefined || choices !== undefined ? { ...nothing, words: choices ?? [] } : { ...wantedOf(value), names: false };
  return { name, ...(short === undefined ? {} : { short }), help, ...(value === undefined ? {} : { value }), wanted, repeatable: repeatable === true };
}

const nothing: Wanted = { words: [], paths: 'none', names: false };

/** The words of a usage line: DIR is a folder, FILE and PATH are files, small letters stand for themselves. */
function wantedOf(usage: string): Wanted {
  const alternatives = usage.includes('|') ? usage.split('|') : [];
  return {
    words: alternatives.filter((word) => /^[a-z]+$/.test(word)),
    paths: /\bDIR\b/.test(usage) ? 'folders' : /\b(FILE|PATH)\b/.test(usage) ? 'files' : 'none',
    names: /\bNAME\b/.test(usage),
  };
}
