import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { readCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { many } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const count = many(50, 6);

describeOnHost('many replicas', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const names = Array.from({ length: count }, (_, index) => `web-${index}`);
  const manifest = (max: number, replicas = count): string => sleeper('web', [`  replicas: ${replicas}`, `  resources: {pids: {max: ${max}}}`]);

  it('come up, are resized keeping every process, and go down', () => {
    host.write('web.yaml', manifest(32));
    host.write('other.yaml', sleeper('other'));
    host.apply();
    const before = host.status();
    expect(before.filter((row) => row.status === 'running')).toHaveLength(count + 1);

    host.write('web.yaml', manifest(48));
    host.apply();

    expect(names.map((name) => readCgroup(host.cgroup(name), 'pids.max'))).toEqual(Array(count).fill('48'));
    expect(host.status().map((row) => row.pid)).toEqual(before.map((row) => row.pid));

    host.write('web.yaml', manifest(48, 2));
    host.apply();
    expect(host.status().map((row) => row.name)).toEqual(['other', 'web-0', 'web-1']);

    host.remove('web.yaml');
    host.apply();
    expect(host.status().map((row) => row.name)).toEqual(['other']);
  });
});
