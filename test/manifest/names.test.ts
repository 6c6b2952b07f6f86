import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import type { ManifestDocument } from '../../src/manifest/parse.ts';
import { validateDocument } from '../../src/manifest/validate.ts';
import { openChance } from '../sim/chance.ts';
import { many, within } from '../support/pace.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/container.schema.json'), 'utf8')) as { $defs: { metadata: { properties: { name: { pattern: string } } } } };
const pattern = new RegExp(schema.$defs.metadata.properties.name.pattern, 'u');

/** A file in every cgroup of v1, which the description of the field says too. */
const reserved = 'tasks';

/** `TRIALS=10` tries a million. */
const trials = many(100_000 * Math.max(1, Number(process.env['TRIALS'] ?? 1)), 10_000);

const legal = [...'abcdefghijklmnopqrstuvwxyz0123456789-'];

/** What a path, a shell, a runtime, the kernel or a terminal takes for more than a letter, and what looks like one. */
const odd = [
  ...['', '-', '--', '.', '..', '/', '\\', '\0', '\n', '\r', '\t', ' ', '_', '$', '$(id)', '`id`', ';', '|', '&', '*', '?', '~', '!', '#', '%', '=', ':', '@'],
  ...['"', "'", '<', '{', '[', 'A', 'Z', 'é', 'ı', 'ſ', 'K', 'а', '０', '\u200b', '\u202e', '\ufeff', '\ud800', '👾', '\x1b[31m', '--help', '../', 'memory.max', 'cgroup.procs', reserved],
];

const chance = openChance(Number(process.env['SEED'] ?? 20_260_101));

/** Half of them all of legal letters, most of these short or about as long as is allowed. */
function anyName(): string {
  const length = chance.pick([1, 2, 3, 8, 61, 62, 63, 64, 65]);
  let name = '';
  while (name.length < length) name += chance.pick(legal);
  if (chance.pick([true, false])) return name;
  const at = chance.pick([0, 1, length - 1, length]);
  return name.slice(0, at) + chance.pick(odd) + name.slice(at + chance.pick([0, 1]));
}

const valueOf = (name: string): unknown => ({ apiVersion: 'reconcile/v1', kind: 'Container', metadata: { name }, spec: { rootfs: { path: '/srv' }, process: { args: ['/a'] } } });

function isTaken(name: string): boolean {
  const document: ManifestDocument = { file: 'x.yaml', line: 1, value: valueOf(name), placeOf: () => undefined, positionOf: () => ({ line: 1, column: 1 }) };
  return 'container' in validateDocument(document);
}

/** Safe as a part of a path, a cgroup, a word of a command line, a host and text. */
function isSafe(name: string): boolean {
  const inPath = basename(name) === name && normalize(`/x/${name}`) === `/x/${name}` && join('/x', name) === `/x/${name}`;
  return inPath && !name.startsWith('-') && Buffer.byteLength(name) <= 63 && encodeURIComponent(name) === name && !/[.A-Z_~!*'()]/.test(name) && name !== reserved;
}

describe('the names that a manifest may give', () => {
  it('are those of the schema, but for the kernel’s own, and each is safe wherever it goes', ({ task }) => {
    task.meta.faultTrials = { fault: 'a name is more than a name', how: 'generated names, judged by the manifest and by the schema’s pattern', trials };
    let taken = 0;
    const wrong: string[] = [];
    for (let count = 0; count < trials; count += 1) {
      const name = anyName();
      const accepted = isTaken(name);
      if (accepted) taken += 1;
      if (accepted !== (pattern.test(name) && name !== reserved) || (accepted && !isSafe(name))) wrong.push(JSON.stringify(name));
    }

    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(trials / 4);
    expect(taken).toBeLessThan((3 * trials) / 4);
  }, within(60_000 * Math.max(1, trials / 100_000)));

  it('are the same in a file', () => {
    for (let count = 0; count < 1000; count += 1) {
      const name = anyName();

      expect(resolveFile('x.yaml', JSON.stringify(valueOf(name))).diagnostics.length === 0, JSON.stringify(name)).toBe(isTaken(name));
    }
  });

  it('are no file of a cgroup on this host', () => {
    const folders = ['/sys/fs/cgroup', ...readdirSync('/sys/fs/cgroup', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `/sys/fs/cgroup/${name}`)];
    const files = folders.flatMap((folder) => readdirSync(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

    expect(files.filter(isTaken)).toEqual([]);
  });
});
