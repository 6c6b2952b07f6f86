import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveFile, resolveManifests } from '../../src/manifest/manifest.ts';
import { readExamples } from './examples.ts';

const examples = readExamples();

/** Pieces that YAML gives a meaning to. */
const piece = fc.constantFrom(
  ...['a', ': ', '\n', '- ', '  ', '{', '}', '[', ']', ',', '"', "'", '#', '&a ', '*a', '!x ', '|\n', '>-\n', '? ', '---\n', '...\n'],
  ...['%YAML 1.1\n', '<<', '__proto__', '0755', '1e999', '.inf', '\t', '\r', '\0', '\ud800', '\ufeff', 'spec', 'null', '~', '\\'],
);

describe('any text', () => {
  it('is read without an exception, into containers or faults but not both', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')));
    fc.assert(
      fc.property(anyText, (text) => {
        const { documents, diagnostics } = resolveFile('x.yaml', text);

        expect(documents.length === 0).toBe(diagnostics.length > 0);
        expect(diagnostics.every(({ line, column, hint }) => line >= 1 && column >= 1 && hint !== '')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('made by damaging a manifest is read the same way', () => {
    const damage = fc.record({ text: fc.constantFrom(...examples.map(({ text }) => text)), at: fc.nat(2000), length: fc.nat(20), put: fc.array(piece, { maxLength: 3 }) });
    fc.assert(
      fc.property(damage, ({ text, at, length, put }) => {
        const begin = at % text.length;
        const damaged = text.slice(0, begin) + put.join('') + text.slice(begin + length);

        const { documents, diagnostics } = resolveFile('x.yaml', damaged);

        expect(documents.length === 0).toBe(diagnostics.length > 0);
        expect(diagnostics.every(({ line }) => line <= damaged.split('\n').length)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('made by putting any value anywhere in a manifest is read the same way', () => {
    const paths = ['metadata', 'metadata.name', 'spec', 'spec.rootfs', 'spec.rootfs.jail', 'spec.process.args', 'spec.resources', 'spec.resources.memory.max', 'spec.mounts', 'spec.restart.backoff', 'spec.drift', 'spec.namespaces', 'spec.stop'];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ noUnicodeString: false }), (path, value) => {
        const { documents, diagnostics } = resolveFile('x.yaml', JSON.stringify(withValue(path.split('.'), value)));

        expect(documents.length === 0).toBe(diagnostics.length > 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the same text', () => {
  it('gives the same state, whatever the order of the files', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...examples], { minLength: examples.length }), (files) => {
        const state = resolveManifests({ revision: 'r', files, diagnostics: [] });

        expect(JSON.stringify(state)).toBe(JSON.stringify(resolveManifests({ revision: 'r', files: examples, diagnostics: [] })));
      }),
    );
  });
});

function withValue(path: readonly string[], value: unknown): unknown {
  const root: Record<string, unknown> = {
    apiVersion: 'reconcile/v1',
    kind: 'Container',
    metadata: { name: 'web' },
    spec: { rootfs: { path: '/srv' }, process: { args: ['/bin/httpd'] } },
  };
  let node = root;
  for (const key of path.slice(0, -1)) {
    node[key] ??= {};
    node = node[key] as Record<string, unknown>;
  }
  node[path.at(-1) ?? ''] = value;
  return root;
}
