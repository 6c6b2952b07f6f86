import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import { detectRuntime } from '../../../src/host/runtime/detect-runtime.ts';
import { noteRuntime } from '../../../src/host/runtime/runtime-note.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-detect-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const crun = 'echo "crun version 1.8.1"; echo "commit: abc"';
const runc = 'echo "runc version 1.1.5+ds1"';

function install(programs: Readonly<Record<string, string>>): void {
  for (const [file, body] of Object.entries(programs)) {
    writeFileSync(join(dir, file), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, file), 0o755);
  }
}

function detect(requested: string, mayAsk = true) {
  const paths = pathsOf({ root: dir, data: dir });
  return detectRuntime({ requested, paths, mayAsk, programFolders: ['/nonexistent', dir] });
}

interface Case {
  readonly name: string;
  readonly requested: string;
  readonly has: Readonly<Record<string, string>>;
}

describe('detectRuntime', () => {
  const both = { crun, runc };
  const onlyRunc = 'runc 1.1.5+ds1';
  const choices: readonly (Case & { readonly found: string; readonly why: RegExp })[] = [
    { name: 'both', requested: 'auto', has: both, found: 'crun 1.8.1', why: /fastest/ },
    { name: 'runc alone', requested: 'auto', has: { runc }, found: onlyRunc, why: /crun was not/ },
    {
      name: 'a crun that does not run',
      requested: 'auto',
      has: { crun: 'exit 1', runc },
      found: onlyRunc,
      why: /crun was not found/,
    },
    { name: 'runc asked for', requested: 'runc', has: both, found: onlyRunc, why: /asked for: runc/ },
  ];

  it.each(choices)('chooses on $name', async ({ requested, has, found, why }) => {
    install({ ...has, conmon: 'exit 0' });

    const runtime = await detect(requested);

    expect(`${runtime.name} ${runtime.version}`).toBe(found);
    expect(runtime.path).toBe(join(dir, runtime.name));
    expect(runtime.why).toMatch(why);
  });

  it('takes an absolute path, whatever the program is called', async () => {
    install({ 'my-runtime': crun, conmon: 'exit 0' });

    const runtime = await detect(join(dir, 'my-runtime'));

    expect(runtime).toMatchObject({ name: 'crun', path: join(dir, 'my-runtime') });
  });

  const conmon = 'exit 0';
  const refusals: readonly (Case & { readonly hint: string })[] = [
    { name: 'no runtime', requested: 'auto', has: { conmon }, hint: 'apt-get install crun' },
    { name: 'no conmon', requested: 'auto', has: { crun }, hint: 'apt-get install conmon' },
    { name: 'no such name', requested: 'runc', has: { crun, conmon }, hint: 'apt-get install runc' },
  ];

  it.each(refusals)('refuses $name and says what to do', async ({ requested, has, hint }) => {
    install(has);

    await expect(detect(requested)).rejects.toMatchObject({ code: 'ERR_RUNTIME_MISSING', hint: expect.stringContaining(hint) });
  });

  it('does not say that a runtime is missing which is there and gives no answer', async () => {
    install({ crun: 'exit 1', conmon: 'exit 0' });

    await expect(detect('auto')).rejects.toThrow(/crun: does not answer --version/);
  });

  it('refuses a program that is no runtime', async () => {
    install({ 'my-runtime': 'echo "GNU coreutils"', conmon: '' });

    await expect(detect(join(dir, 'my-runtime'))).rejects.toThrow(/does not answer --version/);
  });
});

describe('detectRuntime that must start nothing', () => {
  const tells = `touch ${'$'}{0%/*}/asked; ${crun}`;

  it('takes the name of a program for what it is, and no version', async () => {
    install({ crun: tells, conmon: 'exit 0' });

    const runtime = await detect('auto', false);

    expect(runtime).toMatchObject({ name: 'crun', version: undefined, path: join(dir, 'crun') });
    expect(existsSync(join(dir, 'asked'))).toBe(false);
  });

  it('takes name and version from the note of who asked before', async () => {
    install({ 'my-runtime': tells, conmon: 'exit 0' });
    const path = join(dir, 'my-runtime');
    noteRuntime(pathsOf({ root: dir, data: dir }), await detect(path));
    rmSync(join(dir, 'asked'));

    const runtimes = [await detect(path, false), await detect(path, true)];

    expect(runtimes).toMatchObject([{ name: 'crun', version: '1.8.1' }, { name: 'crun', version: '1.8.1' }]);
    expect(existsSync(join(dir, 'asked'))).toBe(false);
  });

  it('takes a program for what the link to it leads to', async () => {
    install({ crun, conmon: 'exit 0' });
    symlinkSync(join(dir, 'crun'), join(dir, 'link'));

    expect((await detect(join(dir, 'link'), false)).name).toBe('crun');
  });

  it('refuses what is no program', async () => {
    install({ conmon: '' });

    await expect(detect(join(dir, 'gone'), false)).rejects.toThrow(/gone: is no program/);
  });
});
