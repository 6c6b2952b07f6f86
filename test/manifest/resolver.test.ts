import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import { createResolver } from '../../src/manifest/resolver.ts';
import type { LoadedSource, ManifestFile } from '../../src/source/source.ts';
import { manifest } from './manifest-text.ts';

function source(files: Readonly<Record<string, string>>): LoadedSource {
  return { revision: 'r1', files: Object.entries(files).map(([file, text]) => ({ file, text })), diagnostics: [] };
}

/** Texts that make the same names, other names, names that are in each other's way, and nothing at all. */
const texts = [
  ...['hostname: x', 'hostname: y', 'replicas: 2', 'replicas: 3'].flatMap((line) => ['web', 'db', 'web-1'].map((name) => manifest(line, name))),
  `${manifest('hostname: x', 'a')}---\n${manifest('hostname: x', 'b')}`,
  `${manifest('hostname: y', 'a')}---\n${manifest('hostname: x', 'b')}`,
  'x: [',
];

const fileNames = ['1.yaml', '2.yaml', '3.yaml', '4.yaml'];

/** What is done to the files between two loads: one is saved, or goes. */
const edit = fc.record({ file: fc.constantFrom(...fileNames), text: fc.option(fc.constantFrom(...texts), { nil: undefined, freq: 8 }) });

function afterEdit(files: readonly ManifestFile[], { file, text }: { readonly file: string; readonly text: string | undefined }): ManifestFile[] {
  const others = files.filter((one) => one.file !== file);
  const all = text === undefined ? others : [...others, { file, text }];
  return all.sort((one, other) => (one.file < other.file ? -1 : 1));
}

describe('a resolver', () => {
  it('does not read again what is the same', () => {
    const resolve = createResolver();
    const before = resolve(source({ 'a.yaml': manifest('replicas: 1', 'a'), 'b.yaml': manifest('replicas: 1', 'b') }));

    const after = resolve(source({ 'a.yaml': manifest('replicas: 1', 'a'), 'b.yaml': manifest('replicas: 2', 'b') }));

    expect(after.desired.containers[0]).toBe(before.desired.containers[0]);
    expect(after.desired.containers.map(({ name }) => name)).toEqual(['a-0', 'b-0', 'b-1']);
  });

  it('gives after any edits what a fresh one gives', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const resolve = createResolver();
        let files: readonly ManifestFile[] = [];
        for (const [index, one] of edits.entries()) {
          files = afterEdit(files, one);
          const loaded = { revision: `r${index}`, files, diagnostics: [] };

          expect(resolve(loaded)).toEqual(resolveManifests(loaded));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a source in which a file could not be read for incomplete, and the next one for whole again', () => {
    const resolve = createResolver();
    const files = source({ 'a.yaml': manifest('hostname: x', 'a') });
    const unread = { file: 'c.yaml', line: 1, column: 1, path: '', message: 'cannot be read', hint: 'x' };

    const complete = [files, { ...files, diagnostics: [unread] }, files].map((one) => resolve(one).desired.complete);

    expect(complete).toEqual([true, false, true]);
  });
});
