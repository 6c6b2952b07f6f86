import { describe, expect, it } from 'vitest';
import { formatCalls, kernelCalls, lastPassOf } from './calls.ts';

/** As strace -f -y -s 0 writes it. */
const log = `10 access("/reconcile-bench-pass", F_OK) = -1 ENOENT (No such file or directory)
10 openat(AT_FDCWD</work>, "/sys/fs/cgroup/pids/p/web/pids.max", O_RDONLY|O_CLOEXEC) = 21</sys/fs/cgroup/pids/p/web/pids.max>
10 access("/reconcile-bench-pass", F_OK) = -1 ENOENT (No such file or directory)
10 openat(AT_FDCWD</work>, "/run/x/bundles", O_RDONLY|O_DIRECTORY) = 21</run/x/bundles>
10 getdents64(21</run/x/bundles>, 0x7f, 32768) = 80
10 getdents64(21</run/x/bundles>, 0x7f, 32768) = 0
10 statx(AT_FDCWD</work>, "/sys/fs/cgroup/cpu/p/web", AT_STATX_SYNC_AS_STAT, STATX_ALL, {stx_mask=STATX_BASIC_STATS, ...}) = 0
10 openat(AT_FDCWD</work>, "/proc/42/stat", O_RDONLY|O_CLOEXEC) = 21</proc/42/stat>
10 read(21</proc/42/stat>, ""..., 65536) = 273
10 read(21</proc/42/stat>, "", 65263) = 0
10 readlink("/proc/42/ns/mnt", ""..., 4096) = 16
10 pread64(7</sys/fs/cgroup/pids/p/web/pids.max>, ""..., 4096, 0) = 3
10 read(19<pipe:[99]>, ""..., 8) = 8
10 +++ exited with 0 +++
`;

describe('the calls of a pass', () => {
  it('are those of the last pass, in their order, with the reads of each file counted', () => {
    expect(formatCalls(lastPassOf(log))).toBe(`d 1 /run/x/bundles
s 1 /sys/fs/cgroup/cpu/p/web
r 2 /proc/42/stat
l 1 /proc/42/ns/mnt
p 1 /sys/fs/cgroup/pids/p/web/pids.max
`);
  });

  it('ask the kernel, or ourselves', () => {
    expect(kernelCalls(lastPassOf(log)).map(({ path }) => path)).not.toContain('/run/x/bundles');
    expect(kernelCalls(lastPassOf(log))).toHaveLength(4);
  });
});
