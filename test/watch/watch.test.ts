import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadedSource } from '../../src/source/source.ts';
import type { WatchEvent } from '../../src/watch/watch.ts';
import { watch } from '../../src/watch/watch.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHost, FakeHostOptions } from '../support/fake-host.ts';
import { sleeper } from '../support/manifest.ts';

let root: string;
let stop: AbortController;
let watching: Promise<boolean>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reconcile-watch-'));
  stop = new AbortController();
});
afterEach(async () => {
  vi.useRealTimers();
  stop.abort();
  await watching;
  rmSync(root, { recursive: true, force: true });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From now on no timer ends unless the test says so. */
const holdTimers = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

/** From the beginning of a watch on no time passes for it unless the test says so. A poll would let it pass. */
const holdTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });

/** Nothing of these containers runs, and nothing is to: they count as converged once they were started. */
const manifest = (container: string, lines: readonly string[] = []): string => sleeper(container, ['  restart: {policy: never}', ...lines]);

interface Watched {
  readonly host: FakeHost;
  readonly events: WatchEvent[];
  /** Saves the manifests and tells the watch. */
  save(files: Readonly<Record<string, string>>): void;
}

interface Options extends FakeHostOptions {
  readonly settleMs?: number;
  readonly allowPrune?: boolean;
}

function begin(files: Readonly<Record<string, string>>, { settleMs = 1, allowPrune = true, ...options }: Options = {}, load?: () => Promise<LoadedSource>): Watched {
  const host = openFakeHost({ root, ...options });
  const events: WatchEvent[] = [];
  let present = files;
  let revision = 1;
  let tell = (): void => undefined;
  const loadPresent = async (): Promise<LoadedSource> => ({
    revision: `r${revision}`,
    files: Object.entries(present).map(([file, text]) => ({ file, text })),
    diagnostics: [],
  });
  async function* changes(signal: AbortSignal): AsyncGenerator<undefined> {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        tell = resolve;
        signal.addEventListener('abort', () => { resolve(); }, { once: true });
      });
      yield undefined;
    }
  }
  const source = { load: load ?? loadPresent, changes };
  watching = watch(host, source, { signal: stop.signal, allowPrune, settleMs, onEvent: (event) => events.push(event) });
  return {
    host,
    events,
    save(next) {
      present = next;
      revision += 1;
      tell();
    },
  };
}

const typesOf = (events: readonly WatchEvent[]): string[] => events.map(({ type }) => type);
const hang = (): Promise<void> => new Promise(() => undefined);

describe('a watch', () => {
  it('is ready when everything that was to be done is done', async () => {
    const { host, events } = begin({ 'a.yaml': manifest('a') }, { create: () => pause(200) });

    await expect.poll(() => typesOf(events)).toContain('ready');

    expect(host.calls).toContain('start a');
    expect(typesOf(events).indexOf('ready')).toBeGreaterThan(typesOf(events).lastIndexOf('finished'));
  });

  it('looks after the other containers while one hangs', async () => {
    const { host, save } = begin({ 'a.yaml': manifest('a'), 'bad.yaml': manifest('bad') }, { create: (container) => (container === 'bad' ? hang() : pause(1)) });
    await expect.poll(() => host.calls).toContain('start a');

    save({ 'a.yaml': manifest('a', ['  resources: {pids: {max: 77}}']), 'bad.yaml': manifest('bad'), 'c.yaml': manifest('c') });

    await expect.poll(() => host.kernel.get('a')?.['pids.max']).toBe('77');
    await expect.poll(() => host.calls).toContain('start c');
    expect(host.calls.filter((call) => call === 'create bad')).toHaveLength(1);
  });

  it('takes up what was asked of a container while it was in hand', async () => {
    let release = (): void => undefined;
    const { host, save } = begin({ 'a.yaml': manifest('a') }, { start: () => new Promise((resolve) => { release = resolve; }) });
    await expect.poll(() => host.calls).toContain('start a');

    save({ 'a.yaml': manifest('a', ['  resources: {pids: {max: 77}}']) });
    await pause(150);
    expect(host.kernel.get('a')?.['pids.max']).not.toBe('77');
    release();

    await expect.poll(() => host.kernel.get('a')?.['pids.max']).toBe('77');
  });

  it('removes a jail only when nothing else is in hand', async () => {
    let release = (): void => undefined;
    const start = (container: string): Promise<void> => new Promise((resolve) => { if (container === 'a') release = resolve; else resolve(); });
    const { host, save } = begin({ 'a.yaml': manifest('a') }, { start });
    await expect.poll(() => host.calls).toContain('start a');
    Object.assign(host.rootfs, { listJails: () => (host.calls.includes('remove-jail old') ? [] : ['old']) });

    save({ 'a.yaml': manifest('a'), 'b.yaml': manifest('b') });
    await expect.poll(() => host.calls).toContain('start b');
    await pause(150);
    expect(host.calls).not.toContain('remove-jail old');
    release();

    await expect.poll(() => host.calls).toContain('remove-jail old');
  });

  describe('over a container that fails', () => {
    let fails: boolean;
    const create = async (): Promise<void> => { if (fails) throw new Error('no'); };
    beforeEach(() => {
      fails = true;
      holdTime();
    });

    it('tries it again a second later', async () => {
      const { host } = begin({ 'a.yaml': manifest('a') }, { create });
      await vi.advanceTimersByTimeAsync(900);
      expect(host.calls.filter((call) => call === 'create a')).toHaveLength(1);

      fails = false;
      await vi.advanceTimersByTimeAsync(200);

      expect(host.calls).toContain('start a');
    });

    it('tries it at once when its manifest changed', async () => {
      const { host, events, save } = begin({ 'a.yaml': manifest('a') }, { create });
      await vi.advanceTimersByTimeAsync(100);
      expect(typesOf(events)).toContain('failed');

      fails = false;
      save({ 'a.yaml': manifest('a', ['  hostname: other']) });
      await vi.advanceTimersByTimeAsync(100);

      expect(host.calls).toContain('start a');
    });
  });

  it('comes to rest where the manifest of a container that fails goes away', async () => {
    let passes = 0;
    const { host, events, save } = begin({ 'a.yaml': manifest('a'), 'b.yaml': manifest('b') }, { create: async (container) => { if (container === 'b') throw new Error('no'); } });
    const list = host.cgroups.list;
    Object.assign(host.cgroups, { list: () => { passes += 1; return list(); } });
    await expect.poll(() => typesOf(events)).toContain('failed');
    host.memory.delete('b');

    save({ 'a.yaml': manifest('a') });
    await pause(1_300);
    const before = passes;
    await pause(500);

    expect(passes - before).toBeLessThanOrEqual(1);
  });

  it('looks at everything again for a deletion that waits, and not for a limit that was saved', async () => {
    const { host, events, save } = begin({ 'a.yaml': manifest('a'), 'b.yaml': manifest('b') });
    await expect.poll(() => typesOf(events)).toContain('ready');
    let looks = 0;
    const list = host.cgroups.list;
    Object.assign(host.cgroups, { list: () => { looks += 1; return list(); } });

    save({ 'a.yaml': manifest('a', ['  resources: {pids: {max: 77}}']), 'b.yaml': manifest('b') });
    await expect.poll(() => host.kernel.get('a')?.['pids.max']).toBe('77');
    await pause(100);
    expect(looks).toBe(0);
    save({ 'a.yaml': manifest('a', ['  resources: {pids: {max: 77}}']) });

    await expect.poll(() => host.calls).toContain('remove-bundle b');
    expect(looks).toBeGreaterThan(0);
  });

  it('deletes and restarts what is asked although one file is saved all the time', async () => {
    let files: Readonly<Record<string, string>> = Object.fromEntries(['a', 'b', 'c'].map((one) => [`${one}.yaml`, manifest(one)]));
    const { host, events, save } = begin(files, { settleMs: 50 });
    await expect.poll(() => typesOf(events)).toContain('ready');
    let saves = 0;
    const noise = setInterval(() => { save({ ...files, 'noise.yaml': manifest('noise', [`  resources: {pids: {max: ${(saves += 1)}}}`]) }); }, 5);

    try {
      await expect.poll(() => host.calls).toContain('start noise');
      const told = host.calls.length;
      files = { 'a.yaml': manifest('a'), 'b.yaml': manifest('b', ['  hostname: other']) };

      await expect.poll(() => host.calls).toEqual(expect.arrayContaining(['remove-bundle c']));
      await expect.poll(() => host.calls.slice(told)).toContain('start b');
      expect(host.calls.slice(told).filter((call) => / a$/.test(call))).toEqual([]);
    } finally {
      clearInterval(noise);
    }
  });

  it('deletes what was asked for once a manifest that was broken meanwhile is whole again', async () => {
    const broken = { 'a.yaml': 'kind: Contai' };
    const { host, events, save } = begin({ 'a.yaml': manifest('a'), 'b.yaml': manifest('b') }, { settleMs: 50, allowPrune: false });
    await expect.poll(() => typesOf(events)).toContain('ready');

    save({ 'a.yaml': manifest('a') });
    await pause(20);
    save(broken);
    await pause(200);
    save({ 'a.yaml': manifest('a') });

    await expect.poll(() => host.calls).toContain('remove-bundle b');
    expect(host.calls).not.toContain('remove-bundle a');
  });

  it('tries again a second after a pass that failed as a whole', async () => {
    holdTime();
    let loads = 0;
    const { events } = begin({}, {}, async () => {
      loads += 1;
      if (loads === 1) throw new Error('the disk is slow today');
      return { revision: 'r1', files: [{ file: 'a.yaml', text: manifest('a') }], diagnostics: [] };
    });

    await vi.advanceTimersByTimeAsync(900);
    expect(typesOf(events)).toEqual(['pass-failed']);
    await vi.advanceTimersByTimeAsync(200);

    expect(typesOf(events)).toContain('ready');
  });

  it('ends at once when it is told to and nothing is in hand', async () => {
    const { events } = begin({ 'a.yaml': manifest('a') });
    await expect.poll(() => typesOf(events)).toContain('ready');
    holdTimers();

    stop.abort();

    await expect(watching).resolves.toBe(true);
  });

  it.each<[string, Partial<FakeHostOptions>, (() => Promise<LoadedSource>) | undefined]>([
    ['a step', { create: hang }, undefined],
    ['the source', {}, () => new Promise(() => undefined)],
  ])('ends 600 ms later although %s hangs, and says that something is left behind', async (_title, options, load) => {
    begin({ 'a.yaml': manifest('a') }, options, load);
    await pause(50);
    holdTimers();

    stop.abort();
    await vi.advanceTimersByTimeAsync(600);

    await expect(watching).resolves.toBe(false);
  });

  it('takes up a container whose process ended, once its exit file appears', async () => {
    const { host, events } = begin({ 'a.yaml': sleeper('a', ['  restart: {policy: never}']) });
    await expect.poll(() => typesOf(events)).toContain('ready');
    host.kernel.set('a', { ...host.kernel.get('a'), 'pids.max': '5' });
    const cpuUsage = vi.spyOn(process, 'cpuUsage');

    writeFileSync(join(root, 'run', 'exits', 'a'), '0');

    await expect.poll(() => host.kernel.get('a')?.['pids.max']).not.toBe('5');
    // What a look at everything costs is measured; one at a single container is over sooner than that.
    expect(cpuUsage).not.toHaveBeenCalled();
    cpuUsage.mockRestore();
  });

  it('goes on noticing exits after somebody replaced their folder', async () => {
    const { host, events } = begin({ 'a.yaml': manifest('a') });
    await expect.poll(() => typesOf(events)).toContain('ready');
    rmSync(join(root, 'run', 'exits'), { recursive: true });
    await expect.poll(() => existsSync(join(root, 'run', 'exits'))).toBe(true);
    host.kernel.set('a', { ...host.kernel.get('a'), 'pids.max': '5' });

    writeFileSync(join(root, 'run', 'exits', 'a'), '0');

    await expect.poll(() => host.kernel.get('a')?.['pids.max']).not.toBe('5');
  });
});
