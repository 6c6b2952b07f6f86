import packageJson from '../package.json' with { type: 'json' };
import { parseCommandLine } from './commands/parse.ts';
import type { CommandLine } from './commands/parse.ts';
import { commands, globalFlags } from './commands/table.ts';
import { ReconcileError } from './errors.ts';
import { asReconcileError } from './unexpected-error.ts';
import { openScreen } from './render/screen.ts';
import type { Screen } from './render/screen.ts';

/** Runs one command line and gives its exit status. Every error ends here, as one line on stderr and its mend. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const screen = openScreen(process, 'text', env);
  try {
    requireNode(process.versions.node);
    const line = parseCommandLine(args);
    if (line.flags['version'] === true) return say(screen, `reconcile ${packageJson.version}\n`);
    if (line.flags['help'] === true) return say(screen, await helpFor(line));
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(line, env);
  } catch (error) {
    return fail(error, args, screen);
  }
}

function requireNode(version: string): void {
  const oldest = packageJson.engines.node.replace('>=', '');
  if (isAtLeast(version.split('.').map(Number), oldest.split('.').map(Number))) return;
  const message = `node ${oldest} or newer is needed, this is ${version}`;
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', message, { hint: 'install one from https://nodejs.org' });
}

/** Part by part: collation, which could compare the texts, takes node as long to load as all else that it does for `--version`. */
function isAtLeast(version: readonly number[], oldest: readonly number[]): boolean {
  const index = oldest.findIndex((part, at) => version[at] !== part);
  return index < 0 || (version[index] ?? 0) > (oldest[index] ?? 0);
}

function say(screen: Screen, text: string): number {
  screen.write(text);
  return 0;
}

async function helpFor({ command, named }: CommandLine): Promise<string> {
  const { commandHelp, globalHelp } = await import('./render/help.ts');
  return named ? commandHelp(command) : globalHelp(commands, globalFlags);
}

function fail(error: unknown, args: readonly string[], screen: Screen): number {
  screen.error(asReconcileError(error));
  const debug = process.env['RECONCILE_LOG_LEVEL'] === 'debug' || args.some((arg) => /^(--log-level=)?debug$/.test(arg));
  if (debug && error instanceof Error) screen.note(stackOf(error));
  return 1;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

