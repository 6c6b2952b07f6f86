import { describe, expect, it } from 'vitest';
import { completeFlags, resolveSettings } from '../../src/commands/settings.ts';

describe('resolveSettings', () => {
  it('takes the flag before the environment, and the environment before the default', () => {
    const settings = resolveSettings({ root: '/tmp/flag' }, { RECONCILE_ROOT: '/tmp/env', RECONCILE_DATA: '/tmp/data' }, { cwd: '/' });

    expect(settings).toEqual({ root: '/tmp/flag', data: '/tmp/data', cgroupParent: 'reconcile', runtime: 'auto', output: 'text' });
  });

  it('takes an empty variable for none', () => {
    expect(resolveSettings({}, { RECONCILE_ROOT: '' }, { cwd: '/' }).root).toBe('/run/reconcile');
  });

  it('makes folders absolute', () => {
    expect(resolveSettings({ root: 'a/../b' }, {}, { cwd: '/home/ann' }).root).toBe('/home/ann/b');
  });

  it('takes the cgroup parent of the containers that are there for the default', () => {
    const knownParent = (root: string): string | undefined => (root === '/run/reconcile' ? 'system.slice/a.service/b' : undefined);

    expect(resolveSettings({}, {}, { cwd: '/', knownParent }).cgroupParent).toBe('system.slice/a.service/b');
    expect(resolveSettings({ root: '/other' }, {}, { cwd: '/', knownParent }).cgroupParent).toBe('reconcile');
    expect(resolveSettings({}, { RECONCILE_CGROUP_PARENT: 'reconcile' }, { cwd: '/', knownParent }).cgroupParent).toBe('reconcile');
    expect(resolveSettings({}, {}, { cwd: '/', knownParent: () => '../up' }).cgroupParent).toBe('reconcile');
  });

  it.each(['apps', '/apps', 'apps/shop', 'apps.slice/shop', 'system.slice/reconcile-a@1.service/reconcile'])('takes %s as a cgroup parent', (name) => {
    expect(resolveSettings({ 'cgroup-parent': name }, {}, { cwd: '/' }).cgroupParent).toBe(name.replace(/^\//, ''));
  });

  it.each(['..', 'a/../b', 'a//b', 'a/', '-x', 'A', 'memory.max', '/', '.slice', 'a.slice/..', 'a.service.max', 'a b', 'a\nb', 'a'.repeat(64)])(
    'refuses %j as a cgroup parent',
    (name) => {
      expect(() => resolveSettings({ 'cgroup-parent': name }, {}, { cwd: '/' })).toThrow(/^--cgroup-parent: not the name of a cgroup/);
    },
  );

  it.each([
    ['the root folder', { root: '/' }, {}, '--root: / cannot be used'],
    ['one folder for both', { root: '/a', data: '/b/../a' }, {}, '--root and --data are the same folder: /a'],
    ['a bad runtime', { runtime: 'docker' }, {}, '--runtime: not a runtime (got docker)'],
    ['a bad format from the environment', {}, { RECONCILE_OUTPUT: 'yaml' }, 'RECONCILE_OUTPUT: unknown value (got yaml)'],
    ['a format that the command does not have', { output: 'sarif' }, {}, '--output: not a format of this command (got sarif)'],
    ['a bad level', { 'log-level': 'loud' }, {}, '--log-level: unknown value (got loud)'],
  ])('refuses %s and names where it came from', (_case, flags, env, message) => {
    expect(() => resolveSettings(flags, env, { cwd: '/' })).toThrow(expect.objectContaining({ code: 'ERR_USAGE', message }));
  });
});

describe('completeFlags', () => {
  const specs = [
    { name: 'resync', value: 'DURATION', env: 'RECONCILE_RESYNC', default: '30s', help: '' },
    { name: 'tail', value: 'N', help: '' },
    { name: 'yes', help: '' },
  ];

  it.each([
    ['the flag', { resync: '1s' }, { RECONCILE_RESYNC: '2s' }, { resync: '1s' }],
    ['the environment', { yes: true as const }, { RECONCILE_RESYNC: '2s' }, { resync: '2s', yes: true }],
    ['the default, and none where there is none', {}, {}, { resync: '30s' }],
  ])('takes %s', (_case, flags, env, complete) => {
    expect(completeFlags(specs, flags, env)).toEqual(complete);
  });
});
