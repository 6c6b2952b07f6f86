import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readProcess } from '../../../src/host/proc/process.ts';
import { openMountSpace } from '../../../src/host/runtime/mount-space.ts';
import { requires } from '../../support/requires.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-space-'));
  copyFileSync('/bin/true', join(dir, 'program'));
  mkdirSync(join(dir, 'hidden'));
  spawnSync('mount', ['-t', 'tmpfs', 'space-test', join(dir, 'hidden')]);
});

afterEach(() => {
  spawnSync('umount', [join(dir, 'hidden')]);
  rmSync(dir, { recursive: true, force: true });
});

const open = (without = [join(dir, 'hidden')]) => openMountSpace({ without, program: join(dir, 'program') });

async function inside(space: ReturnType<typeof open>, script: string): Promise<string> {
  const [file = '', ...args] = await space.entry(dir);
  return spawnSync(file, [...args, 'sh', '-c', script], { encoding: 'utf8' }).stdout;
}

const holderIn = (entry: readonly string[]): number => Number(/\/proc\/(\d+)\//.exec(entry.join(' '))?.[1]);

requires({ root: true })('a mount space', () => {
  it('lacks the mounts that it is to lack, which the host keeps', async () => {
    const seen = await inside(open(), 'grep -c space-test /proc/self/mountinfo');

    expect(seen).toBe('0\n');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toContain('space-test');
  });

  it('leads programs in with their working folder, and has the runtime read-only', async () => {
    const seen = await inside(open(), `pwd; (: >> ${dir}/program) 2>/dev/null || echo refused`);

    expect(seen).toBe(`${dir}\nrefused\n`);
  });

  it('is made once for all that enter, and anew where its holder was killed', async () => {
    const space = open();
    const [one, two] = await Promise.all([space.entry('/'), space.entry('/')]);

    process.kill(holderIn(one), 'SIGKILL');
    await expect.poll(async () => holderIn(await space.entry('/'))).not.toBe(holderIn(one));

    expect(two).toEqual(one);
  });

  it('ends with the program that made it, even where that is killed', async () => {
    const script = `import { openMountSpace } from ${JSON.stringify(new URL('../../../src/host/runtime/mount-space.ts', import.meta.url).href)};
      console.log((await openMountSpace({ without: [], program: ${JSON.stringify(join(dir, 'program'))} }).entry('/')).join(' '));
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [words] = (await child.stdout.take(1).toArray()) as [Buffer];
    const holder = holderIn([words.toString()]);
    // It says that it is ready right before it becomes what holds on.
    await expect.poll(() => readFileSync(`/proc/${holder}/comm`, 'utf8')).toBe('cat\n');

    child.kill('SIGKILL');

    await expect.poll(() => readProcess(holder)?.state ?? 'Z').toBe('Z');
  });

  it('that cannot be made is an error that says why', async () => {
    await expect(open([join(dir, 'no-mount')]).entry('/')).rejects.toMatchObject({
      code: 'ERR_RUNTIME_FAILED',
      message: expect.stringMatching(/mount namespace for the runtime: umount: .*no-mount/),
    });
  });
});
