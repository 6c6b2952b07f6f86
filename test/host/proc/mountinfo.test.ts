import { describe, expect, it } from 'vitest';
import { ownMountsAt, parseMountinfo, readMountPoints, readOwnMounts } from '../../../src/host/proc/mountinfo.ts';

const hostTable = `27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
22 27 0:21 / /proc rw,relatime - proc proc rw
41 27 0:38 /../outside /mnt/with\\040blank\\011tab rw shared:3 master:2 propagate_from:1 - cgroup2 cgroup2 rw,nsdelegate
99 27 0:77 / /srv/back\\134slash\\012line\\043hash ro - overlay overlay rw,lowerdir=/a:/b
`;

describe('parseMountinfo', () => {
  it('reads a mount with all its fields', () => {
    const [root] = parseMountinfo(hostTable);

    expect(root).toEqual({
      id: 27,
      parentId: 1,
      device: '254:0',
      root: '/',
      mountPoint: '/',
      options: ['rw', 'relatime'],
      propagation: ['shared:1'],
      fsType: 'ext4',
      source: '/dev/vda',
      superOptions: ['rw', 'discard'],
    });
  });

  it('reads any number of optional fields', () => {
    const tags = parseMountinfo(hostTable).map((entry) => entry.propagation);

    expect(tags).toEqual([['shared:1'], [], ['shared:3', 'master:2', 'propagate_from:1'], []]);
  });

  it('undoes octal escapes', () => {
    const points = parseMountinfo(hostTable).map((entry) => entry.mountPoint);

    expect(points).toEqual(['/', '/proc', '/mnt/with blank\ttab', '/srv/back\\slash\nline#hash']);
  });

  it.each(['', '\n\n', 'half a line', '1 2 0:1 / /x rw shared:1', '1 2 0:1 / /x rw -'])('leaves out %j', (text) => {
    expect(parseMountinfo(text)).toEqual([]);
  });
});

describe('reading the kernel', () => {
  it('finds the mounts of this process', () => {
    expect(readMountPoints(process.pid)).toEqual(expect.arrayContaining(['/', '/proc']));
    expect(readOwnMounts().find((entry) => entry.mountPoint === '/proc')?.fsType).toBe('proc');
    expect(ownMountsAt('/proc').map((entry) => entry.fsType)).toContain('proc');
    expect(ownMountsAt('/pro')).toEqual([]);
  });

  it('names each mount point once, although one mount may cover another', () => {
    const points = readMountPoints(process.pid) ?? [];

    expect(points.length).toBe(new Set(points).size);
  });

  it('gives nothing for a process that is gone', () => {
    expect(readMountPoints(2 ** 30)).toBeUndefined();
  });
});
