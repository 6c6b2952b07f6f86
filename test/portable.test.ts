import { describe, expect, it } from 'vitest';
import { readSourceTree } from './support/source-tree.ts';

const files = new Map(readSourceTree('src').map((file) => [file.path, file]));

/** Every file of ours that is loaded with `path`, itself included. */
function loadedWith(path: string, seen = new Set<string>()): ReadonlySet<string> {
  const file = files.get(path);
  if (file === undefined || seen.has(path)) return seen;
  seen.add(path);
  // The table loads a command when it is asked for.
  const followed = file.imports.filter(({ typeOnly, lazy }) => !typeOnly && !(lazy && path === 'src/commands/table.ts'));
  for (const { from } of followed) loadedWith(from, seen);
  return seen;
}

/** What works wherever node does: it names no path of Linux. */
const portable = /^src\/host\/(?:cgroup\/(?:codec|codec-for|controller|limit-file|amounts|io-limits|weight|v[12]\/(?:limit-tables|cpu|cpuset|memory|pids|io))|document|capture|file|file-state|others|watch-error)\.ts$/;

describe('a plan without this host', () => {
  it.each(['src/commands/plan-snapshot.ts', 'src/commands/plan-revisions.ts', 'src/commands/validate.ts'])('loads nothing of Linux: %s', (command) => {
    const loaded = [...loadedWith(command)];

    expect(loaded.length).toBeGreaterThan(20);
    expect(loaded.filter((path) => path.startsWith('src/host/') && !portable.test(path))).toEqual([]);
    expect(loaded.filter((path) => /^src\/(?:observe|apply|watch)\//.test(path))).toEqual([]);
  });

  it('is what the command plan loads until it knows its form', () => {
    const eager = (path: string): string[] => files.get(path)?.imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy).map(({ from }) => from) ?? [];

    expect(eager('src/commands/plan.ts')).toEqual(['src/commands/parse.ts']);
  });
});
