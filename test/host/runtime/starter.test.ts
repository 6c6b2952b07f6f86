import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../../src/host/proc/process.ts';
import { openStarter } from '../../../src/host/runtime/starter.ts';
import type { Starter } from '../../../src/host/runtime/starter.ts';

let dir: string;
let starter: Starter;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "reconcile starter '"));
  starter = openStarter(undefined);
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const start = (script: string, ...args: readonly string[]) => starter.start({ file: '/bin/sh', args: ['-c', script, 'sh', ...args], cwd: dir });

const answerTo = async (script: string, ...args: readonly string[]): Promise<string | undefined> => (await start(script, ...args)).answer;

const alive = (pid: number): boolean => !['Z', undefined].includes(readProcess(pid)?.state);

/** The pid in an answer such as {42}. */
const pidIn = (answer: string | undefined): number => Number(answer?.replaceAll(/[{}]/g, ''));

describe('a starter', () => {
  it('starts a program in its folder, with its arguments as they are', async () => {
    const words = ['$HOME "quoted"', '', '  blanks ', '=x', 'back\\slash', '*', '-e'];

    expect(await answerTo('{ printf "{%s" "$PWD"; printf "|%s" "$@"; echo; } >&3', ...words)).toBe([`{${dir}`, ...words].join('|'));
  });

  it('has an answer while the program goes on, and the lines before it', async () => {
    const started = await start('echo one >&2; echo two >&3; echo "{$$}" >&3; exec sleep 60');

    const pid = pidIn(await started.answer);

    expect(started.words()).toBe('one\ntwo');
    expect(alive(pid)).toBe(true);
    process.kill(pid);
  });

  it('has none where the program ends without one', async () => {
    const started = await start('echo "no luck" >&2');

    expect(await started.answer).toBeUndefined();
    expect(started.words()).toBe('no luck');
  });

  it('says why a program cannot be started', async () => {
    const started = await starter.start({ file: join(dir, 'none'), args: [], cwd: dir });

    expect(await started.answer).toBeUndefined();
    expect(started.words()).toMatch(/none: .*not found/);
  });

  it('keeps apart what is started at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));

    const answers = await Promise.all(numbers.map((number) => answerTo('echo noise >&2; echo "{$1}" >&3', number)));

    expect(answers).toEqual(numbers.map((number) => `{${number}}`));
  });

  it('reads no more of a flood than it needs', async () => {
    const started = await start('yes >&2');

    expect(await started.answer).toBeUndefined();
    expect(started.words().length).toBeLessThan(200);
    expect((await answerTo('printf "{%5000s\\n" x >&3'))?.length).toBe(3000);
  });

  it('kills what was started, whatever it runs by now', async () => {
    const started = await start(`echo $$ > pid; exec sleep 60`);
    const pid = (): number => Number(readFileSync(join(dir, 'pid'), 'utf8').trim());
    await expect.poll(() => { try { return readProcess(pid())?.comm; } catch { return undefined; } }).toBe('sleep');

    started.kill();

    await expect.poll(() => alive(pid())).toBe(false);
  });

  it('kills also what has yet to be started', async () => {
    writeFileSync(join(dir, 'began'), '');
    const started = await start('echo x >> began; exec sleep 61');
    started.kill();

    await expect(Promise.race([started.answer, answerTo('sleep 0.5; echo "{}" >&3')])).resolves.toBe('{}');
    expect(readFileSync(join(dir, 'began'), 'utf8').length).toBeLessThanOrEqual(2);
  });

  it('refuses words with a line break', async () => {
    await expect(answerTo('exit 0', 'one\ntwo')).rejects.toMatchObject({ code: 'ERR_RUNTIME_FAILED', message: '"one\\ntwo": no line break can be passed on to the runtime' });
  });

  it('starts on where its shell was killed', async () => {
    const waiting = await start('exec sleep 60');
    const program = await start('echo "{$$}" >&3; exec sleep 60');
    const pid = pidIn(await program.answer);
    const shell = pidIn(await answerTo('echo "{$PPID}" >&3'));

    process.kill(shell, 'SIGKILL');

    expect(await waiting.answer).toBeUndefined();
    expect(waiting.words()).toBe('the shell that starts it ended by SIGKILL');
    waiting.kill();
    await expect.poll(() => answerTo('echo "{again}" >&3')).toBe('{again}');
    expect(alive(pid)).toBe(true);
    process.kill(pid);
  });

  it('leaves no zombie', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => answerTo('echo "{$PPID}" >&3')));
    const shell = pidIn(answers[0]);

    const childrenLater = async (): Promise<string> => {
      // Those that ended are reaped once, a moment after the last answer, when some may still be ending.
      await answerTo('echo "{}" >&3');
      await delay(150);
      return readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8');
    };
    await expect.poll(childrenLater).toBe('');
    expect(await answerTo('echo "{$PPID}" >&3')).toBe(answers[0]);
  });

  it('takes another shell where one stands still', async () => {
    const shell = pidIn(await answerTo('echo "{$PPID}" >&3'));
    process.kill(shell, 'SIGSTOP');

    const stuck = await start('echo "{}" >&3');
    stuck.kill();

    // Only once it is reaped has the starter heard of its end.
    await expect.poll(() => readProcess(shell)).toBeUndefined();
    expect(await answerTo('echo "{again}" >&3')).toBe('{again}');
  });

  it('ends with the program that made it, even where that is killed, and leaves what it started', async () => {
    const script = `import { openStarter } from ${JSON.stringify(new URL('../../../src/host/runtime/starter.ts', import.meta.url).href)};
      const { answer } = await openStarter(undefined).start({ file: '/bin/sh', args: ['-c', ${JSON.stringify('echo "{$PPID $$}" >&3; exec sleep 60')}], cwd: '/' });
      console.log(await answer);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [words] = (await child.stdout.take(1).toArray()) as [Buffer];
    const [shell = 0, pid = 0] = words.toString().replaceAll(/[{}\n]/g, '').split(' ').map(Number);
    expect([alive(shell), alive(pid)]).toEqual([true, true]);

    child.kill('SIGKILL');

    await expect.poll(() => alive(shell)).toBe(false);
    expect(alive(pid)).toBe(true);
    process.kill(pid);
  });

  it('keeps no program of ours going', async () => {
    const script = `import { openStarter } from ${JSON.stringify(new URL('../../../src/host/runtime/starter.ts', import.meta.url).href)};
      const { answer } = await openStarter(undefined).start({ file: '/bin/sh', args: ['-c', 'echo "{}" >&3'], cwd: '/' });
      console.log(await answer);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });

    const [status] = await new Promise<unknown[]>((resolve) => child.once('exit', (...args) => { resolve(args); }));

    expect(status).toBe(0);
  });
});

describe('what a starter starts', () => {
  it('has no more of ours than PATH, LANG and what conmon needs, and no file that we have open', async () => {
    const fd = openSync(join(dir, 'open'), 'w');

    const answer = await answerTo(`echo "{$(env | cut -d= -f1 | sort | tr '\\n' ' ')$(ls -l /proc/$$/fd | sed -n 's/.* -> //p' | grep -v pipe: | sort -u)}" >&3`);

    closeSync(fd);
    expect(answer).toBe('{LANG PATH PWD _OCI_SYNCPIPE /dev/null}');
  });

  it('has a session that no terminal of ours ends', async () => {
    const session = pidIn(await answerTo(`echo "{$(cut -d' ' -f6 /proc/$$/stat)}" >&3`));

    expect(session).not.toBe(Number(readFileSync('/proc/self/stat', 'utf8').split(' ')[5]));
  });
});
