import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { buildProgram } from '../support/build-program.ts';
import type { Needs } from '../support/requires.ts';

export interface GuestOptions {
  /** Names the guest's console below .cache/vm and what is printed of it. */
  readonly name: string;
  /** The script of test/vm/guest that is the guest's first process. */
  readonly script: string;
  /** Environment of that script. */
  readonly env: Readonly<Record<string, string>>;
  /** The whole run, and the longest silence, in milliseconds. */
  readonly boundMs: number;
  readonly silenceMs: number;
  /** Each line that the guest writes to its second serial port. */
  readonly onLine: (line: string) => void;
  /** A disk that keeps what the guest writes, made at the first boot; by default it is forgotten. */
  readonly disk?: string;
  /** By default 2048. */
  readonly memoryMebibytes?: number;
  /** A further disk, a raw file, that keeps what of it the guest has written when its power is cut. */
  readonly dataDisk?: string;
  /** Cuts the power of the guest; the run then counts as ended. */
  readonly powerCut?: AbortSignal;
}

/** What costs an emulated processor time and a test nothing is off. */
const kernelFlags = [
  ...['console=ttyS0', 'quiet', 'panic=-1', 'rw', 'mitigations=off', 'init_on_alloc=0', 'nowatchdog', 'audit=0', 'nokaslr', 'norandmaps'],
  ...['transparent_hugepage=never', 'rcupdate.rcu_expedited=1', 'ipv6.disable=1'],
];

/** What building and booting a guest takes. */
export const guestNeeds: Needs = { root: true, programs: ['mmdebstrap', 'mke2fs', 'qemu-system-x86_64', 'qemu-img'] };

const project = new URL('../..', import.meta.url).pathname;
const cache = join(project, '.cache/vm');

/** Boots a guest with this tree in it and waits until it powers off. Fails where it hangs, with the end of its console. */
export async function runGuest(options: GuestOptions): Promise<void> {
  await withTree((tree) => runGuestWith(tree, options));
}

/** For several boots with the same tree, which `use` hands to `runGuestWith`. What must outlive a boot goes into `folder`, which goes in the end. */
export async function withTree<Result>(use: (tree: string, folder: string) => Promise<Result>): Promise<Result> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'run-'));
  try {
    return await use(packTree(folder), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As `runGuest`. */
export async function runGuestWith(tree: string, options: GuestOptions): Promise<void> {
  const base = (await promisify(execFile)('sh', [join(project, 'test/vm/disk.sh')], { maxBuffer: 2 ** 24 })).stdout.trim();
  const [console, kept] = [join(dirname(tree), 'console'), join(cache, `${options.name}.console`)];
  const args = qemuArgs(base, { ...options, tree, console });
  let fault = await powerOn(args, options);
  for (let again = 0; fault === neverUp && again < 2; again += 1) {
    process.stdout.write(`  ${options.name}: nothing came from the guest within ${upMs / 1000} s; it is powered on again\n`);
    fault = await powerOn(args, options);
  }
  const end = tailOf(console);
  if (existsSync(console)) renameSync(console, kept);
  if (fault !== undefined) throw new Error(`${fault}\nThe end of its console, ${kept}:\n${end}`);
}

/**
 * How long a guest may take until its first process has run. Of many boots one stood still in the emulator, before the
 * guest's kernel had said a word: no test of ours had begun.
 */
const upMs = 60_000;

/** What a guest's scripts say first. */
const upLine = 'up';

const neverUp = 'the guest did not come up';

/** The project's files with a fresh build, as a tar archive that is the guest's second disk. */
function packTree(folder: string): string {
  const [tar, built] = [join(folder, 'tree.tar'), join(folder, 'build')];
  const run = (program: string, args: readonly string[], env?: NodeJS.ProcessEnv): void => {
    execFileSync(program, args, { cwd: project, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  buildProgram(join(built, 'dist'));
  run('rolldown', ['-c', 'test/vm/modules.config.ts', '--configLoader', 'native', '--log-level', 'warn'], { MODULES_DIR: join(built, 'dist/modules') });
  const left = ['node_modules', '.git', '.cache', 'dist', 'coverage'].map((name) => `--exclude=./${name}`);
  run('tar', ['-cf', tar, ...left, '-C', project, '.', '-C', built, 'dist']);
  rmSync(built, { recursive: true });
  return tar;
}

interface Machine extends GuestOptions {
  readonly tree: string;
  readonly console: string;
}

function qemuArgs(base: string, { script, env, tree, console, disk, dataDisk, memoryMebibytes = 2048 }: Machine): string[] {
  const words = Object.entries({ guest: script, ...env }).map(([name, value]) => `${name}=${value}`);
  return [
    // A broken /dev/kvm can hang a guest, so hardware virtualization is asked for. The plainest processor that node runs
    // on is the fastest to emulate.
    ...['-accel', process.env['VM_ACCEL'] ?? 'tcg,thread=multi,tb-size=512', '-cpu', 'Nehalem-v1', '-smp', '2', '-m', String(memoryMebibytes)],
    ...['-drive', driveOf(base, disk), '-drive', `file=${tree},if=virtio,format=raw,readonly=on`],
    ...(dataDisk === undefined ? [] : ['-drive', `file=${dataDisk},if=virtio,format=raw,cache=unsafe`]),
    ...['-kernel', join(base, 'vmlinuz'), '-initrd', join(base, 'initrd.gz')],
    ...['-append', [...kernelFlags, ...words].join(' ')],
    ...['-display', 'none', '-monitor', 'none', '-nic', 'none', '-no-reboot'],
    ...['-serial', `file:${console}`, '-serial', 'stdio'],
  ];
}

function driveOf(base: string, disk: string | undefined): string {
  const image = join(base, 'disk.ext4');
  if (disk === undefined) return `file=${image},if=virtio,format=raw,snapshot=on,cache=unsafe`;
  execFileSync('sh', ['-c', '[ -e "$2" ] || qemu-img create -q -f qcow2 -b "$1" -F raw "$2"', 'sh', image, disk]);
  return `file=${disk},if=virtio,format=qcow2,cache=unsafe`;
}

/** Undefined where the guest ended by itself, else what went wrong. */
async function powerOn(args: readonly string[], { name, boundMs, silenceMs, onLine, powerCut }: GuestOptions): Promise<string | undefined> {
  const startedMs = performance.now();
  const seconds = (): string => ((performance.now() - startedMs) / 1000).toFixed(1);
  const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let fault: string | undefined;
  let words = '';
  const give = (reason: string): void => {
    fault ??= reason;
    qemu.kill('SIGKILL');
  };
  const bound = setTimeout(() => { give(`${name}: the guest did not end within ${boundMs / 1000} s`); }, boundMs);
  const silence = setTimeout(() => { give(`${name}: the guest was silent for ${silenceMs / 1000} s`); }, silenceMs);
  const up = setTimeout(() => { give(neverUp); }, upMs);
  createInterface({ input: qemu.stdout }).on('line', (line) => {
    silence.refresh();
    clearTimeout(up);
    if (line.trimEnd() === upLine) process.stdout.write(`  ${name}: up after ${seconds()} s\n`);
    else onLine(line.trimEnd());
  });
  qemu.stderr.on('data', (chunk: Buffer) => { words += chunk.toString(); });
  powerCut?.addEventListener('abort', () => { qemu.kill('SIGKILL'); });
  const status = await new Promise<number | null>((resolve, reject) => qemu.once('error', reject).once('close', resolve));
  clearTimeout(bound);
  clearTimeout(silence);
  clearTimeout(up);
  process.stdout.write(`  ${name}: off after ${seconds()} s\n`);
  return fault ?? (status === 0 || powerCut?.aborted === true ? undefined : `${name}: qemu ended with ${status}: ${words}`);
}

function tailOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(-40).join('\n');
  } catch {
    return '(nothing)';
  }
}
