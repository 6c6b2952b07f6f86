import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStarter } from '../../../src/host/runtime/starter.ts';
import { execInContainer, execProcess } from '../../../src/host/runtime/exec-process.ts';
import { ociProcess, ociSpec } from '../../../src/host/runtime/oci-spec.ts';
import { name, plainSpec } from '../../support/containers.ts';

const web = name('web');

describe('execProcess', () => {
  const base = ociProcess({ ...plainSpec, process: { ...plainSpec.process, user: { uid: 7, gid: 8 } } });

  it('differs from the container’s process in its arguments alone', () => {
    expect(execProcess(base, { args: ['/bin/ls'], tty: false })).toEqual({ ...base, args: ['/bin/ls'] });
  });

  it('has TERM and a terminal where one is asked for', () => {
    const process = execProcess(base, { args: ['/bin/sh'], tty: true });

    expect(process.terminal).toBe(true);
    expect(process.env.filter((entry) => entry.startsWith('TERM='))).toHaveLength(1);
  });

  it('leaves the container’s own TERM alone', () => {
    const process = execProcess({ ...base, env: ['TERM=dumb'] }, { args: ['/bin/sh'], tty: true });

    expect(process.env).toEqual(['TERM=dumb']);
  });
});

describe('execInContainer', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'reconcile-execp-'));
    mkdirSync(join(dir, 'bundle'));
    const process = { ...plainSpec.process, env: { TOKEN: 'hunter2' } };
    const spec = ociSpec({ spec: { ...plainSpec, process }, cgroupPath: '/p/web', rootPath: '/r', rootReadonly: true });
    writeFileSync(join(dir, 'bundle/config.json'), JSON.stringify(spec));
  });

  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** With a runtime that notes its arguments, and the mode and content of the process file, and exits with 42. */
  function exec() {
    const script = `cd ${dir}; echo "$@" > args; stat -c %a "$4" > mode; cp "$4" process; exit 42`;
    writeFileSync(join(dir, 'runtime'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, 'runtime'), 0o755);
    const runtime = { path: join(dir, 'runtime'), state: join(dir, 'state') };
    const options = { args: ['/bin/ls'], tty: false };
    return execInContainer({ runtime, starter: openStarter(undefined), name: web, bundle: join(dir, 'bundle'), exec: options });
  }

  it('passes the environment in a private file that is gone afterwards, never as an argument', async () => {
    mkdirSync(join(dir, 'state/web'), { recursive: true });

    const status = await exec();

    expect(status).toBe(42);
    expect(readFileSync(join(dir, 'args'), 'utf8')).toMatch(/ exec --process \S+ -- web\n$/);
    expect(readFileSync(join(dir, 'args'), 'utf8')).not.toContain('hunter2');
    expect(readFileSync(join(dir, 'mode'), 'utf8')).toBe('600\n');
    expect(readFileSync(join(dir, 'process'), 'utf8')).toContain('TOKEN=hunter2');
    expect(readdirSync(join(dir, 'bundle'))).toEqual(['config.json']);
  });

  it('refuses a container that is not there, and one that is not started', async () => {
    await expect(exec()).rejects.toThrow(expect.objectContaining({ code: 'ERR_NOT_FOUND' }));

    mkdirSync(join(dir, 'state/web'), { recursive: true });
    writeFileSync(join(dir, 'state/web/exec.fifo'), '');

    await expect(exec()).rejects.toThrow('web: nothing can be run in it: it is created but not started');
  });
});
