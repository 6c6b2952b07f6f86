import type { Plan } from '../plan/types.ts';
import { escapeLines } from './escape.ts';
import { openProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { errorText, render } from './render.ts';
import type { OutputFormat, Result } from './result.ts';
import { styleOf } from './style.ts';
import type { Style } from './style.ts';

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

/**
 * Opens the screen; `compact`: plans take one line for each change. A stream is touched when it is first needed: node
 * takes a millisecond and more to open each. A reader that goes away (`| head`) ends nothing: what is written after that is dropped.
 */
export function openScreen(streams: Streams, format: OutputFormat, env: NodeJS.ProcessEnv, compact = false): Screen {
  const closed = new AbortController();
  const out = openPaper(() => streams.stdout, { env, compact, onClosed: () => { closed.abort(); } });
  const err = openPaper(() => streams.stderr, { env, compact });
  const write = (text: string): void => {
    if (text !== '' && !closed.signal.aborted) out().stream.write(text);
  };
  const note = (text: string): void => void err().stream.write(text);
  const screen: Screen = {
    format,
    get interactive() { return streams.stdin.isTTY && err().stream.isTTY; },
    get live() { return err().stream.isTTY && env['TERM'] !== 'dumb'; },
    closed: closed.signal,
    get streams() { return { stdout: out().stream, stderr: err().stream }; },
    show: (result) => write(render(result, format, out().style)),
    preview(plan) {
      if (format === 'text') write(render({ kind: 'plan', plan }, 'text', out().style));
      else if (screen.interactive) note(render({ kind: 'plan', plan }, 'text', err().style));
    },
    progress: (plan) => openProgress(plan, { write: note, style: err().style, live: screen.live }),
    error: (error) => note(errorText(error, err().style)),
    note: (text) => note(`${escapeLines(text)}\n`),
    write,
    async confirm(question, signal) {
      const { askYesNo } = await import('./ask.ts');
      return askYesNo(question, { input: streams.stdin, output: err().stream, signal });
    },
  };
  return screen;
}

/** A stream, and how text is laid out on it. */
interface Paper {
  readonly stream: NodeJS.WriteStream;
  readonly style: Style;
}

interface PaperOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly compact: boolean;
  onClosed?(): void;
}

/** Gives the stream, opened at the first call. */
function openPaper(open: () => NodeJS.WriteStream, { env, compact, onClosed }: PaperOptions): () => Paper {
  let paper: Paper | undefined;
  return () => {
    if (paper !== undefined) return paper;
    const stream = open();
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      onClosed?.();
    });
    return (paper = { stream, style: { ...styleOf(stream, env), compact } });
  };
}
