import { once } from 'node:events';
import { ReconcileError } from '../../errors.ts';
import { lastLines } from '../capture.ts';
import { spawnHolder } from '../spawn.ts';
import type { Holder } from '../spawn.ts';
import { openDeadline } from './deadline.ts';

/** The host's mounts, less some: for a runtime that refuses to work where it sees them. */
export interface MountSpace {
  /**
   * The words that lead a program in; it keeps `cwd`. The first call makes the space, which lasts for as long as we or a
   * program in it. Throws ERR_RUNTIME_FAILED.
   */
  entry(cwd: string): Promise<readonly string[]>;
}

export interface MountSpaceOptions {
  /** Mount points that are not there in the space. */
  readonly without: readonly string[];
  /** Absolute path of a program that is read-only in the space: crun and runc copy themselves at each call unless they are. */
  readonly program: string;
}

const readyTimeoutMs = 5000;

/** Holds the namespace until its stdin ends, which our own end sees to, however that comes. */
const hold = 'program=$1; shift; for point do umount "$point"; done; mount --bind -o ro "$program" "$program"; echo ready; exec cat';

export function openMountSpace({ without, program }: MountSpaceOptions): MountSpace {
  let holder: Promise<Holder> | undefined;
  const open = (): Promise<Holder> => {
    const opened = openHolder(['--mount', '--propagation', 'slave', '--', 'sh', '-ec', hold, 'sh', program, ...without]);
    opened.then(({ child }) => child.once('exit', () => { holder = undefined; }), () => { holder = undefined; });
    return opened;
  };
  return {
    async entry(cwd) {
      const { child } = await (holder ??= open());
      return ['nsenter', `--mount=/proc/${child.pid}/ns/mnt`, `--wd=${cwd}`, '--'];
    },
  };
}

async function openHolder(args: readonly string[]): Promise<Holder> {
  const holder = spawnHolder('unshare', args);
  const words: string[] = [];
  holder.stderr.on('data', (text: string) => words.push(text));
  const failed = once(holder.child, 'error').then(([error]) => error as Error);
  const ended = once(holder.child, 'close').then(() => 'ended' as const);
  const deadline = openDeadline(readyTimeoutMs);
  const outcome = await Promise.race([once(holder.stdout, 'data').then(() => 'ready' as const), failed, ended, deadline.passed]);
  deadline.close();
  if (outcome === 'ready') {
    holder.letGo();
    return holder;
  }
  holder.child.kill('SIGKILL');
  const reason = outcome instanceof Error ? outcome.message : outcome === 'ended' ? lastLines(words.join('')) : `no answer within ${readyTimeoutMs} ms`;
  throw new ReconcileError('ERR_RUNTIME_FAILED', `mount namespace for the runtime: ${reason}`, {
    hint: 'unshare and mount come with util-linux; or use --runtime runc',
    retryable: true,
  });
}
