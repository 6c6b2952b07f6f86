import { describe, expect, it } from 'vitest';
import { systemdUnits } from '../../src/render/systemd-unit.ts';
import type { ServiceOptions } from '../../src/render/systemd-unit.ts';

const options: ServiceOptions = {
  program: ['/usr/bin/node', '/opt/reconcile.js'],
  root: '/run/reconcile',
  data: '/var/lib/reconcile',
  cgroupParent: 'reconcile',
  runtime: 'auto',
  flags: ['--resync', '30s'],
  paths: ['/srv/manifests'],
};

/** NAME=VALUE lines of a unit, in order. */
function settingsIn(text = ''): string[] {
  return text.split('\n').filter((line) => /^[A-Z]\w*=/.test(line));
}

describe('the units', () => {
  it('start a watch at boot, which systemd watches in turn', () => {
    const [unit] = systemdUnits(options);

    expect(unit?.name).toBe('reconcile.service');
    expect(settingsIn(unit?.text)).toEqual(expect.arrayContaining([
      'Type=notify', 'WatchdogSec=30s', 'Restart=always', 'KillMode=process', 'WantedBy=multi-user.target',
      'Requires=reconcile-containers.service', 'After=reconcile-containers.service network.target',
      'ExecStart=/usr/bin/node /opt/reconcile.js watch --root /run/reconcile --data /var/lib/reconcile' +
        ' --cgroup-parent system.slice/reconcile-containers.service/reconcile --runtime auto --resync 30s -- /srv/manifests',
    ]));
  });

  it('keep the watch alive where memory is short, and the containers as likely to end as ever', () => {
    const [unit, holder] = systemdUnits(options);

    expect(settingsIn(unit?.text)).toEqual(expect.arrayContaining(['OOMScoreAdjust=-500', 'Environment=MALLOC_MMAP_THRESHOLD_=16384', 'MemoryMin=128M', 'MemoryLow=512M', 'OOMPolicy=continue']));
    expect(holder?.text).not.toMatch(/OOMScoreAdjust=|MemoryMin=/);
  });

  it('give the containers a delegated cgroup of their own', () => {
    const [unit, holder] = systemdUnits(options);

    expect(holder?.name).toBe('reconcile-containers.service');
    expect(settingsIn(holder?.text)).toEqual(expect.arrayContaining(['Delegate=yes', 'Slice=system.slice', 'OOMPolicy=continue']));
    expect(unit?.text).not.toContain('Delegate=');
  });

  it('have a cgroup of their own for each instance', () => {
    const [unit, holder] = systemdUnits({ ...options, cgroupParent: 'apps/shop' });

    expect([unit?.name, holder?.name]).toEqual(['reconcile_apps_shop.service', 'reconcile-containers_apps_shop.service']);
    expect(unit?.text).toContain('--cgroup-parent system.slice/reconcile-containers_apps_shop.service/apps/shop ');
  });

  it('have names that no other instance has', () => {
    const parents = ['reconcile', 'containers', 'a', 'a-containers', 'a/containers', 'a/b', 'a-b', 'containers/a'];

    const names = parents.flatMap((cgroupParent) => systemdUnits({ ...options, cgroupParent }).map(({ name }) => name));

    expect(new Set(names).size).toBe(2 * parents.length);
  });

  it('are the same where the parent is below them already', () => {
    const cgroupParent = 'system.slice/reconcile-containers.service/reconcile';

    expect(systemdUnits({ ...options, cgroupParent })).toEqual(systemdUnits(options));
  });

  it.each([
    ['a space', '/srv/a b', '"/srv/a b"', '"/srv/a b"'],
    ['a specifier', '/srv/%h', '/srv/%%h', '/srv/%%h'],
    ['a variable', '/srv/$HOME', '"/srv/$$HOME"', '"/srv/$HOME"'],
    ['quotes and a backslash', '/srv/"\'\\', '"/srv/\\"\'\\\\"', '"/srv/\\"\'\\\\"'],
    ['a separator of commands', ';', '";"', '";"'],
    ['letters of any script', '/srv/größe', '/srv/größe', '/srv/größe'],
  ])('hold a path with %s', (_case, path, asArgument, asWord) => {
    const [unit] = systemdUnits({ ...options, paths: [path] });

    expect(settingsIn(unit?.text).find((line) => line.startsWith('ExecStart='))?.split(' -- ')[1]).toBe(asArgument);
    expect(settingsIn(unit?.text)).toContain(`RequiresMountsFor=/run/reconcile /var/lib/reconcile ${asWord}`);
  });
});
