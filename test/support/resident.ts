import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { CommandResult } from './program.ts';

/*
 * Carries out command lines one after another in this process: `node resident.ts PIPES` reads each from the named pipe
 * PIPES.request and answers on PIPES.reply. Only the entry file is evaluated anew; what it imports is loaded once.
 */

const [pipes = '', entry = ''] = process.argv.slice(2);
const [request, reply] = [`${pipes}.request`, `${pipes}.reply`];
rmSync(request, { force: true });
rmSync(reply, { force: true });
execFileSync('mkfifo', ['-m', '600', request, reply]);

for (let count = 0; ; count += 1) {
  // Opening a named pipe waits for whoever opens the other end.
  const { args, cwd } = JSON.parse(readFileSync(request, 'utf8')) as { readonly args: readonly string[]; readonly cwd: string };
  writeFileSync(reply, JSON.stringify(await runHere(args, cwd, count)));
}

async function runHere(args: readonly string[], cwd: string, count: number): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' };
  const streams = [captureInto(written, 'stdout'), captureInto(written, 'stderr')];
  process.chdir(cwd);
  process.argv.splice(1, Infinity, entry, ...args);
  process.exitCode = 0;
  try {
    await import(`${entry}?run=${count}`);
  } finally {
    for (const stream of streams) stream.restore();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  }
  return { status: Number(process.exitCode), ...written };
}

function captureInto(written: { stdout: string; stderr: string }, name: 'stdout' | 'stderr'): { restore(): void } {
  const stream = process[name];
  const original = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    written[name] += Buffer.from(chunk as Uint8Array).toString();
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
    if (done !== undefined) queueMicrotask(done);
    return true;
  };
  return {
    restore() {
      stream.write = original;
      stream.removeAllListeners('error');
    },
  };
}
