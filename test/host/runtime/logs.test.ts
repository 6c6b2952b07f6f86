import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printLog } from '../../../src/host/runtime/logs.ts';
import type { LogOptions } from '../../../src/host/runtime/logs.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-logs-'));
  path = join(dir, 'web.log');
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const line = (text: string, stream = 'stdout') => `2026-11-22T18:51:42.117496959+00:00 ${stream} F ${text}\n`;

/** Starts to print; `text` grows as it does. */
function print(options: Partial<LogOptions> = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const text = { stdout: '', stderr: '' };
  streams.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  streams.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  return { text, done: printLog({ path, ...streams, ...options }) };
}

describe('printLog', () => {
  it('prints each stream to its own writer', async () => {
    writeFileSync(path, line('a') + line('b', 'stderr') + line('c'));

    const { text, done } = print();

    expect(await done).toBe(true);
    expect(text).toEqual({ stdout: 'a\nc\n', stderr: 'b\n' });
  });

  it('says that there is no log', async () => {
    expect(await print().done).toBe(false);
  });

  it('prints a log of many chunks whole', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    writeFileSync(path, lines.map((text) => line(text)).join(''));

    const { text, done } = print();
    await done;

    expect(text.stdout).toBe(`${lines.join('\n')}\n`);
  });

  it.each([0, 1, 3, 5000, 30_000])('prints the last %i lines of a large log', async (tail) => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    writeFileSync(path, lines.map((text) => line(text)).join(''));

    const { text, done } = print({ tail });
    await done;

    expect(text.stdout).toBe(tail === 0 ? '' : `${lines.slice(-tail).join('\n')}\n`);
  });
});

describe('a container that prints as fast as its log is read', () => {
  it('is not run after by who does not follow', async () => {
    writeFileSync(path, line('a').repeat(5_000));
    let printed = 0;
    const floods = new Writable({
      write(chunk: Buffer, _encoding, done) {
        printed += chunk.length;
        appendFileSync(path, line('a'));
        done(printed > 2 * 5_000 * 2 ? new Error('there is no end') : undefined);
      },
    });

    await printLog({ path, stdout: floods, stderr: floods });

    expect(printed).toBe(5_000 * 2);
  });
});

describe('following', () => {
  function follow(options: Partial<LogOptions> = {}) {
    const controller = new AbortController();
    const printed = print({ follow: true, signal: controller.signal, ...options });
    const stop = async () => {
      controller.abort();
      return printed.done;
    };
    return { ...printed, stop };
  }

  it('prints what comes, a line only when it is whole, until it is told to stop', async () => {
    writeFileSync(path, line('a'));
    const { text, stop } = follow();
    await expect.poll(() => text.stdout).toBe('a\n');

    const whole = line('b');
    appendFileSync(path, whole.slice(0, -3));
    await delay(50);
    const beforeEnd = text.stdout;
    appendFileSync(path, whole.slice(-3));
    await expect.poll(() => text.stdout).toBe('a\nb\n');

    expect(beforeEnd).toBe('a\n');
    expect(await stop()).toBe(true);
  });

  it('goes on in the file that takes the log’s place, and misses nothing of the old one', async () => {
    writeFileSync(path, line('a'));
    const { text, stop } = follow();
    await expect.poll(() => text.stdout).toBe('a\n');

    appendFileSync(path, line('b'));
    writeFileSync(join(dir, 'new'), line('c'));
    renameSync(join(dir, 'new'), path);

    await expect.poll(() => text.stdout).toBe('a\nb\nc\n');
    await stop();
  });

  it('starts over where the log was cut', async () => {
    writeFileSync(path, line('a') + line('b'));
    const { text, stop } = follow({ tail: 1 });
    await expect.poll(() => text.stdout).toBe('b\n');

    truncateSync(path, 0);
    await delay(20);
    appendFileSync(path, line('c'));

    await expect.poll(() => text.stdout).toBe('b\nc\n');
    await stop();
  });

  it('ends with the log', async () => {
    writeFileSync(path, line('a'));
    const { text, done } = follow();
    await expect.poll(() => text.stdout).toBe('a\n');

    rmSync(path);

    expect(await done).toBe(true);
  });
});
