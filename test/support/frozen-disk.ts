import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of the test's own that can stop taking writes: whoever writes to it then waits in the kernel, killed or not. */
export interface FreezableDisk {
  /** Where it is mounted. */
  readonly folder: string;
  freeze(): void;
  thaw(): void;
  /** Thaws it, and takes it away once nobody has a file of it open. */
  close(): Promise<void>;
}

/** Whatever becomes of the test: the end of its pipe thaws and unmounts. */
const guard = 'cat; fsfreeze --unfreeze "$1" 2>/dev/null; umount "$1" || { sleep 2; umount --lazy "$1"; }';

export function openFreezableDisk(): FreezableDisk {
  const place = mkdtempSync(join(tmpdir(), 'reconcile-disk-'));
  const [image, folder] = [join(place, 'image'), join(place, 'mnt')];
  call('truncate', '--size=16M', image);
  call('mkfs.ext4', '-q', '-F', image);
  call('mkdir', folder);
  call('mount', '-o', 'loop', image, folder);
  const guardian = spawn('sh', ['-c', guard, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = once(guardian, 'exit');
  return {
    folder,
    freeze: () => { call('fsfreeze', '--freeze', folder); },
    thaw: () => { call('fsfreeze', '--unfreeze', folder); },
    async close() {
      guardian.stdin.end();
      await ended;
      rmSync(place, { recursive: true });
    },
  };
}

function call(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
