import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository of its own, and a way to commit to it. */
export interface GitRepo {
  readonly folder: string;
  git(...args: string[]): string;
  put(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Commits all that lies there and gives the commit's id. */
  commit(): string;
  close(): void;
}

export function openGitRepo(): GitRepo {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reconcile-git-')));
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always', ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  git('init', '-q', '-b', 'main');
  return {
    folder,
    git,
    put(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
    },
    commit() {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD');
    },
    close: () => { rmSync(folder, { recursive: true }); },
  };
}
