import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ElfFacts } from '../../../src/host/rootfs/elf.ts';
import { parseElf } from '../../../src/host/rootfs/elf.ts';
import { openHostView } from '../../../src/host/rootfs/host-view.ts';
import { findLibraries } from '../../../src/host/rootfs/libraries.ts';
import type { ElfSample } from './elf-sample.ts';
import { elfSample } from './elf-sample.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'libraries-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, sample: ElfSample = {}): ElfFacts {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), elfSample(sample));
  return parseElf(elfSample(sample));
}

/** Paths below the test's folder, and what is missing. */
function find(program: ElfFacts, folders: readonly string[] = []) {
  const search = {
    view: openHostView(new Map()),
    programs: new Map(),
    folders: folders.map((folder) => join(root, folder)),
  };
  const { found, missing } = findLibraries({ path: join(root, 'bin/program'), elf: program }, search);
  const inRoot = (path: string): string => relative(root, path);
  return {
    found: found.map((library) => inRoot(library.path)),
    throughConf: found.filter((library) => library.throughConf).map((library) => library.name),
    missing: missing.map(({ name, neededBy }) => `${name} for ${inRoot(neededBy)}`),
  };
}

describe('findLibraries', () => {
  it('finds what libraries need in turn, each once, breadth first', () => {
    write('lib/liba.so', { needed: ['libc1.so', 'libb.so'] });
    write('lib/libb.so', { needed: ['liba.so'] });
    write('lib/libc1.so');
    const program = write('bin/program', { needed: ['liba.so', 'libb.so'] });

    expect(find(program, ['lib']).found).toEqual(['lib/liba.so', 'lib/libb.so', 'lib/libc1.so']);
  });

  it('names the library that is missing, and who needs it', () => {
    write('lib/liba.so', { needed: ['libnone.so'] });
    const program = write('bin/program', { needed: ['liba.so', 'libgone.so'] });

    expect(find(program, ['lib']).missing).toEqual(['libgone.so for bin/program', 'libnone.so for lib/liba.so']);
  });

  it('passes over a library for another processor', () => {
    write('wrong/liba.so', { machine: 183 });
    write('narrow/liba.so', { bits: 32 });
    write('right/liba.so');
    const program = write('bin/program', { needed: ['liba.so'] });

    expect(find(program, ['wrong', 'narrow', 'right']).found).toEqual(['right/liba.so']);
  });

  it('passes over what only has the name of a library', () => {
    mkdirSync(join(root, 'folder/liba.so'), { recursive: true });
    mkdirSync(join(root, 'text'));
    writeFileSync(join(root, 'text/liba.so'), 'INPUT(liba.so.1)');
    write('right/liba.so');
    const program = write('bin/program', { needed: ['liba.so'] });

    expect(find(program, ['folder', 'text', 'right']).found).toEqual(['right/liba.so']);
  });

  it('hands RPATH down to the libraries', () => {
    write('lib/liba.so', { needed: ['libb.so'] });
    write('more/libb.so');
    const program = write('bin/program', { needed: ['liba.so'], rpath: '$ORIGIN/../lib:$ORIGIN/../more' });

    expect(find(program)).toMatchObject({ found: ['lib/liba.so', 'more/libb.so'], missing: [] });
  });

  it('keeps RUNPATH from the libraries', () => {
    write('lib/liba.so', { needed: ['libb.so'] });
    write('more/libb.so');
    const program = write('bin/program', { needed: ['liba.so'], runpath: '$ORIGIN/../lib:$ORIGIN/../more' });

    expect(find(program).missing).toEqual(['libb.so for lib/liba.so']);
  });

  it('lets RUNPATH put RPATH out of force', () => {
    write('old/liba.so');
    write('new/liba.so');
    const program = write('bin/program', { needed: ['liba.so'], rpath: '$ORIGIN/../old', runpath: '$ORIGIN/../new' });

    expect(find(program).found).toEqual(['new/liba.so']);
  });

  it('looks for a library with a RUNPATH of its own without the RPATH of its parents', () => {
    write('lib/liba.so', { needed: ['libb.so'], runpath: '/nowhere' });
    write('lib/libb.so');
    const program = write('bin/program', { needed: ['liba.so'], rpath: '$ORIGIN/../lib' });

    expect(find(program).missing).toEqual(['libb.so for lib/liba.so']);
  });

  it('takes the origin of a library from where it was found, not from where its link leads', () => {
    write('real/liba.so.1', { needed: ['libb.so'], runpath: '$ORIGIN' });
    mkdirSync(join(root, 'lib'));
    symlinkSync('../real/liba.so.1', join(root, 'lib/liba.so'));
    write('lib/libb.so');
    const program = write('bin/program', { needed: ['liba.so'] });

    expect(find(program, ['lib']).found).toEqual(['lib/liba.so', 'lib/libb.so']);
  });

  it('goes on from where a link leads, when .. follows it', () => {
    write('deep/lib/liba.so');
    mkdirSync(join(root, 'deep/other'));
    symlinkSync('deep/other', join(root, 'link'));
    const program = write('bin/program', { needed: ['liba.so'], runpath: '$ORIGIN/../link/../lib' });

    expect(find(program).missing).toEqual([]);
  });

  it('prefers RPATH to ld.so.conf, and says what came through the latter', () => {
    write('own/liba.so');
    write('conf/liba.so');
    write('conf/libb.so');
    const program = write('bin/program', { needed: ['liba.so', 'libb.so'], runpath: '$ORIGIN/../own' });

    expect(find(program, ['conf'])).toMatchObject({ found: ['own/liba.so', 'conf/libb.so'], throughConf: ['libb.so'] });
  });

  it('takes a library that calls itself as another asks for as that one', () => {
    write('lib/liba.so', { soname: 'libb.so' });
    write('lib/libb.so');
    const program = write('bin/program', { needed: ['liba.so', 'libb.so'] });

    expect(find(program, ['lib']).found).toEqual(['lib/liba.so']);
  });

  it('does not look for the loader, which is there already', () => {
    const program = write('bin/program', {
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['ld-linux-x86-64.so.2'],
    });

    expect(find(program)).toMatchObject({ found: [], missing: [] });
  });

  it('leaves the C library of musl to its loader', () => {
    const program = write('bin/program', {
      interpreter: '/lib/ld-musl-x86_64.so.1',
      needed: ['libc.musl-x86_64.so.1', 'libpthread.so.0', 'libz.so.1'],
    });
    write('lib/libz.so.1');

    expect(find(program, ['lib'])).toEqual({ found: ['lib/libz.so.1'], throughConf: [], missing: [] });
  });

  it('opens a name with a slash as a path', () => {
    write('plugins/libp.so');
    const program = write('bin/program', { needed: ['$ORIGIN/../plugins/libp.so', 'relative/libq.so'] });

    expect(find(program)).toMatchObject({
      found: ['plugins/libp.so'],
      missing: ['relative/libq.so for bin/program'],
    });
  });

  it('ends where libraries need each other and themselves', () => {
    write('lib/liba.so', { needed: ['liba.so', 'libb.so'] });
    write('lib/libb.so', { needed: ['libb.so', 'liba.so'] });
    const program = write('bin/program', { needed: ['liba.so'] });

    expect(find(program, ['lib']).found).toEqual(['lib/liba.so', 'lib/libb.so']);
  });
});
