import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownParent } from '../../../src/host/runtime/known-parent.ts';
import { makeUnreadable } from '../../support/unreadable.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reconcile-parent-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function addBundle(name: string, config?: string): void {
  mkdirSync(join(root, 'bundles', name), { recursive: true });
  if (config !== undefined) writeFileSync(join(root, 'bundles', name, 'config.json'), config);
}

describe('knownParent', () => {
  it('is the cgroup above that of a container', () => {
    addBundle('web-0', '{"linux": {"cgroupsPath": "/system.slice/a.service/reconcile/web-0"}}');

    expect(knownParent(root)).toBe('system.slice/a.service/reconcile');
  });

  it('passes over bundles that are damaged or not complete', () => {
    addBundle('a');
    addBundle('b', '{"linux": {');
    addBundle('c', '{"linux": {"cgroupsPath": "/apps/c"}}');

    expect(knownParent(root)).toBe('apps');
  });

  it('does not pass for unknown where what says it cannot be read', () => {
    addBundle('a');
    makeUnreadable(join(root, 'bundles/a/config.json'));

    expect(() => knownParent(root)).toThrow('EIO');
  });

  it('is not known where there is no container', () => {
    expect(knownParent(root)).toBeUndefined();
    expect(knownParent(join(root, 'nowhere'))).toBeUndefined();
  });
});
