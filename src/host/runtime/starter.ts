import { ReconcileError } from '../../errors.ts';
import type { Launch } from './launch.ts';
import type { MountSpace } from './mount-space.ts';
import { openStarterShell } from './starter-shell.ts';
import type { Started, StarterShell } from './starter-shell.ts';

/**
 * Starts programs that may outlive us, by a shell: to fork it takes a tenth of what it takes to fork us, with the page tables
 * of all that we hold, and what it starts is in its mounts without one program more that leads there.
 */
export interface Starter {
  /** The first call starts the shell, which lasts as long as we. Throws ERR_RUNTIME_FAILED. */
  start(launch: Launch): Promise<Started>;
  /** The words that lead another program into the mounts of those that are started here; it keeps `cwd`. Throws ERR_RUNTIME_FAILED. */
  entry(cwd: string): Promise<readonly string[]>;
}

/** @param space in whose mounts the programs run; undefined: the host's */
export function openStarter(space: MountSpace | undefined): Starter {
  let shell: Promise<StarterShell> | undefined;
  const open = (): Promise<StarterShell> => {
    const forget = (): void => { shell = undefined; };
    const opened = openStarterShell(space, forget);
    opened.catch(forget);
    return opened;
  };
  return {
    async start({ file, args, cwd }) {
      const words = [cwd, file, ...args];
      refuseLineBreaks(words);
      return (await (shell ??= open())).start(words);
    },
    async entry(cwd) {
      if (space === undefined) return [];
      const { pid } = await (shell ??= open());
      return ['nsenter', `--mount=/proc/${pid}/ns/mnt`, `--wd=${cwd}`, '--'];
    },
  };
}

function refuseLineBreaks(words: readonly string[]): void {
  const broken = words.find((word) => word.includes('\n'));
  if (broken !== undefined) throw new ReconcileError('ERR_RUNTIME_FAILED', `${JSON.stringify(broken)}: no line break can be passed on to the runtime`);
}
