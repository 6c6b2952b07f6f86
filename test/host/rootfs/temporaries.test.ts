import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTemporaries } from '../../../src/host/rootfs/temporaries.ts';

let dir: string;
let folders: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-temporaries-'));
  folders = ['jails', 'layers'].map((name) => join(dir, name));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function fill(path: string): void {
  mkdirSync(join(path, 'usr'), { recursive: true });
  writeFileSync(join(path, 'usr/file'), 'content');
}

describe('temporaries', () => {
  it('of an earlier process go with the first sweep, and nothing else, nor a folder that is not there', async () => {
    const [jails = ''] = folders;
    fill(join(jails, '.tmp-old'));
    fill(join(jails, 'jail'));

    await openTemporaries(folders).sweep();

    expect(readdirSync(jails)).toEqual(['jail']);
  });

  it('of what failed go with the next sweep, though others are at work', async () => {
    const [jails = '', layers = ''] = folders;
    for (const folder of folders) mkdirSync(folder);
    const temporaries = openTemporaries(folders);
    await temporaries.sweep();
    const end = Promise.withResolvers<undefined>();
    const busy = temporaries.use(layers, async (path) => {
      fill(path);
      await end.promise;
      renameSync(path, join(layers, 'made'));
    });

    await expect(temporaries.use(jails, (path) => { fill(path); throw new Error('no room'); })).rejects.toThrow('no room');
    await Promise.all([temporaries.sweep(), temporaries.sweep()]);

    expect(readdirSync(jails)).toEqual([]);
    end.resolve(undefined);
    await busy;
    expect(existsSync(join(layers, 'made/usr/file'))).toBe(true);
  });

  it('have names of their own', async () => {
    const temporaries = openTemporaries(folders);
    const names = await Promise.all(Array.from({ length: 50 }, () => temporaries.use('/x', (path) => path)));

    expect(new Set(names).size).toBe(50);
  });
});
