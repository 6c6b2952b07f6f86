import { describe, expect, it } from 'vitest';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import { readExamples } from './examples.ts';

describe('the example manifests', () => {
  const files = readExamples();
  const { desired, diagnostics } = resolveManifests({ revision: 'r', files, diagnostics: [] });

  it('are all valid', () => {
    expect(diagnostics).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  it('tell editors their schema', () => {
    for (const { text } of files) expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/schemas\/container\.schema\.json\n/);
  });

  it('need no image, no folder and no limit that cgroup v1 lacks', () => {
    const portable = ['cpu.max', 'cpu.weight', 'memory.max', 'pids.max'];

    for (const { spec } of desired.containers) {
      expect(spec.rootfs).toHaveProperty('jail');
      expect(Object.keys(spec.resources).filter((field) => !portable.includes(field))).toEqual([]);
    }
  });

  it('show replicas and a root file system that cannot be written to', () => {
    expect(desired.containers.filter(({ group }) => group === 'web')).toHaveLength(3);
    expect(desired.containers.filter(({ spec }) => spec.rootfs.readonly)).not.toEqual([]);
  });
});
