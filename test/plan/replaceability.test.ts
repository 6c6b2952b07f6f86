import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../src/plan/fields.ts';
import { effectOf, gravestEffect } from '../../src/plan/replaceability.ts';
import { desiredContainer } from '../support/containers.ts';

describe('how a change reaches a running container', () => {
  it.each([
    ['resources.memory.max', 'live'],
    ['restart.backoff.maxMs', 'live'],
    ['metadata.labels.app', 'live'],
    ['cgroup', 'restart'],
    ['cgroup.freeze', 'live'],
    ['monitor', 'restart'],
    ['process.args', 'restart'],
    ['mounts./data', 'restart'],
    ['rootfs.readonly', 'replace'],
    ['rootfs.jail.binaries', 'replace'],
  ])('%s: %s', (path, effect) => {
    expect(effectOf(path)).toBe(effect);
  });

  it('is replacement for a field that the table does not know', () => {
    expect(effectOf('nobody.knows')).toBe('replace');
  });

  it('is the gravest of all its fields', () => {
    expect(gravestEffect(['live', 'replace', 'restart'])).toBe('replace');
    expect(gravestEffect([])).toBe('live');
  });

  it('is known for every field of a container', () => {
    const known = [...fieldsOf(desiredContainer('web')).keys()].filter((path) => !path.startsWith('rootfs'));

    expect(known.filter((path) => effectOf(path) === 'replace')).toEqual([]);
  });
});
