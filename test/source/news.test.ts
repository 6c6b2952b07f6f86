import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirSource } from '../../src/source/dir.ts';
import { openNews } from '../../src/source/news.ts';
import type { Source } from '../../src/source/source.ts';
import { countCalls } from '../support/count-calls.ts';

let dir: string;
let stop: AbortController;
let source: Source;
let heard: () => Promise<unknown>;

beforeEach(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'reconcile-news-')));
  for (let index = 0; index < 30; index += 1) writeFileSync(join(dir, `${index}.yaml`), 'text: old\n');
  stop = new AbortController();
  source = openDirSource([dir]);
  const changes = source.changes(stop.signal)[Symbol.asyncIterator]();
  let next = changes.next();
  heard = async () => {
    await next;
    next = changes.next();
  };
  await source.load();
});
afterEach(() => {
  stop.abort();
  rmSync(dir, { recursive: true, force: true });
});

const textsOf = async (told: boolean): Promise<Set<string>> => new Set((await source.load({ told })).files.map(({ text }) => text));

describe('a load of what was told', () => {
  it('opens the file that was written to, and looks at no other', async () => {
    writeFileSync(join(dir, '7.yaml'), 'text: new\n');
    await heard();

    const calls = await countCalls(() => source.load({ told: true }), (path) => typeof path === 'string' && path.startsWith(dir));

    expect(calls).toEqual({ openSync: 1 });
    expect((await source.load()).files[7]).toEqual((await openDirSource([dir]).load()).files[7]);
  });

  it.each(['.new', '3.yaml.tmp', 'sedKx81Qa', '3.yaml.4711'])('opens the file that another, %s, was put in the place of, and looks at no other', async (name) => {
    writeFileSync(join(dir, name), 'text: new\n');
    renameSync(join(dir, name), join(dir, '3.yaml'));
    await heard();

    const calls = await countCalls(() => source.load({ told: true }), (path) => typeof path === 'string' && path.startsWith(dir));

    expect(calls).toEqual({ openSync: 1 });
    expect(await textsOf(true)).toContain('text: new\n');
  });

  it('is not asked for where an editor keeps notes beside a file', async () => {
    let asked = false;
    void heard().then(() => { asked = true; });

    for (const name of ['.3.yaml.swp', '#3.yaml#', '3.yaml~', '3.yaml.bak', '4913']) writeFileSync(join(dir, name), 'text: new\n');
    rmSync(join(dir, '4913'));
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(asked).toBe(false);
  });

  it.each<[string, () => void]>([
    ['made', () => { writeFileSync(join(dir, 'new.yaml'), 'text: new\n'); }],
    ['made in a new folder', () => { mkdirSync(join(dir, 'sub')); writeFileSync(join(dir, 'sub/new.yaml'), 'text: new\n'); }],
    ['linked to, through what is passed over', () => {
      mkdirSync(join(dir, '..data'));
      writeFileSync(join(dir, '..data/3.yaml'), 'text: new\n');
      rmSync(join(dir, '3.yaml'));
      symlinkSync('..data/3.yaml', join(dir, '3.yaml'));
    }],
  ])('looks at everything where a file was %s', async (_title, change) => {
    change();
    await heard();

    expect(await textsOf(true)).toContain('text: new\n');
  });

  it.each<[string, (path: string) => void]>([
    ['a folder', (path) => { mkdirSync(path); }],
    ['a link to a folder', (path) => { mkdirSync(join(dir, '.kept')); symlinkSync('.kept', path); }],
  ])('looks at everything where %s came, and where it went with what is in it', async (_title, make) => {
    const path = join(dir, 'more');
    make(path);
    writeFileSync(join(path, 'new.yaml'), 'text: new\n');
    await heard();
    expect(await textsOf(true)).toContain('text: new\n');

    renameSync(path, `${dir}-away`);
    await heard();
    rmSync(`${dir}-away`, { recursive: true });

    expect(await textsOf(true)).not.toContain('text: new\n');
  });

  it('is a full one where nobody follows the changes', async () => {
    const alone = openDirSource([dir]);
    await alone.load();
    writeFileSync(join(dir, '7.yaml'), 'text: new\n');

    expect((await alone.load({ told: true })).files.map(({ text }) => text)).toContain('text: new\n');
  });
});

describe('news', () => {
  it('are everything before anybody asked, after something that may be anything, and where nobody listens', () => {
    let followed = true;
    const news = openNews(() => followed);
    expect(news.take()).toBeUndefined();

    news.told('/a');
    expect(news.take()).toEqual(new Set(['/a']));
    news.told('/a');
    news.told(undefined);
    expect(news.take()).toBeUndefined();
    expect(news.take()).toEqual(new Set());
    followed = false;
    news.take();

    expect(news.take()).toBeUndefined();
  });
});
