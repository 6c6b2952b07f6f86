import { parseArgs } from 'node:util';
import { ReconcileError } from '../errors.ts';
import { nearest } from '../manifest/nearest.ts';
import type { CommandSpec, FlagSpec, Flags } from './command.ts';
import { mendForHabit, verbForHabit } from './habits.ts';
import { commands, findCommand, globalFlags } from './table.ts';

export interface CommandLine {
  readonly command: CommandSpec;
  /** The verb was written out, not left to the default. */
  readonly named: boolean;
  readonly flags: Flags;
  readonly operands: readonly string[];
}

/** `--watch` in place of the verb. */
const watchFlag: FlagSpec = { name: 'watch', short: 'w', help: 'the same as the command watch' };

const allFlags = [...globalFlags, watchFlag, ...commands.flatMap((command) => command.flags)];

/** Reads what follows `reconcile`. The first word is a verb where it names one; `./plan` or `-- plan` is a path. Throws ERR_USAGE. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(allFlags), strict: false, tokens: true, allowPositionals: true });
  const end = tokens.find((token) => token.kind === 'option-terminator')?.index ?? args.length;
  const words = tokens.filter((token) => token.kind === 'positional');
  const options = tokens.filter((token) => token.kind === 'option');

  const firstWord = words[0] !== undefined && words[0].index < end ? words[0].value : '';
  if (firstWord === 'help') return askedForHelp(words[1]?.value ?? '');
  const verb = findCommand(firstWord);
  const watching = options.some((option) => option.name === watchFlag.name);
  const command = commandOf(verb, watching);
  const flags = flagsOf(options.filter((option) => option.name !== watchFlag.name), command);
  const operands = words.map((word) => word.value).slice(verb === undefined ? 0 : 1);
  if (command.name === 'exec') requireTerminator(operands, { args, end });
  return { command, named: verb !== undefined, flags, operands };
}

/** The last one counts, but for what can be given several times. */
function flagsOf(options: readonly OptionToken[], command: CommandSpec): Flags {
  const flags: Record<string, string | true> = {};
  const lists: Record<string, string[]> = {};
  for (const option of options) {
    const value = valueOf(option, command);
    const repeatable = command.flags.some(({ name, repeatable: many }) => name === option.name && many);
    if (repeatable && value !== true) (lists[option.name] ??= []).push(value);
    else flags[option.name] = value;
  }
  return { ...flags, ...lists };
}

/** `help` and `help VERB`, as many programs have it. */
function askedForHelp(word: string): CommandLine {
  const verb = findCommand(word);
  return { command: commandOf(verb, false), named: verb !== undefined, flags: { help: true }, operands: [] };
}

function optionsOf(flags: readonly FlagSpec[]): Record<string, { type: 'string' | 'boolean'; short?: string; multiple: true }> {
  return Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }), multiple: true },
    ]),
  );
}

function commandOf(verb: CommandSpec | undefined, watching: boolean): CommandSpec {
  const command = verb ?? findCommand(watching ? 'watch' : 'apply');
  if (command === undefined) throw new ReconcileError('ERR_INTERNAL', 'the default command is missing');
  if (!watching || command.name === 'watch') return command;
  if (command.name === 'apply') return commandOf(undefined, true);
  throw usageError(`--watch does not go with ${command.name}`, 'reconcile --watch [PATH…]');
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf(option: OptionToken, command: CommandSpec): string | true {
  const flag = [...command.flags, ...globalFlags].find(({ name }) => name === option.name);
  if (flag === undefined) throw unknownFlag(option, command);
  if (flag.value === undefined) {
    if (option.value === undefined) return true;
    throw usageError(`${option.rawName} takes no value (got ${option.value})`, `write ${option.rawName} alone`);
  }
  const looksLikeFlag = option.inlineValue !== true && option.value?.startsWith('-') === true;
  if (option.value !== undefined && option.value !== '' && !looksLikeFlag) return option.value;
  throw usageError(`${option.rawName} needs a value`, `write ${option.rawName} ${flag.value}: ${flag.help}`);
}

function unknownFlag(option: OptionToken, command: CommandSpec): ReconcileError {
  const mend = option.rawName === '-f' && command.usage.includes('PATH') ? mendForHabit('--file') : mendForHabit(option.rawName);
  if (mend !== undefined && command.name !== 'exec') return usageError(`${command.name} has no flag ${option.rawName}`, mend);
  const owners = commands.filter(({ flags }) => flags.some(({ name }) => name === option.name));
  if (owners.length > 0) {
    const hint = `it is a flag of ${owners.map(({ name }) => name).join(' and ')}`;
    return usageError(`${command.name} has no flag ${option.rawName}`, hint);
  }
  if (command.name === 'exec') return usageError(`exec has no flag ${option.rawName}`, 'put -- before the command: reconcile exec NAME -- COMMAND…');
  const known = [...command.flags, ...globalFlags, watchFlag].map(({ name }) => name);
  const near = nearest(option.name, known);
  return usageError(
    `unknown flag ${option.rawName}`,
    near === undefined ? `reconcile ${command.name} --help lists all` : `did you mean --${near}?`,
  );
}

/** Without the `--`, flags of the command to run would be read as ours. */
function requireTerminator(operands: readonly string[], { args, end }: { args: readonly string[]; end: number }): void {
  if (operands.length < 2 || operands.length - 1 <= args.length - end - 1) return;
  throw usageError('exec takes one NAME, then -- and the command', `reconcile exec ${operands[0] ?? 'NAME'} -- ${operands.slice(1).join(' ')}`);
}

/** The verb that was likely meant, where a word that names no file looks like one. */
export function likelyVerb(word: string): string | undefined {
  if (!/^[a-z]+$/.test(word)) return undefined;
  return verbForHabit(word) ?? nearest(word, commands.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias])));
}

export function usageError(message: string, hint: string): ReconcileError {
  return new ReconcileError('ERR_USAGE', message, { hint });
}
