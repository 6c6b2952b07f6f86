import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { call, openLoopDisk } from './loop-disk.ts';

/** A file system of the test's own that can refuse to take more, for real, and be well again. */
export interface BadDisk {
  /** What the kernel then answers, in the words of errno or of strerror. */
  readonly refusal: RegExp;
  refuse(): void;
  mend(): void;
  /** Takes it away; nobody may have a file of it open. */
  close(): Promise<void>;
}

/** Gets the description of a loop device, gives it another size in bytes, 0 for all of its file, and sets it. */
const resizeLoop = `
open my $loop, '+<', $ARGV[0] or die "$ARGV[0]: $!";
my $info = "\\0" x 232;
ioctl($loop, 0x4C05, $info) or die "LOOP_GET_STATUS64: $!";
substr($info, 32, 8) = pack('Q', $ARGV[1]);
ioctl($loop, 0x4C04, $info) or die "LOOP_SET_STATUS64: $!";
`;

const blockBytes = 4096;

const clusterBytes = 2 ** 20;

/**
 * An ext4 whose device ends right behind its inodes while it refuses: the kernel answers EIO to whoever writes a file.
 * Folders and small files lie in their inodes, and so does where a large one lies, as its clusters are few: what the file
 * system knows of itself stays whole. Who removes a file of which the kernel cannot read where it lies hangs in it until
 * the device is whole again. Each write goes to the device at once.
 */
export function openFailingDisk(folder: string): BadDisk {
  const { image, close } = openLoopDisk({ size: '512M', folder });
  const sizes = ['-b', String(blockBytes), '-C', String(clusterBytes), '-I', '1024', '-N', '2048'];
  call('mke2fs', '-q', '-F', '-t', 'ext4', ...sizes, '-O', '^has_journal,^resize_inode,^flex_bg,inline_data,bigalloc', '-E', 'lazy_itable_init=0', image);
  const [, firstFree = ''] = /^ +Free blocks: (\d+)-\d+$/m.exec(call('dumpe2fs', image)) ?? [];
  call('mount', '-o', 'loop,sync,errors=continue', image, folder);
  const device = call('findmnt', '--noheadings', '--output', 'SOURCE', '--target', folder).trim();
  return {
    refusal: /EIO|[Ii]nput\/output error/,
    refuse: () => { call('perl', '-e', resizeLoop, device, String(Number(firstFree) * blockBytes)); },
    mend: () => { call('perl', '-e', resizeLoop, device, '0'); },
    close,
  };
}

/** A btrfs whose quota is used up while it refuses, which holds for root too: the kernel answers EDQUOT. */
export function openQuotaDisk(folder: string): BadDisk {
  const { image, close } = openLoopDisk({ size: '128M', folder });
  call('mkfs.btrfs', '-q', image);
  call('mount', '-o', 'loop', image, folder);
  call('btrfs', 'quota', 'enable', folder);
  call('btrfs', 'qgroup', 'limit', '16M', folder);
  const fill = join(folder, 'fill');
  return {
    refusal: /EDQUOT|[Dd]isk quota exceeded/,
    refuse: () => { for (const size of ['64k', '4k']) spawnSync('dd', ['if=/dev/zero', `of=${fill}`, `bs=${size}`, 'oflag=append', 'conv=notrunc']); },
    mend: () => { rmSync(fill, { force: true }); },
    close,
  };
}
