import { createInterface } from 'node:readline';

/** Asks a question that `y` or `yes` answers with true. Anything else, the end of input and an abort are a no. */
export function askYesNo(
  question: string,
  { input, output, signal }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal: AbortSignal },
): Promise<boolean> {
  return new Promise((resolve) => {
    // terminal: false leaves Ctrl-C to the signal handlers.
    const lines = createInterface({ input, terminal: false });
    const answer = (yes: boolean): void => {
      signal.removeEventListener('abort', refuse);
      resolve(yes);
      lines.close();
    };
    const refuse = (): void => {
      output.write('\n');
      answer(false);
    };
    if (signal.aborted) return refuse();
    signal.addEventListener('abort', refuse);
    lines.once('line', (line) => answer(/^y(es)?$/i.test(line.trim())));
    lines.once('close', () => answer(false));
    output.write(`${question} [y/N] `);
  });
}
