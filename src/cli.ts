#!/usr/bin/env node
import packageJson from '../package.json' with { type: 'json' };
import type { CommandSpec, Invocation } from './commands/command.ts';
import { parseCommandLine } from './commands/parse.ts';
import type { CommandLine } from './commands/parse.ts';
import { completeFlags, resolveSettings } from './commands/settings.ts';
import { commands, globalFlags } from './commands/table.ts';
import { errnoOf, ReconcileError } from './errors.ts';
import { knownParent } from './host/runtime/known-parent.ts';
import { openLog } from './log.ts';
import { openScreen } from './render/screen.ts';
import type { Screen } from './render/screen.ts';

/** Runs one command line and gives its exit status. Every error ends here, as one line on stderr and its mend. */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const screen = openScreen(process, 'text', env);
  try {
    requireNode(process.versions.node);
    const line = parseCommandLine(args);
    if (line.flags['version'] === true) return say(screen, `reconcile ${packageJson.version}\n`);
    if (line.flags['help'] === true) return say(screen, await helpFor(line));
    return await runCommand(line, env);
  } catch (error) {
    return fail(error, args, screen);
  }
}

function requireNode(version: string): void {
  const oldest = packageJson.engines.node.replace('>=', '');
  if (version.localeCompare(oldest, 'en', { numeric: true }) >= 0) return;
  const message = `node ${oldest} or newer is needed, this is ${version}`;
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', message, { hint: 'install one from https://nodejs.org' });
}

function say(screen: Screen, text: string): number {
  screen.write(text);
  return 0;
}

async function helpFor({ command, named }: CommandLine): Promise<string> {
  const { commandHelp, globalHelp } = await import('./render/help.ts');
  return named ? commandHelp(command) : globalHelp(commands, globalFlags);
}

async function runCommand({ command, flags: given, operands }: CommandLine, env: NodeJS.ProcessEnv): Promise<number> {
  const settings = resolveSettings(given, env, { cwd: process.cwd(), knownParent, formats: command.formats });
  const flags = completeFlags(command.flags, given, env);
  const screen = openScreen(process, settings.output, env, flags['compact'] === true);
  const level = settings.logLevel ?? defaultLogLevel(command);
  const { run } = await command.load();
  const stop = command.leavesSignals === true ? new AbortController() : stopOnSignals();
  const invocation: Invocation = {
    ...{ flags, operands, settings, screen, signal: stop.signal },
    ...(settings.logLevel === undefined ? {} : { logLevel: settings.logLevel }),
    openLog: () => openLog(level),
  };
  const { result, exitStatus = 0 } = await run(invocation);
  screen.show(result);
  return exitStatus;
}

/** A watch that nobody looks at tells its story in the log. */
function defaultLogLevel(command: CommandSpec): 'info' | 'warn' {
  return command.name === 'watch' && !process.stderr.isTTY ? 'info' : 'warn';
}

/** The first signal lets the present step end; the second ends the process at once. */
function stopOnSignals(): AbortController {
  const controller = new AbortController();
  const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
  for (const [signal, number] of Object.entries(numbers)) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + number);
      controller.abort();
    });
  }
  return controller;
}

function fail(error: unknown, args: readonly string[], screen: Screen): number {
  screen.error(error instanceof ReconcileError ? error : unexpectedError(error));
  const debug = process.env['RECONCILE_LOG_LEVEL'] === 'debug' || args.some((arg) => /^(--log-level=)?debug$/.test(arg));
  if (debug && error instanceof Error) screen.note(stackOf(error));
  return 1;
}

function unexpectedError(error: unknown): ReconcileError {
  const message = error instanceof Error ? error.message : String(error);
  const errno = errnoOf(error);
  if (errno === 'EACCES' || errno === 'EPERM') return new ReconcileError('ERR_PERMISSION', message, { hint: 'run it as root', cause: error });
  const hint = 'this is a defect in reconcile; --log-level debug shows where';
  return new ReconcileError('ERR_INTERNAL', message, { hint, cause: error });
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

process.exitCode = await main(process.argv.slice(2), process.env);
