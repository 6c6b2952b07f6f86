import type { Settings } from '../host/paths.ts';
import type { Logger, LogLevel } from '../log.ts';
import type { OutputFormat, Result } from '../render/result.ts';
import type { Screen } from '../render/screen.ts';

/** What the command line says of one verb, enough to parse it and to print its help without loading it. */
export interface CommandSpec {
  readonly name: string;
  readonly alias?: string;
  /** After `reconcile`. */
  readonly usage: string;
  readonly summary: string;
  readonly details?: string;
  readonly examples: readonly { readonly command: string; readonly does: string }[];
  readonly flags: readonly FlagSpec[];
  /** What --output can be; absent: what it can be everywhere. */
  readonly formats?: readonly OutputFormat[];
  /** What follows the verb, for completion; absent: as `usage` says, NAME or PATH. A list: one of these words. */
  readonly operands?: readonly string[];
  /** True where Ctrl-C belongs to what the command starts. */
  readonly leavesSignals?: boolean;
  load(): Promise<{ readonly run: Run }>;
}

export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  /** Word for the value in the help; absent: the flag is on or off. */
  readonly value?: string;
  readonly help: string;
  /** Environment variable that sets it where the flag is not given. */
  readonly env?: string;
  readonly default?: string;
  /** Can be given several times: its value is then a list. */
  readonly repeatable?: true;
  /** The words that it can be, where they are few. */
  readonly choices?: readonly string[];
}

export type Flags = Readonly<Record<string, string | true | readonly string[]>>;

export interface Invocation {
  readonly flags: Flags;
  /** What follows the verb and is no flag. */
  readonly operands: readonly string[];
  readonly settings: Settings;
  readonly screen: Screen;
  /** As it was asked for; absent: the command chooses. */
  readonly logLevel?: LogLevel;
  /** The log, which takes time to load: for commands that write one. */
  openLog(): Promise<Logger>;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly result: Result;
  /** 0 where absent. */
  readonly exitStatus?: number;
}

export type Run = (invocation: Invocation) => Promise<Outcome>;
