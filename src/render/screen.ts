import type { Plan } from '../plan/types.ts';
import { askYesNo } from './ask.ts';
import { openProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { errorText, render } from './render.ts';
import type { OutputFormat, Result } from './result.ts';
import { styleOf } from './style.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** All that the program prints goes through here: results to stdout, everything else to stderr. */
export interface Screen {
  readonly format: OutputFormat;
  /** Somebody sits there and can be asked. */
  readonly interactive: boolean;
  /** stderr is a terminal: progress is one line that is written over. */
  readonly live: boolean;
  /** Aborted when whoever reads our stdout goes away. */
  readonly closed: AbortSignal;
  /** For output that is not ours: a container's log. */
  readonly streams: Pick<Streams, 'stdout' | 'stderr'>;
  show(result: Result): void;
  /** A plan that is about to be applied; formats other than text show it with the result. */
  preview(plan: Plan): void;
  progress(plan: Plan): Progress;
  error(error: { code: string; message: string; hint?: string | undefined }): void;
  note(text: string): void;
  write(text: string): void;
  confirm(question: string, signal: AbortSignal): Promise<boolean>;
}

/** Opens the screen; `compact`: plans take one line for each change. A reader that goes away (`| head`) ends nothing: what is written after that is dropped. */
export function openScreen(streams: Streams, format: OutputFormat, env: NodeJS.ProcessEnv, compact = false): Screen {
  const { stdin, stdout, stderr } = streams;
  const outStyle = { ...styleOf(stdout, env), compact };
  const errStyle = { ...styleOf(stderr, env), compact };
  const closed = new AbortController();
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === stdout) closed.abort();
    });
  }
  const write = (text: string): void => {
    if (text !== '' && !closed.signal.aborted) stdout.write(text);
  };
  const note = (text: string): void => void stderr.write(text);
  const interactive = stdin.isTTY && stderr.isTTY;
  const live = stderr.isTTY && env['TERM'] !== 'dumb';
  return {
    format,
    interactive,
    live,
    closed: closed.signal,
    streams: { stdout, stderr },
    show: (result) => write(render(result, format, outStyle)),
    preview(plan) {
      if (format === 'text') write(render({ kind: 'plan', plan }, 'text', outStyle));
      else if (interactive) note(render({ kind: 'plan', plan }, 'text', errStyle));
    },
    progress: (plan) => openProgress(plan, { write: note, style: errStyle, live }),
    error: (error) => note(errorText(error, errStyle)),
    note: (text) => note(`${text}\n`),
    write,
    confirm: (question, signal) => askYesNo(question, { input: stdin, output: stderr, signal }),
  };
}
