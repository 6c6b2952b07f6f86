import { mkdirSync } from 'node:fs';
import { inLane } from './disturb.ts';

/** Mounts a small file system in memory at `folder`, where the program sees it. */
export function mountSmallDisk(folder: string, size = '8m'): void {
  mkdirSync(folder, { recursive: true });
  inLane('mount', '-t', 'tmpfs', '-o', `size=${size},nr_inodes=1k,mode=0700`, 'tmpfs', folder);
}

/** Takes every block and every inode that is left: a folder needs no block of a tmpfs, where most disks have none left for it either. */
export function fillDisk(folder: string): void {
  const fill = 'mkdir -p "$1/fill"; dd if=/dev/zero of="$1/fill/blocks" bs=4k oflag=append conv=notrunc';
  inLane('sh', '-c', `${fill}; i=0; while true > "$1/fill/$i"; do i=$((i + 1)); done 2>/dev/null; exit 0`, 'sh', folder);
}

/** Gives back what was taken. */
export function emptyDisk(folder: string): void {
  inLane('rm', '-rf', `${folder}/fill`);
}
