import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirSource } from '../../src/source/dir.ts';
import { openGitSource } from '../../src/source/git.ts';
import type { GitSourceOptions } from '../../src/source/git.ts';
import type { LoadedSource } from '../../src/source/source.ts';
import type { GitRepo } from '../support/git-repo.ts';
import { openGitRepo } from '../support/git-repo.ts';

let repo: GitRepo;

beforeEach(() => {
  repo = openGitRepo();
});

afterEach(() => repo.close());

const env = { PATH: process.env['PATH'] };

function load(revision = 'HEAD', options: Partial<GitSourceOptions> = {}): Promise<LoadedSource> {
  return openGitSource({ revision, paths: ['m'], cwd: repo.folder, env, ...options }).load();
}

async function faults(...args: Parameters<typeof load>): Promise<readonly string[]> {
  return (await load(...args)).diagnostics.map(({ file, message }) => `${file} ${message}`);
}

describe('a revision', () => {
  it('gives its own files, whatever lies in the working tree', async () => {
    repo.put({ 'm/a.yaml': 'one', 'm/sub/b.yml': 'b', 'm/notes.txt': 'x', 'other.yaml': 'o' });
    const first = repo.commit();
    repo.put({ 'm/a.yaml': 'two' });
    repo.commit();
    repo.put({ 'm/a.yaml': 'three', 'm/c.yaml': 'c' });

    const [old, now] = [await load('HEAD~1'), await load('HEAD')];

    expect(old).toEqual({ revision: first, files: [{ file: 'm/a.yaml', text: 'one' }, { file: 'm/sub/b.yml', text: 'b' }], diagnostics: [] });
    expect(now.files[0]).toEqual({ file: 'm/a.yaml', text: 'two' });
  });

  it('is read as a folder is read: names, links, sizes, bytes', async () => {
    repo.put({
      ...{ 'm/a.yaml': 'a', 'm/.hidden.yaml': 'h', 'm/x.yaml~': 'x', 'm/#y.yaml': 'y', 'm/real/c.yaml': 'c', 'm/.git-like/d.yaml': 'd' },
      ...{ 'm/latin.yaml': Buffer.from([0x61, 0xff]), 'm/large.yaml': 'x'.repeat(1024 * 1024 + 1), 'm/most.yaml': 'x'.repeat(1024 * 1024), 'out/o.yaml': 'o' },
      ...{ 'm/ü "quoted"\n.yaml': 'q', 'm/empty.yaml': '' },
    });
    symlinkSync('real', join(repo.folder, 'm/again'));
    symlinkSync('real/c.yaml', join(repo.folder, 'm/link.yaml'));
    symlinkSync('../out/o.yaml', join(repo.folder, 'm/out.yaml'));
    symlinkSync('../out', join(repo.folder, 'm/out'));
    symlinkSync('loop.yaml', join(repo.folder, 'm/loop.yaml'));
    symlinkSync('gone', join(repo.folder, 'm/nowhere.yaml'));
    symlinkSync('..', join(repo.folder, 'm/real/up'));
    symlinkSync('user@host.1:2', join(repo.folder, 'm/lock'));
    repo.commit();
    const before = process.cwd();
    process.chdir(repo.folder);

    const [folder, revision] = await Promise.all([openDirSource(['m']).load(), load()]).finally(() => process.chdir(before));

    expect(revision.files).toEqual(folder.files);
    expect(revision.diagnostics.map(({ got: _got, ...rest }) => rest)).toEqual(folder.diagnostics.map(({ got: _got, ...rest }) => rest));
    expect(folder.diagnostics.length).toBeGreaterThan(5);
  });

  it('refuses a submodule by name, as its files are elsewhere', async () => {
    const other = openGitRepo();
    other.put({ 'x.yaml': 'x' });
    other.commit();
    repo.put({ 'm/a.yaml': 'a' });
    repo.git('submodule', '--quiet', 'add', other.folder, 'm/sub');
    repo.commit();

    expect(await faults()).toEqual(['m/sub is a submodule, and its files are not in this repository']);
    other.close();
  });

  it('refuses a link that leaves the repository where a manifest should be', async () => {
    repo.put({ 'm/a.yaml': 'a' });
    symlinkSync('/etc/passwd', join(repo.folder, 'm/b.yaml'));
    symlinkSync('../../../x', join(repo.folder, 'm/c.yaml'));
    symlinkSync('/etc', join(repo.folder, 'm/etc'));
    repo.commit();

    expect(await faults()).toEqual(['m/b.yaml is a symbolic link that leads out of the given folder', 'm/c.yaml is a symbolic link that leads out of the given folder']);
  });

  it('may be a commit, a tag, a tree, or a branch of a bare clone, and nothing else', async () => {
    repo.put({ 'm/a.yaml': 'a' });
    const id = repo.commit();
    repo.git('tag', '-a', '-m', 'v', 'v1');
    const bare = mkdtempSync(join(tmpdir(), 'reconcile-bare-'));
    repo.git('clone', '-q', '--bare', '.', bare);

    for (const name of [id, id.slice(0, 8), 'v1', 'main', '@']) expect((await load(name)).revision).toBe(id);
    expect((await load('HEAD^{tree}')).files).toHaveLength(1);
    expect((await load('main', { cwd: bare })).files).toHaveLength(1);
    await expect(load('HEAD:m/a.yaml')).rejects.toThrow(/names no commit and no tree/);
    rmSync(bare, { recursive: true });
  });

  it.each(['nope', '--all', '-h', 'HEAD..HEAD', 'HEAD --all', '', '$(touch /tmp/x)', 'a\nb'])('that is %j is refused and never run', async (name) => {
    repo.put({ 'm/a.yaml': 'a' });
    repo.commit();

    await expect(load(name)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNREADABLE', message: `${name}: no such revision in this repository` });
  });

  it('that a shallow clone does not have is told with the mend', async () => {
    repo.put({ 'm/a.yaml': 'a' });
    repo.commit();
    repo.commit();
    const shallow = mkdtempSync(join(tmpdir(), 'reconcile-shallow-'));
    repo.git('clone', '-q', '--depth', '1', `file://${repo.folder}`, shallow);

    await expect(load('HEAD~1', { cwd: shallow })).rejects.toMatchObject({ hint: expect.stringContaining('git fetch --unshallow') });
    rmSync(shallow, { recursive: true });
  });

  it('of a clone without blobs is refused without fetching them', async () => {
    repo.put({ 'm/a.yaml': 'a' });
    repo.commit();
    repo.git('config', 'uploadpack.allowFilter', 'true');
    const partial = mkdtempSync(join(tmpdir(), 'reconcile-partial-'));
    repo.git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repo.folder}`, partial);

    await expect(load('HEAD', { cwd: partial })).rejects.toMatchObject({ code: 'ERR_SOURCE_UNREADABLE', hint: expect.stringContaining('--filter') });
    rmSync(partial, { recursive: true });
  });
});

describe('a path', () => {
  it('is taken from where one stands, as git takes it', async () => {
    repo.put({ 'deep/m/a.yaml': 'a', 'deep/b.yaml': 'b' });
    symlinkSync('deep', join(repo.folder, 'link'));
    repo.commit();
    const cwd = join(repo.folder, 'deep');
    mkdirSync(join(cwd, 'm/new'));
    const filesOf = async (from: string, ...paths: string[]): Promise<string[]> => (await load('HEAD', { cwd: from, paths })).files.map(({ file }) => file);

    expect(await filesOf(cwd, 'm')).toEqual(['m/a.yaml']);
    expect(await filesOf(cwd, '.')).toEqual(['b.yaml', 'm/a.yaml']);
    expect(await filesOf(cwd, '../deep/m/', 'b.yaml')).toEqual(['../deep/m/a.yaml', 'b.yaml']);
    expect(await filesOf(cwd, cwd)).toEqual([join(cwd, 'b.yaml'), join(cwd, 'm/a.yaml')]);
    expect(await filesOf(repo.folder, 'link/m')).toEqual(['link/m/a.yaml']);
    expect(await filesOf(join(cwd, 'm/new'), '..')).toEqual(['../a.yaml']);
  });

  it('that the revision does not have is an error, or empty where that is asked', async () => {
    repo.put({ 'm/a.yaml': 'a' });
    repo.commit();

    await expect(load('HEAD', { paths: ['gone'] })).rejects.toThrow('gone: no such file or folder in HEAD');
    expect(await load('HEAD', { paths: ['gone', 'm'], absentIsEmpty: true })).toMatchObject({ files: [{ file: 'm/a.yaml' }] });
  });

  it.each(['..', '../../x', '/etc'])('out of the repository is refused: %s', async (path) => {
    repo.put({ 'm/a.yaml': 'a' });
    repo.commit();

    await expect(load('HEAD', { paths: [path] })).rejects.toThrow(`${path}: leads out of the repository`);
  });
});

describe('git', () => {
  it('is told to be missing where it is', async () => {
    await expect(load('HEAD', { env: { PATH: '/nonexistent' } })).rejects.toMatchObject({ message: 'git: not found', hint: expect.stringContaining('install git') });
  });

  it('is told to have no repository where it has none', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'reconcile-no-'));

    await expect(load('HEAD', { cwd: nowhere })).rejects.toMatchObject({ code: 'ERR_SOURCE_UNREADABLE', hint: expect.stringContaining('repository') });
    rmSync(nowhere, { recursive: true });
  });
});
