import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/manifest/diagnostic.ts';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import type { LoadedSource } from '../../src/source/source.ts';
import { measureCpu } from '../support/cpu-time.ts';
import { manifest } from './manifest-text.ts';

function source(files: Readonly<Record<string, string>>): LoadedSource {
  return { revision: 'r1', files: Object.entries(files).map(([file, text]) => ({ file, text })), diagnostics: [] };
}

describe('manifests together', () => {
  it('give one desired state, sorted by name', () => {
    const { desired, diagnostics } = resolveManifests(source({ 'b.yaml': manifest('replicas: 2', 'b'), 'a.yaml': manifest('replicas: 1', 'z') }));

    expect(diagnostics).toEqual([]);
    expect(desired.containers.map(({ name }) => name)).toEqual(['b-0', 'b-1', 'z-0']);
    expect(desired).toMatchObject({ revision: 'r1', complete: true });
  });

  it('leave out a file with a fault and say that something is missing', () => {
    const good = manifest('replicas: 1', 'good');
    const { desired, diagnostics } = resolveManifests(source({ 'bad.yaml': `${manifest('replicas: 1', 'x')}---\n${manifest('replicas: 0', 'y')}`, 'good.yaml': good }));

    expect(desired.containers.map(({ name }) => name)).toEqual(['good-0']);
    expect(desired.complete).toBe(false);
    expect(diagnostics).toHaveLength(1);
  });

  it('report the faults of every file, in reading order', () => {
    const { diagnostics } = resolveManifests(source({ 'b.yaml': manifest('replicas: 0'), 'a.yaml': 'x: [' }));

    expect(diagnostics.map(({ file }) => file)).toEqual(['a.yaml', 'b.yaml']);
  });

  it('are incomplete where the source could not read a file', () => {
    const unread = { file: 'c.yaml', line: 1, column: 1, path: '', message: 'cannot be read', hint: 'x' };
    const { desired, diagnostics } = resolveManifests({ ...source({ 'a.yaml': manifest('replicas: 1') }), diagnostics: [unread] });

    expect(desired.containers).toHaveLength(1);
    expect(desired.complete).toBe(false);
    expect(diagnostics).toEqual([unread]);
  });

  it('are complete and empty where there is no file', () => {
    expect(resolveManifests(source({})).desired).toEqual({ revision: 'r1', containers: [], complete: true });
  });
});

describe('a name', () => {
  const first = manifest('hostname: x', 'web');

  it('used in two files is refused with both places, and neither file counts', () => {
    const { desired, diagnostics } = resolveManifests(source({ 'a.yaml': first, 'b.yaml': `# second\n${first}`, 'c.yaml': manifest('replicas: 1', 'c') }));

    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'b.yaml:4:18: metadata.name: is the name at a.yaml:3:18 too (got "web"); give one of the two another name',
    ]);
    expect(desired.containers.map(({ name }) => name)).toEqual(['c-0']);
    expect(desired.complete).toBe(false);
  });

  it('used twice in one file is refused', () => {
    expect(resolveManifests(source({ 'a.yaml': `${first}---\n${first}` })).diagnostics).toHaveLength(1);
  });

  it.each([
    ['web-0 beside replicas of web', manifest('replicas: 3', 'web'), manifest('hostname: x', 'web-0'), 'b.yaml:3:18: metadata.name: is the name at'],
    ['replicas of web beside web-2', manifest('hostname: x', 'web-2'), manifest('replicas: 3', 'web'), 'makes a container web-2, and so does a.yaml:3:18'],
    ['web with replicas beside web without', manifest('hostname: x', 'web'), manifest('replicas: 3', 'web'), 'is the name at a.yaml:3:18 too'],
  ])('made by replicas counts too: %s', (_, a, b, words) => {
    const lines = resolveManifests(source({ 'a.yaml': a, 'b.yaml': b })).diagnostics.map(formatDiagnostic);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(words);
  });

  it('may be like that of replicas that are not there', () => {
    expect(resolveManifests(source({ 'a.yaml': manifest('replicas: 3', 'web'), 'b.yaml': manifest('hostname: x', 'web-3') })).diagnostics).toEqual([]);
  });
});

describe('too many containers', () => {
  const huge = Array.from({ length: 6 }, (_, index) => manifest('replicas: 10000', `n${index}`));

  it('in one file are refused before they are spelled out', () => {
    const { diagnostics, desired } = resolveManifests(source({ 'a.yaml': huge.join('---\n') }));

    expect(diagnostics.map(({ message }) => message)).toEqual(['the manifests ask for more than 50000 containers']);
    expect(desired.containers).toEqual([]);
  });

  it('in all files are refused', () => {
    const { diagnostics, desired } = resolveManifests(source(Object.fromEntries(huge.map((text, index) => [`${index}.yaml`, text]))));

    expect(diagnostics.map(({ file, message }) => [file, message])).toEqual([['5.yaml', 'the manifests ask for more than 50000 containers']]);
    expect(desired.complete).toBe(false);
  });
});

describe('two thousand wrong documents', () => {
  const refuse = (count: number) => measureCpu(() => resolveManifests(source({ 'a.yaml': Array.from({ length: count }, () => '{a: 1, b: 2}').join('\n---\n') })));

  it('are refused, each at its place, at a cost that grows with their number and no faster', () => {
    refuse(200);
    const [few, many] = [refuse(200), refuse(2000)];

    expect(many.result.diagnostics.length).toBeGreaterThan(2000);
    // A cost by pairs would be a hundred times as high.
    expect(many.cpuMs).toBeLessThan(30 * few.cpuMs);
  });
});
