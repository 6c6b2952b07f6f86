import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import type { Paths } from '../../../src/host/paths.ts';
import { measureLayer } from '../../../src/host/rootfs/layer-usage.ts';
import { name } from '../../support/containers.ts';

const web = name('web');

let folder: string;
let paths: Paths;
let upper: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layer-'));
  paths = pathsOf({ root: join(folder, 'run'), data: join(folder, 'data') });
  upper = join(paths.layer(web), 'upper');
  mkdirSync(upper, { recursive: true });
});
afterEach(() => { rmSync(folder, { recursive: true }); });

function write(path: string, text: string): void {
  mkdirSync(dirname(join(upper, path)), { recursive: true });
  writeFileSync(join(upper, path), text);
}

describe('what a container wrote', () => {
  it('is counted in files and bytes, whatever folder they are in', () => {
    write('one', 'abc');
    write('deep/er/two', 'defgh');

    expect(measureLayer(web, paths, 100)).toEqual({ files: 2, bytes: 8, complete: true });
  });

  it('is nothing where only folders were made', () => {
    mkdirSync(join(upper, 'proc'));

    expect(measureLayer(web, paths, 100)).toEqual({ files: 0, bytes: 0, complete: true });
  });

  it('is unknown where there is no layer', () => {
    expect(measureLayer(name('other'), paths, 100)).toBeUndefined();
  });

  it('does not lead out by a link', () => {
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'big'), 'x'.repeat(1000));
    symlinkSync(join(folder, 'elsewhere'), join(upper, 'link'));

    expect(measureLayer(web, paths, 100)).toEqual({ files: 1, bytes: 0, complete: true });
  });

  it('is not counted where a link stands in the place of the layer', () => {
    rmSync(upper, { recursive: true });
    symlinkSync(folder, upper);

    expect(measureLayer(web, paths, 100)).toBeUndefined();
  });

  it('is counted no further than asked', () => {
    for (let index = 0; index < 10; index += 1) write(`file-${index}`, 'x');

    expect(measureLayer(web, paths, 5)).toEqual({ files: 4, bytes: 4, complete: false });
    expect(measureLayer(web, paths, 11)).toEqual({ files: 10, bytes: 10, complete: true });
  });

  it('is counted no deeper than files can be held open', () => {
    write(`${'d/'.repeat(80)}file`, 'x');

    expect(measureLayer(web, paths, 1000)).toEqual({ files: 0, bytes: 0, complete: false });
  });

  it('counts files whose names are no text', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${upper}/`), Buffer.from([0xff, 0xfe])]), 'xy');

    expect(measureLayer(web, paths, 100)).toEqual({ files: 1, bytes: 2, complete: true });
  });
});
