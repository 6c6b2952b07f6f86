import { call, openLoopDisk } from './loop-disk.ts';

/** A file system of the test's own that can stop taking writes: whoever writes to it then waits in the kernel, killed or not. */
export interface FreezableDisk {
  /** Where it is mounted. */
  readonly folder: string;
  freeze(): void;
  thaw(): void;
  /** Thaws it, and takes it away once nobody has a file of it open. */
  close(): Promise<void>;
}

export function openFreezableDisk(): FreezableDisk {
  const { image, folder, close } = openLoopDisk({ size: '16M', release: 'fsfreeze --unfreeze "$1" 2>/dev/null' });
  call('mkfs.ext4', '-q', '-F', image);
  call('mount', '-o', 'loop', image, folder);
  return {
    folder,
    freeze: () => { call('fsfreeze', '--freeze', folder); },
    thaw: () => { call('fsfreeze', '--unfreeze', folder); },
    close,
  };
}
