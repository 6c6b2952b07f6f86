import type { CommandSpec, Invocation } from './commands/command.ts';
import type { CommandLine } from './commands/parse.ts';
import { completeFlags, resolveSettings } from './commands/settings.ts';
import { knownParent } from './host/runtime/known-parent.ts';
import { openLog } from './log.ts';
import { openScreen } from './render/screen.ts';

/** Carries out one command as its flags and the environment say, shows its result, and gives its exit status. Throws what the command throws. */
export async function runCommand({ command, flags: given, operands }: CommandLine, env: NodeJS.ProcessEnv): Promise<number> {
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
