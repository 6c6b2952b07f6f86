import { describe, expect, it } from 'vitest';
import type { LoadedSource } from '../../src/source/source.ts';
import { createResolver } from '../../src/manifest/resolver.ts';
import { editsBetween } from '../../src/watch/edits.ts';
import type { Edits, Reading } from '../../src/watch/edits.ts';
import { changedContainers } from '../../src/watch/scope.ts';
import { sleeper } from '../support/manifest.ts';

type Files = Readonly<Record<string, string>>;

/** What one load after the other edits, as `file` and `container in file`, with a "-" where it is gone. */
function editsOf(...loads: readonly Files[]): string[] {
  const resolve = createResolver();
  const [before, after] = loads.map((files, index): Reading => {
    const source: LoadedSource = { revision: String(index), files: Object.entries(files).map(([file, text]) => ({ file, text })), diagnostics: [] };
    return { files: source.files, desired: resolve(source).desired };
  }).slice(-2);
  if (before === undefined || after === undefined) throw new Error('two loads at least');
  return wordsOf(editsBetween(before, after, changedContainers(before.desired, after.desired)));
}

function wordsOf({ files, containers }: Edits): string[] {
  return [...files, ...containers.map(({ name, file, gone }) => `${gone ? '-' : ''}${name} in ${file}`)];
}

const [a, b] = [sleeper('a'), sleeper('b')];
const both = { 'a.yaml': a, 'b.yaml': b };
const torn = 'kind: Contai';

describe('an edit', () => {
  it.each<[string, readonly Files[], readonly string[]]>([
    ['is a file and what it asks for differently', [both, { ...both, 'b.yaml': sleeper('b', ['  hostname: other']) }], ['b.yaml', 'b in b.yaml']],
    ['is a file alone where what it asks for is the same', [both, { ...both, 'b.yaml': `# a word\n${b}` }], ['b.yaml']],
    ['is a file that went, and what it asked for', [both, { 'b.yaml': b }], ['a.yaml', '-a in a.yaml']],
    ['is a file that came, and what it asks for', [{ 'b.yaml': b }, both], ['a.yaml', 'a in a.yaml']],
    ['is a file that reads as nothing, and what it asked for', [both, { ...both, 'a.yaml': '' }], ['a.yaml', '-a in a.yaml']],
    ['is a file that was torn, and what it asked for', [both, { ...both, 'a.yaml': torn }], ['a.yaml', '-a in a.yaml']],
    ['is a file that is whole again, and what it asks for', [both, { ...both, 'a.yaml': torn }, both], ['a.yaml', 'a in a.yaml']],
    ['is both files that a container moved between, and no edit of its own', [both, { 'a.yaml': '', 'b.yaml': `${b}---\n${a}` }], ['a.yaml', 'b.yaml']],
    ['is both names where one was cut off', [{ 'x.yaml': sleeper('web') }, { 'x.yaml': sleeper('we') }], ['x.yaml', 'we in x.yaml', '-web in x.yaml']],
    ['is nothing where nothing was edited', [both, { ...both }], []],
  ])('%s', (_title, loads, words) => {
    expect(editsOf(...loads)).toEqual(words);
  });

  it('is not looked for where the revision is the same', () => {
    const reading = (text: string): Reading => ({ files: [{ file: 'a.yaml', text }], desired: { revision: 'r', containers: [], complete: true } });

    expect(wordsOf(editsBetween(reading('one'), reading('other'), new Set()))).toEqual([]);
  });
});
