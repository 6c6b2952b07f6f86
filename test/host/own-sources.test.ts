import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSources } from '../../src/host/own-sources.ts';
import { pathsOf } from '../../src/host/paths.ts';
import type { Paths } from '../../src/host/paths.ts';

let folder: string;
let paths: Paths;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'own-')));
  paths = pathsOf({ root: join(folder, 'run'), data: join(folder, 'data') });
  for (const name of ['run', 'data/logs', 'data-of-others']) mkdirSync(join(folder, name), { recursive: true });
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const ownOf = (sources: readonly string[], manifests: readonly string[] = [], here = paths): readonly string[] => readSources(new Set(sources), here, manifests).ownSources;

describe('sources of mounts that are ours', () => {
  it('are those that lie in --root or --data, these, and those that hold them', () => {
    const own = ['run', 'data', 'data/logs', ''].map((name) => join(folder, name));
    const others = ['data-of-others', 'gone'].map((name) => join(folder, name));

    expect(ownOf([...own, ...others, '/'])).toEqual([...own, '/']);
  });

  it('are the folders of manifests too', () => {
    expect(ownOf([join(folder, 'data-of-others')], [join(folder, 'data-of-others')])).toEqual([join(folder, 'data-of-others')]);
  });

  it('are told with where links lead', () => {
    symlinkSync('data-of-others', join(folder, 'link'));

    expect(readSources(new Set([join(folder, 'link'), join(folder, 'data')]), paths).sourceTargets).toEqual({ [join(folder, 'link')]: join(folder, 'data-of-others') });
  });

  it('are found behind a link', () => {
    const link = join(folder, 'link');
    symlinkSync('data/logs', link);

    expect(ownOf([link])).toEqual([link]);
  });

  it('are found where our own folder is named by a link', () => {
    symlinkSync('data', join(folder, 'here'));
    const linked = pathsOf({ root: join(folder, 'run'), data: join(folder, 'here') });

    expect(ownOf([join(folder, 'data', 'logs')], [], linked)).toEqual([join(folder, 'data', 'logs')]);
  });

  it('are none before there is a folder of ours', () => {
    const none = pathsOf({ root: join(folder, 'no', 'run'), data: join(folder, 'no', 'data') });

    expect(ownOf([join(folder, 'data')], [], none)).toEqual([]);
  });
});
