import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JailClosure } from '../../../src/host/rootfs/jail-closure.ts';
import { collectJail } from '../../../src/host/rootfs/jail-closure.ts';
import { elfSample } from './elf-sample.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'closure-')));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, content: string | Buffer = name, mode = 0o755): string {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content, { mode });
  return join(root, name);
}

function collect(
  jail: { binaries?: readonly string[]; files?: readonly string[] },
  own: readonly string[] = [],
): JailClosure {
  return collectJail(
    { binaries: jail.binaries ?? [], files: jail.files ?? [] },
    { hashes: new Map(), programs: new Map() },
    own,
  );
}

/** What lies below the test's folder, with its type. */
function below({ entries }: JailClosure): string[] {
  return entries
    .filter(({ path }) => path.startsWith(`${root}/`))
    .map(({ path, type }) => `${type} ${path.slice(root.length + 1)}`);
}

const messages = ({ problems }: JailClosure): string[] =>
  problems.map(({ path, message }) => `${path}: ${message.replaceAll(root, '')}`);

describe('collectJail', () => {
  it('makes the mount points in every jail', () => {
    const { entries, problems } = collect({});

    expect(problems).toEqual([]);
    expect(entries.map((entry) => [entry.path, entry.type === 'folder' ? entry.mode.toString(8) : ''])).toEqual([
      ['/dev', '755'],
      ['/etc', '755'],
      ['/proc', '755'],
      ['/run', '755'],
      ['/sys', '755'],
      ['/tmp', '1777'],
    ]);
  });

  it('takes a program with its loader and libraries, and the links to them', () => {
    write('lib/ld.so', elfSample());
    write('lib/liba.so.1.2', elfSample());
    symlinkSync('liba.so.1.2', join(root, 'lib/liba.so.1'));
    const program = write(
      'bin/app',
      elfSample({ interpreter: join(root, 'lib/ld.so'), needed: ['liba.so.1'], runpath: '$ORIGIN/../lib' }),
    );

    const closure = collect({ binaries: [program] });

    expect(messages(closure)).toEqual([]);
    expect(below(closure)).toEqual([
      'folder bin',
      'file bin/app',
      'folder lib',
      'file lib/ld.so',
      'link lib/liba.so.1',
      'file lib/liba.so.1.2',
    ]);
  });

  it('keeps folders that are links as links, so that both names work', () => {
    write('usr/bin/app', elfSample({ type: 2 }));
    symlinkSync('usr/bin', join(root, 'bin'));
    symlinkSync('app', join(root, 'usr/bin/alias'));

    const closure = collect({ binaries: [join(root, 'bin/alias')] });

    expect(below(closure)).toEqual([
      'link bin',
      'folder usr',
      'folder usr/bin',
      'link usr/bin/alias',
      'file usr/bin/app',
    ]);
  });

  it('follows the interpreters of scripts', () => {
    write('bin/static', elfSample({ type: 2 }));
    write('bin/inner', `#!${join(root, 'bin/static')}\n`);
    const script = write('bin/outer', `#! ${join(root, 'bin/inner')} -e\n`);

    expect(below(collect({ binaries: [script] }))).toEqual([
      'folder bin',
      'file bin/inner',
      'file bin/outer',
      'file bin/static',
    ]);
  });

  it('ends where scripts interpret each other', () => {
    write('a', `#!${join(root, 'b')}\n`);
    write('b', `#!${join(root, 'a')}\n`);

    expect(messages(collect({ binaries: [join(root, 'a')] }))).toEqual([
      'rootfs.jail.binaries.0: /a: more than 4 scripts that interpret each other',
    ]);
  });

  it('takes folders whole, and where the links in them lead', () => {
    write('certs/one.pem');
    write('store/two.pem');
    write('more/deep/three.pem');
    symlinkSync('../store/two.pem', join(root, 'certs/two.pem'));
    symlinkSync('../more', join(root, 'certs/more'));
    symlinkSync('nowhere', join(root, 'certs/dangling'));
    symlinkSync('/proc/self/mounts', join(root, 'certs/mtab'));
    symlinkSync('.', join(root, 'certs/self'));

    expect(below(collect({ files: [join(root, 'certs')] }))).toEqual([
      'folder certs',
      'link certs/dangling',
      'link certs/more',
      'link certs/mtab',
      'file certs/one.pem',
      'link certs/self',
      'link certs/two.pem',
      'folder more',
      'folder more/deep',
      'file more/deep/three.pem',
      'folder store',
      'file store/two.pem',
    ]);
  });

  it.each([
    ['/none', 'rootfs.jail.files.0: /none: does not exist'],
    ['/circle', 'rootfs.jail.files.0: /circle: links lead in a circle'],
    ['/file/x', 'rootfs.jail.files.0: /file/x: /file: is not a folder'],
    ['/gone', 'rootfs.jail.files.0: /gone: /target: does not exist'],
  ])('refuses %s by name', (name, message) => {
    write('file');
    symlinkSync('circle', join(root, 'circle'));
    symlinkSync('target', join(root, 'gone'));

    expect(messages(collect({ files: [root + name] }))).toEqual([message]);
  });

  it.each(['/', '/proc/version', '/dev/null', '/sys'])('refuses %s, which is no file of the host', (path) => {
    expect(collect({ files: [path] }).problems).toMatchObject([
      { path: 'rootfs.jail.files.0', message: expect.stringContaining('no place for') },
    ]);
  });

  it('refuses a link to the whole host in a folder', () => {
    write('folder/file');
    symlinkSync('/', join(root, 'folder/all'));

    expect(messages(collect({ files: [join(root, 'folder')] }))).toEqual([
      'rootfs.jail.files.0: /folder/all: leads to the whole of /',
    ]);
  });

  it('refuses a FIFO and a socket by name, without opening them', async () => {
    mkdirSync(join(root, 'folder'));
    spawnSync('mkfifo', [join(root, 'folder/pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));

    const closure = collect({ files: [join(root, 'folder'), join(root, 'socket')] });

    server.close();
    expect(messages(closure)).toEqual([
      'rootfs.jail.files.0: /folder/pipe: is a FIFO',
      'rootfs.jail.files.1: /socket: is a socket',
    ]);
  });

  it('refuses folders of ours, also inside of others', () => {
    write('var/ours/secret');

    const closure = collect({ files: [join(root, 'var')] }, [join(root, 'var/ours')]);

    expect(messages(closure)).toEqual(['rootfs.jail.files.0: /var/ours: belongs to reconcile itself']);
  });

  it('refuses more bytes than a jail may have, before it reads them', () => {
    truncateSync(write('huge'), 3 * 1024 ** 3);

    expect(messages(collect({ files: [join(root, 'huge')] }))).toEqual([
      'rootfs.jail.files.0: /huge: with it the jail has more than 2 Gi',
    ]);
  });

  it.each([
    ['text', 'hello', 0o755, '/app: is neither a program nor a script with #!'],
    ['a program that nobody may run', elfSample({ type: 2 }), 0o644, '/app: nobody may run it'],
    ['a relative interpreter', '#!sh\n', 0o755, '/app: its interpreter "sh" is no absolute path'],
    ['a missing loader', elfSample({ interpreter: '/no/ld.so' }), 0o755, '/no/ld.so: /no: does not exist'],
    [
      'half a program',
      elfSample({ type: 2 }).subarray(0, 70),
      0o755,
      '/app: not a sound ELF file: byte 76 lies beyond its end at 70',
    ],
  ])('refuses %s as a program', (_, content, mode, message) => {
    expect(messages(collect({ binaries: [write('app', content, mode)] }))).toEqual([
      `rootfs.jail.binaries.0: ${message}`,
    ]);
  });

  it('says which library is missing and who needs it', () => {
    write('lib/liba.so', elfSample({ needed: ['libdeep.so'] }));
    const program = write('app', elfSample({ type: 2, needed: ['liba.so', 'libnone.so'], runpath: join(root, 'lib') }));

    expect(messages(collect({ binaries: [program] }))).toEqual([
      'rootfs.jail.binaries.0: /app: needs libnone.so, libdeep.so (for /lib/liba.so), which this host does not have',
    ]);
  });

  it('takes a library by name although nobody may run it', () => {
    expect(messages(collect({ binaries: [write('libplugin.so', elfSample({ type: 3 }), 0o644)] }))).toEqual([]);
  });

  it('reports every name that is wrong, not the first alone', () => {
    const { problems, id } = collect({ binaries: ['/no/such', 'relative'], files: ['/none'] });

    expect(problems.map(({ path }) => path)).toEqual([
      'rootfs.jail.binaries.0',
      'rootfs.jail.binaries.1',
      'rootfs.jail.files.0',
    ]);
    expect(id).toBe('');
  });

  it('never takes set-user-id', () => {
    const file = write('tool');
    chmodSync(file, 0o6755);

    expect(collect({ files: [file] }).entries.find(({ path }) => path === file)).toMatchObject({ mode: 0o755 });
  });

  it('gives one id for the same content, in whatever order it is named, and whatever the times', () => {
    const [a, b] = [write('a'), write('b')];
    const before = collect({ files: [a, b] }).id;
    utimesSync(a, 1, 1);

    expect(collect({ files: [b, a, a] }).id).toBe(before);
  });

  it.each<[string, (file: string) => void]>([
    ['the content', (file) => writeFileSync(file, 'other')],
    ['the mode', (file) => chmodSync(file, 0o700)],
    ['the type', (file) => (rmSync(file), symlinkSync('elsewhere', file))],
    ['the presence', (file) => rmSync(file)],
  ])('gives another id when %s of one file changes', (_, change) => {
    const file = write('folder/file');
    const before = collect({ files: [join(root, 'folder')] }).id;

    change(file);

    expect(collect({ files: [join(root, 'folder')] }).id).not.toBe(before);
  });
});
