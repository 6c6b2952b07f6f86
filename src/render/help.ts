import type { CommandSpec, FlagSpec } from '../commands/command.ts';
import { alignColumns } from './layout.ts';

/** `reconcile --help`. */
export function globalHelp(commands: readonly CommandSpec[], flags: readonly FlagSpec[]): string {
  return section([
    ['reconcile keeps the containers of this host as manifests say.'],
    ['Usage:', '  reconcile [PATH…]          plan, apply, exit', '  reconcile --watch [PATH…]  keep it so until told to stop', '  reconcile COMMAND …'],
    ['Commands:', ...alignColumns(commands.map((command) => [nameAndAlias(command), command.summary]), 2)],
    ['Flags of every command:', ...flagLines(flags)],
    [
      'In brackets: the default. A variable sets it too: RECONCILE_ROOT for --root.',
      
      'PATH is a manifest or a folder of them; without one: manifests/.',
      'A path that is named like a command is written ./plan or after --.',
    ],
    ['Examples:', ...exampleLines([
      { command: 'reconcile plan manifests/', does: 'what would change' },
      { command: 'reconcile --watch manifests/', does: 'make it so, and keep it so' },
    ])],
    ['reconcile COMMAND --help tells more.'],
  ]);
}

/** `reconcile COMMAND --help`. */
export function commandHelp(command: CommandSpec): string {
  return section([
    [`reconcile ${command.name}: ${command.summary}`, ...(command.details === undefined ? [] : [command.details])],
    [`Usage: reconcile ${command.usage}`],
    ['Examples:', ...exampleLines(command.examples)],
    ...(command.flags.length === 0 ? [] : [['Flags:', ...flagLines(command.flags)]]),
    ['reconcile --help lists the flags of every command.'],
  ]);
}

function section(parts: readonly (readonly string[])[]): string {
  return parts.map((lines) => lines.join('\n')).join('\n\n') + '\n';
}

function nameAndAlias({ name, alias }: CommandSpec): string {
  return alias === undefined ? name : `${name}, ${alias}`;
}

function exampleLines(examples: CommandSpec['examples']): string[] {
  return alignColumns(examples.map(({ command, does }) => [command, does]), 2);
}

function flagLines(flags: readonly FlagSpec[]): string[] {
  return alignColumns(
    flags.map((flag) => {
      const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
      const value = flag.value === undefined ? '' : ` ${flag.value}`;
      return [`${short}--${flag.name}${value}`, flag.help + (flag.default === undefined ? '' : ` (${flag.default})`)];
    }),
    2,
  );
}
