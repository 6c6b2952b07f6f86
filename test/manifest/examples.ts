import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestFile } from '../../src/source/source.ts';

const folder = join(import.meta.dirname, '../../manifests');

/** The example manifests of the repository, sorted by name. */
export function readExamples(): readonly ManifestFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ file: `manifests/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
