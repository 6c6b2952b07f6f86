import type { CommandSpec, FlagSpec } from '../commands/command.ts';
import { literal, paragraph, prose, requestArgument } from './roff.ts';

export interface Manual {
  readonly commands: readonly CommandSpec[];
  readonly globalFlags: readonly FlagSpec[];
  /** What each code of an error means. */
  readonly errorCodes: Readonly<Record<string, string>>;
  readonly version: string;
}

/** reconcile(1) in the man(7) macros, from the same table as `--help`. Equal tables give equal texts: it has no date. */
export function manPage({ commands, globalFlags, errorCodes, version }: Manual): string {
  return [
    '.\\" Made by reconcile man.',
    `.TH RECONCILE 1 "" ${requestArgument(`reconcile ${version}`)}`,
    // Neither hyphenated nor filled out: an option that is split cannot be searched for.
    '.nh',
    '.ad l',
    '.SH NAME',
    'reconcile \\- keep the containers of this host as manifests say',
    '.SH SYNOPSIS',
    ...['[PATH…]', '--watch [PATH…]', 'COMMAND …'].flatMap((usage, index) => [...(index === 0 ? [] : ['.br']), usageLine(usage)]),
    '.SH DESCRIPTION',
    ...description.flatMap(paragraph).slice(1),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS',
    'These go with every command.',
    ...globalFlags.flatMap(flagLines),
    '.SH ENVIRONMENT',
    ...environment(commands, globalFlags),
    '.SH EXIT STATUS',
    ...exitStatus.flatMap(([status, meaning]) => tagged(literal(status), meaning)),
    '.SH FILES',
    ...files(globalFlags).flatMap(([path, meaning]) => tagged(literal(path), meaning)),
    '.SH ERRORS',
    ...text('An error is one line on stderr with its code in brackets, and a line that says what to do.'),
    ...Object.entries(errorCodes).flatMap(([code, meaning]) => tagged(literal(code), meaning)),
    '.SH EXAMPLES',
    ...commands.flatMap(({ examples }) => examples.flatMap(({ command, does }) => tagged(literal(command), `${does}.`))),
    '.SH SEE ALSO',
    '.BR crun (1),',
    '.BR runc (8),',
    '.BR conmon (8),',
    '.BR cgroups (7),',
    '.BR namespaces (7)',
    '',
  ].join('\n');
}

const description = [
  'reconcile turns YAML manifests into running containers on this host, and keeps them so. The desired state comes from files; the observed state comes from the kernel itself: cgroup files, /proc, mounts, processes. The plan is the difference of the two, and apply carries it out. Resources are resized in place, with the same process still running.',
  'PATH is a manifest or a folder of them; without one: manifests/. A path that is named like a command is written ./plan or after --.',
  'Results go to stdout, progress, errors and the log to stderr.',
];

const exitStatus = [
  ['0', 'Done; with plan --detailed-exitcode: nothing to do.'],
  ['1', 'An error, or a container is refused.'],
  ['2', 'With plan --detailed-exitcode: something would change.'],
  ['other', 'That of the command, with exec.'],
] as const;

function usageLine(usage: string): string {
  return `${literal('reconcile')} ${usage.split(' ').map(usageWord).join(' ')}`;
}

/** Upper case is to be replaced, the rest is written as it is. */
function usageWord(word: string): string {
  const parts = word.split(/([A-Z]{1,20}…?|[[\]|])/).filter((part) => part !== '');
  return parts.map((part) => (/^[A-Z]/.test(part) ? `\\fI${prose(part)}\\fR` : /^[[\]|]$/.test(part) ? part : literal(part))).join('');
}

function commandLines({ usage, alias, summary, details, flags, name }: CommandSpec): string[] {
  const also = alias === undefined ? '' : ` Also: reconcile ${alias}.`;
  const own = flags.length === 0 ? [] : ['.RS', ...flags.flatMap(flagLines), '.RE'];
  return [`.SS reconcile ${prose(name)}`, ...usage.split('  or  ').map(usageLine).join('\n.br\n').split('\n'), '.PP', ...text(`${sentence(summary)}${details === undefined ? '' : ` ${details}`}${also}`), ...own];
}

function flagLines({ name, short, value, help, default: standard, env }: FlagSpec): string[] {
  const spelled = [...(short === undefined ? [] : [literal(`-${short}`)]), literal(`--${name}`)].join(', ');
  const ending = [standard === undefined ? '' : `Default: ${standard}.`, env === undefined ? '' : `Variable: ${env}.`].filter((part) => part !== '');
  return tagged(`${spelled}${value === undefined ? '' : ` ${usageWord(value)}`}`, [sentence(help), ...ending].join(' '));
}

function environment(commands: readonly CommandSpec[], globalFlags: readonly FlagSpec[]): string[] {
  const flags = [...globalFlags, ...commands.flatMap((command) => command.flags)].filter(({ env }) => env !== undefined);
  const byVariable = new Map(flags.map((flag) => [flag.env, flag]));
  const own = [...byVariable.values()].flatMap(({ env = '', name }) => tagged(literal(env), `Sets --${name} where the flag is not given.`));
  return [...own, ...tagged(literal('NO_COLOR'), 'Where it is set and not empty, nothing is coloured.')];
}

function files(globalFlags: readonly FlagSpec[]): (readonly [string, string])[] {
  const folders = globalFlags.filter(({ value }) => value === 'DIR');
  return [
    ['manifests/', 'The manifests, where no PATH is given.'],
    ...folders.map((flag) => [flag.default ?? '', `${sentence(flag.help)} Another folder: --${flag.name}.`] as const),
  ];
}

function sentence(help: string): string {
  const capital = help.charAt(0).toUpperCase() + help.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function tagged(tag: string, meaning: string): string[] {
  return ['.TP', tag, ...text(meaning)];
}

function text(words: string): string[] {
  return paragraph(words).slice(1);
}
