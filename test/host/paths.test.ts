import { expect, it } from 'vitest';
import { pathsOf } from '../../src/host/paths.ts';
import type { ContainerName } from '../../src/state/container-name.ts';

it('puts run-time state below root, and what outlives a reboot below data', () => {
  const name = 'web-0' as ContainerName;

  const paths = pathsOf({ root: '/run/r', data: '/var/lib/d' });

  expect([paths.lock, paths.bundle(name), paths.exits, paths.runtimeState]).toEqual([
    '/run/r/lock',
    '/run/r/bundles/web-0',
    '/run/r/exits',
    '/run/r/runtime',
  ]);
  expect([paths.jail('abc'), paths.layer(name), paths.log(name)]).toEqual([
    '/var/lib/d/jails/abc',
    '/var/lib/d/layers/web-0',
    '/var/lib/d/logs/web-0.log',
  ]);
});
