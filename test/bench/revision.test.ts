import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openGitRepo } from '../support/git-repo.ts';
import type { GitRepo } from '../support/git-repo.ts';
import { revisionOf } from './revision.ts';

let repo: GitRepo | undefined;

afterEach(() => {
  repo?.close();
  repo = undefined;
});

function openCommitted(): { readonly folder: string; readonly short: string; put: GitRepo['put'] } {
  repo = openGitRepo();
  repo.put({ 'src/a.ts': 'one', 'README.md': 'one', 'test/bench/bench.json': '{}' });
  repo.commit();
  return { folder: repo.folder, short: repo.git('rev-parse', '--short', 'HEAD'), put: repo.put };
}

describe('the revision of a run', () => {
  it('is the one of the tree, whatever an earlier run wrote into it', () => {
    const { folder, short, put } = openCommitted();

    put({ 'README.md': 'two', 'test/bench/bench.json': '{"a": 1}', 'not-tracked': '' });

    expect(revisionOf(folder)).toBe(short);
  });

  it('tells that the tree was changed', () => {
    const { folder, short, put } = openCommitted();

    put({ 'src/a.ts': 'two' });

    expect(revisionOf(folder)).toBe(`${short}+`);
  });

  it('is not said of another program', () => {
    const { folder, short } = openCommitted();

    expect(revisionOf(folder, 'other/reconcile')).toBe(`another program, given by --program, measured by the bench of ${short}`);
  });

  it('is not there without a repository', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));

    const revision = revisionOf(folder);

    rmSync(folder, { recursive: true });
    expect(revision).toBeUndefined();
  });
});
