import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('the log that a reboot left of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const log = (): string => join(host.data, 'logs/web.log');

  beforeEach(() => {
    mkdirSync(join(host.data, 'logs'), { recursive: true });
    writeFileSync(log(), 'before the reboot\n');
    host.write('other.yaml', sleeper('other'));
  });

  it('goes where no manifest asks for the container any more', () => {
    const { stdout } = host.apply('--allow-prune');

    expect(stdout).toMatch(/delete web: not in the manifests/);
    expect(existsSync(log())).toBe(false);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('stays while a manifest cannot be read, and where the container is asked for', () => {
    host.write('web.yaml', 'kind: Container\n  broken');
    host.run('apply', '--yes', '--allow-prune', host.manifests);
    expect(existsSync(log())).toBe(true);

    host.write('web.yaml', sleeper('web'));
    host.apply();

    expect(host.run('logs', 'web').stdout).toContain('before the reboot');
  });
});
