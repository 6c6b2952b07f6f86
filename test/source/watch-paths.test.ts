import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirSource } from '../../src/source/dir.ts';

let base: string;
let folder: string;
let single: string;
let heard = 0;
let stop: AbortController;
let ended: Promise<void>;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'watch-'));
  folder = join(base, 'manifests');
  single = join(base, 'single.yaml');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'a.yaml'), 'a');
  writeFileSync(join(folder, 'sub/b.yaml'), 'b');
  writeFileSync(single, 's');
  stop = new AbortController();
  ended = listen();
  await pause(200);
  heard = 0;
});

afterEach(async () => {
  stop.abort();
  await ended;
  rmSync(base, { recursive: true, force: true });
});

async function listen(): Promise<void> {
  const changes = openDirSource([folder, single]).changes(stop.signal)[Symbol.asyncIterator]();
  while ((await changes.next()).done !== true) heard += 1;
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}

/** Waits until something was heard, and forgets it once it is quiet. */
async function hears(change: () => void): Promise<boolean> {
  heard = 0;
  change();
  for (let waitedMs = 0; heard === 0 && waitedMs < 2000; waitedMs += 5) await pause(5);
  const result = heard > 0;
  await pause(150);
  return result;
}

describe('changes', () => {
  it('are none where nothing happens or something else does', async () => {
    writeFileSync(join(base, 'unrelated'), 'x');
    await pause(200);

    expect(heard).toBe(0);
  });

  it('are told of files written, made, renamed over and removed, again and again', async () => {
    const file = join(folder, 'a.yaml');
    const rename = (): void => {
      writeFileSync(join(folder, '.a.tmp'), 'n');
      renameSync(join(folder, '.a.tmp'), file);
    };

    expect(await hears(() => { writeFileSync(file, 'aa'); })).toBe(true);
    expect(await hears(rename)).toBe(true);
    expect(await hears(() => { writeFileSync(file, 'aaaa'); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'sub/b.yaml'), 'bb'); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'n.yaml'), 'n'); })).toBe(true);
    expect(await hears(() => { unlinkSync(join(folder, 'n.yaml')); })).toBe(true);
    expect(await hears(() => { mkdirSync(join(folder, 'x/y'), { recursive: true }); writeFileSync(join(folder, 'x/y/z.yaml'), 'z'); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'x/y/z.yaml'), 'zz'); })).toBe(true);
  });

  it('are told of a file that is given itself, also after it was made anew', async () => {
    expect(await hears(() => { writeFileSync(single, 'ss'); })).toBe(true);
    expect(await hears(() => { unlinkSync(single); })).toBe(true);
    expect(await hears(() => { writeFileSync(single, 's'); })).toBe(true);
    expect(await hears(() => { writeFileSync(single, 'sss'); })).toBe(true);
  });

  it('are told of a folder that is given itself, also after it was made anew', async () => {
    expect(await hears(() => { rmSync(folder, { recursive: true }); })).toBe(true);
    expect(await hears(() => { mkdirSync(folder); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'a.yaml'), 'a'); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'a.yaml'), 'aa'); })).toBe(true);
  });

  it('are told of a folder that is made anew at once, and has the number of the old one', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect(await hears(() => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        writeFileSync(join(folder, 'a.yaml'), 'a');
      })).toBe(true);
      expect(await hears(() => { writeFileSync(join(folder, 'a.yaml'), `a${time}`); })).toBe(true);
      expect(await hears(() => { writeFileSync(join(folder, `n${time}.yaml`), 'n'); })).toBe(true);
    }
  });

  it('are told of a folder that another takes the place of', async () => {
    const other = join(base, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'a.yaml'), 'o');

    expect(await hears(() => { renameSync(folder, join(base, 'old')); renameSync(other, folder); })).toBe(true);
    expect(await hears(() => { writeFileSync(join(folder, 'a.yaml'), 'oo'); })).toBe(true);
  });

  it('that come at once are told in few words', async () => {
    await hears(() => {
      for (let index = 0; index < 200; index += 1) writeFileSync(join(folder, `${index}.yaml`), 'x');
    });

    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThan(100);
  });

  it('are told of a file that is made before the watch is ready', async () => {
    const changes = openDirSource([folder]).changes(stop.signal)[Symbol.asyncIterator]();
    const first = changes.next();
    writeFileSync(join(folder, 'late.yaml'), 'l');

    expect(await Promise.race([first, pause(2_000)])).toEqual({ done: false, value: undefined });
    stop.abort();
    await changes.next();
  });

  it('end with the signal', async () => {
    stop.abort();

    await expect(ended).resolves.toBeUndefined();
  });
});

describe('a folder that came without an event', () => {
  it('is watched from the next full load on', async () => {
    // Else this watch is told what the kernel had for that one.
    stop.abort();
    await ended;
    const own = new AbortController();
    const [link, far] = [join(base, 'link'), join(base, 'far')];
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(base, version));
      writeFileSync(join(base, version, 'a.yaml'), version);
    }
    mkdirSync(far);
    symlinkSync('../v1', join(far, 'current'));
    symlinkSync('far/current', link);
    const source = openDirSource([link]);
    const changes = source.changes(own.signal)[Symbol.asyncIterator]();
    const first = changes.next();
    await source.load();

    // Nobody watches the folder of the second link.
    symlinkSync('../v2', join(far, 'next'));
    renameSync(join(far, 'next'), join(far, 'current'));
    expect((await source.load()).files).toMatchObject([{ text: 'v2' }]);
    writeFileSync(join(base, 'v2/a.yaml'), 'new');

    expect(await Promise.race([first, pause(2_000)])).toEqual({ done: false, value: undefined });
    own.abort();
    await changes.next();
  });
});

describe('a signal that came before', () => {
  it('ends the changes at once', async () => {
    const changes = openDirSource([folder]).changes(AbortSignal.abort());

    expect(await changes[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });
});
