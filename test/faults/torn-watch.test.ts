import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import { openDirSource } from '../../src/source/dir.ts';
import type { Source } from '../../src/source/source.ts';
import { watch } from '../../src/watch/watch.ts';
import { manifestKinds } from '../manifest/manifest-kinds.ts';
import { openChance } from '../sim/chance.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { openRunningHost, startInit } from '../support/running-host.ts';
import type { Init } from '../support/running-host.ts';

const describeOnHost = requires({ root: true, programs: ['unshare'] });

/** Without TRIALS one of thirty places, by a seed; with ten each one. */
const share = Number(process.env['TRIALS'] ?? 1) >= 10 ? 1 : 1 / 30;
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

/** Long enough for a machine that is busy; nothing ever takes it. */
const boundMs = within(600_000);

/** One manifest beside another in a folder of its own, watched for real, by a watch whose host is in memory. */
interface Desk {
  readonly host: FakeHost;
  /** Puts it there in place of what was, and waits until the watch has read it. */
  write(text: Buffer): Promise<void>;
  close(): Promise<void>;
}

describeOnHost('a watch over a manifest that is cut off', () => {
  let base: string;
  let init: Init;
  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'reconcile-torn-'));
    init = await startInit();
  });
  afterEach(() => {
    init.end();
    rmSync(base, { recursive: true });
  });

  const openDesk = async (number: number, whole: Buffer, settleMs: number): Promise<Desk> => {
    const root = join(base, String(number));
    const [folder, file] = [join(root, 'manifests'), join(root, 'manifests/x.yaml')];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'other.yaml'), sleeper('other'));
    writeFileSync(file, whole);
    const host = openRunningHost(root, init);
    const stop = new AbortController();
    const files = openDirSource([folder]);
    const reads = openReads(files, file);
    const ready = Promise.withResolvers<void>();
    const watching = watch(host, reads.source, { signal: stop.signal, settleMs, onEvent: ({ type }) => { if (type === 'ready') ready.resolve(); } });
    await ready.promise;
    return {
      host,
      async write(text) {
        const read = reads.next(text.toString('utf8'));
        writeFileSync(file, text);
        await read;
        // The pass that read it goes on, on a host that never makes it wait.
        await new Promise(setImmediate);
      },
      async close() {
        stop.abort();
        await watching;
      },
    };
  };

  /** Cuts all fifty, side by side: a watch rests a moment after each thing that it was told. */
  const cutAll = async (settleMs: number, isCut: (text: Buffer) => boolean, judge: (desk: Desk, before: Snapshot) => string[]): Promise<{ wrong: string[]; trials: number }> => {
    let trials = 0;
    const wrong = await Promise.all(manifestKinds.map(async (text, number) => {
      const whole = Buffer.from(text);
      const chance = openChance(seed + number);
      const desk = await openDesk(number, whole, settleMs);
      const before = lookAt(desk);
      const found: string[] = [];
      for (let length = 0; length < whole.length && found.length === 0; length += 1) {
        const cut = whole.subarray(0, length);
        if (!chance.happens(share) || !isCut(cut)) continue;
        trials += 1;
        await desk.write(cut);
        found.push(...judge(desk, before).map((words) => `SEED=${seed} kind ${number} cut at ${length}: ${words}`));
      }
      await desk.write(whole);
      await desk.close();
      if (found.length === 0) found.push(...[...unlike(before, lookAt(desk)), ...endedOrMade(desk, before)].map((words) => `SEED=${seed} kind ${number}, whole again: ${words}`));
      return found;
    }));
    return { wrong: wrong.flat(), trials };
  };

  it('ends and makes nothing while it is being written, at any byte, and is as before once it is whole', { timeout: boundMs }, async ({ task }) => {
    const { wrong, trials } = await cutAll(3_600_000, () => true, (desk, before) => endedOrMade(desk, before));

    task.meta.faultTrials = { fault: 'a manifest is cut off under a watch', how: 'each of fifty manifests at places by a seed, on a disk, while it is written or to stay', trials };
    expect(wrong).toEqual([]);
  });

  it('holds its last good state where what is left is broken, however long that stays', { timeout: boundMs }, async ({ task }) => {
    const isBroken = (text: Buffer): boolean => resolveFile('x.yaml', text.toString('utf8')).diagnostics.length > 0;
    const { wrong, trials } = await cutAll(1, isBroken, (desk, before) => unlike(before, lookAt(desk)));

    task.meta.faultTrials = { fault: 'a manifest is cut off under a watch', how: 'each of fifty manifests at places by a seed, on a disk, while it is written or to stay', trials };
    expect(wrong).toEqual([]);
  });
});

interface Snapshot {
  readonly calls: number;
  readonly limits: string;
  readonly records: string;
}

function lookAt({ host: { calls, kernel, memory } }: Desk): Snapshot {
  const records = [...memory].map(([name, { record }]) => [name, record]);
  return { calls: calls.length, limits: JSON.stringify([...kernel].sort()), records: JSON.stringify(records.sort()) };
}

/** Everything that was done since to a container, but for limits that were written and noted. */
function endedOrMade({ host: { calls } }: Desk, before: Snapshot): string[] {
  return calls.slice(before.calls).filter((call) => !/^(?:write|record) (?!other$)/.test(call));
}

function unlike(before: Snapshot, after: Snapshot): string[] {
  return (['limits', 'records'] as const).filter((part) => before[part] !== after[part]).map((part) => `${part} were ${before[part]} and are ${after[part]}`);
}

/** Tells when a source read a certain text from a file. */
function openReads(inner: Source, file: string): { readonly source: Source; next(text: string): Promise<void> } {
  let awaited: { readonly text: string; resolve(): void } | undefined;
  return {
    source: {
      changes: (signal) => inner.changes(signal),
      async load(options) {
        const loaded = await inner.load(options);
        const text = loaded.files.find((one) => one.file === file)?.text;
        // What is no UTF-8 has no text.
        if (awaited !== undefined && (text === awaited.text || (text === undefined && awaited.text.includes('\ufffd')))) awaited.resolve();
        return loaded;
      },
    },
    next(text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      awaited = { text, resolve };
      return promise;
    },
  };
}
