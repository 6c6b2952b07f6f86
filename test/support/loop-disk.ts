import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file for a file system of the test's own, and the folder where it is to be mounted. */
export interface LoopDisk {
  readonly image: string;
  readonly folder: string;
  /** Takes it away; nobody may have a file of it open. */
  close(): Promise<void>;
}

export interface LoopDiskOptions {
  /** As `truncate` takes it. */
  readonly size: string;
  /** By default a new one. */
  readonly folder?: string;
  /** A shell command, with the folder as "$1", that comes before it is unmounted. */
  readonly release?: string;
}

/** Whatever becomes of the test: the end of its guardian's pipe unmounts, and with the mount goes the loop device. */
export function openLoopDisk({ size, folder: given, release = ':' }: LoopDiskOptions): LoopDisk {
  const place = mkdtempSync(join(tmpdir(), 'reconcile-disk-'));
  const [image, folder] = [join(place, 'image'), given ?? join(place, 'mnt')];
  mkdirSync(folder, { recursive: true });
  call('truncate', `--size=${size}`, image);
  const guard = `cat; ${release}; umount "$1" || { sleep 2; umount --lazy "$1"; }`;
  const guardian = spawn('sh', ['-c', guard, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = once(guardian, 'exit');
  return {
    image,
    folder,
    async close() {
      guardian.stdin.end();
      await ended;
      rmSync(place, { recursive: true });
    },
  };
}

/** Runs a program of the system, and gives what it printed. Throws where it fails. */
export function call(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
