import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStarter } from '../../../src/host/runtime/starter.ts';
import { requires } from '../../support/requires.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-space-'));
  copyFileSync('/bin/true', join(dir, 'program'));
  for (const name of ['hidden', 'shown']) mkdirSync(join(dir, name));
  spawnSync('mount', ['-t', 'tmpfs', 'space-test', join(dir, 'hidden')]);
});

afterEach(() => {
  spawnSync('umount', [join(dir, 'hidden')]);
  rmSync(dir, { recursive: true, force: true });
});

const open = (over = join(dir, 'hidden')) => openStarter({ covers: [{ over, by: join(dir, 'shown') }], program: join(dir, 'program') });

async function inside(starter: ReturnType<typeof open>, script: string): Promise<string> {
  const [file = '', ...args] = await starter.entry(dir);
  return spawnSync(file, [...args, 'sh', '-c', script], { encoding: 'utf8' }).stdout;
}

async function started(starter: ReturnType<typeof open>, script: string): Promise<string | undefined> {
  const { answer } = await starter.start({ file: '/bin/sh', args: ['-c', `echo "{$(${script})}" >&3`], cwd: dir });
  return answer;
}

requires({ root: true })('a mount space', () => {
  it('shows one place in that of another, which the host goes on seeing', async () => {
    const starter = open();
    const make = `mkdir ${dir}/hidden/web; ls ${dir}/shown`;

    expect(await started(starter, make)).toBe('{web}');
    expect(await inside(starter, `ls ${dir}/hidden`)).toBe('web\n');
    expect(readdirSync(join(dir, 'hidden'))).toEqual([]);
  });

  it('has the runtime read-only, and leads programs in with their working folder', async () => {
    const starter = open();
    const script = `pwd; (: >> ${dir}/program) 2>/dev/null || echo refused`;

    expect(await started(starter, `{ ${script}; } | tail -n 1`)).toBe('{refused}');
    expect(await inside(starter, script)).toBe(`${dir}\nrefused\n`);
  });

  it('that cannot be made is an error that says why', async () => {
    await expect(open(join(dir, 'no-mount')).entry('/')).rejects.toMatchObject({
      code: 'ERR_RUNTIME_FAILED',
      message: expect.stringMatching(/^shell that starts containers: mount: .*no-mount/),
    });
  });
});
