import { expect, it } from 'vitest';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import { manifest } from './manifest.ts';
import type { ManifestOptions } from './manifest.ts';

it.each<ManifestOptions>([
  { name: 'one' },
  { name: 'one', state: 1, readonly: false },
  { name: 'many', replicas: 100, state: 0 },
  { name: 'own', resources: '{cpu: {max: 1.1}}' },
])('a manifest of the bench is right: %j', (options) => {
  const { desired, diagnostics } = resolveManifests({ revision: '', files: [{ file: 'a.yaml', text: manifest(options) }], diagnostics: [] });

  expect(diagnostics).toEqual([]);
  expect(desired.containers).toHaveLength(options.replicas ?? 1);
});
