import { execFileSync } from 'node:child_process';

/** What a run writes is not what it measures. */
const written = ['README.md', 'test/bench/bench.json'];

/**
 * The revision of the tree in `folder`, by git, with a + where files of it were changed since; undefined where there is no git.
 * @param program what was measured in the place of what that tree builds
 */
export function revisionOf(folder: string, program?: string): string | undefined {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['--no-optional-locks', '-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...written.map((path) => `:(exclude)${path}`));
    const revision = `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
    return program === undefined ? revision : `another program, given by --program, measured by the bench of ${revision}`;
  } catch {
    return undefined;
  }
}
