import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectPath } from '../../../src/host/rootfs/path-rootfs.ts';

let base: string;
let root: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'path-rootfs-')));
  root = join(base, 'image');
  mkdirSync(join(root, 'etc'), { recursive: true });
});

afterEach(() => rmSync(base, { recursive: true }));

const messages = (path: string, own: readonly string[] = []): string[] =>
  inspectPath(path, own).problems.map((problem) => problem.message);

describe('inspectPath', () => {
  it('accepts a folder', () => {
    expect(inspectPath(root, [])).toMatchObject({ realPath: root, problems: [] });
  });

  it('gives a folder one id by whatever link it is named', () => {
    symlinkSync('image', join(base, 'current'));

    expect(inspectPath(join(base, 'current'), []).id).toBe(inspectPath(root, []).id);
  });

  it('gives a folder that took the place of another its own id', () => {
    const before = inspectPath(root, []).id;
    renameSync(root, join(base, 'old'));
    mkdirSync(join(root, 'etc'), { recursive: true });

    expect(inspectPath(root, []).id).not.toBe(before);
  });

  it('keeps the id when the content changes, which is the business of whoever owns the folder', () => {
    const before = inspectPath(root, []).id;
    writeFileSync(join(root, 'etc/motd'), 'new');

    expect(inspectPath(root, []).id).toBe(before);
  });

  it.each([
    ['none', 'does not exist'],
    ['file', 'is not a folder'],
    ['file/x', 'goes through something that is no folder'],
    ['circle', 'links lead in a circle'],
  ])('refuses %s', (name, reason) => {
    writeFileSync(join(base, 'file'), '');
    symlinkSync('circle', join(base, 'circle'));

    expect(messages(join(base, name))).toEqual([`${join(base, name)}: ${reason}`]);
  });

  it("refuses the host's own root, also behind a link", () => {
    symlinkSync('/', join(base, 'slash'));

    expect(messages(join(base, 'slash'))).toEqual([`${join(base, 'slash')}: is the host's own root`]);
  });

  it('refuses what lies in a folder of ours, and what holds one', () => {
    expect(messages(root, [base])).toEqual([`${root}: lies in ${base}, which belongs to reconcile itself`]);
    expect(messages(base, [join(base, 'data')])).toEqual([
      `${base}: holds ${join(base, 'data')}, which belongs to reconcile itself`,
    ]);
    expect(messages(root, [`${root}-other`])).toEqual([]);
  });

  it.each(['dev', 'proc', 'sys', 'etc'])('refuses %s as a link', (name) => {
    rmSync(join(root, name), { recursive: true, force: true });
    symlinkSync('../../outside', join(root, name));

    expect(messages(root)).toEqual([`${join(root, name)}: is a link, where runtimes need a real folder`]);
  });
});
