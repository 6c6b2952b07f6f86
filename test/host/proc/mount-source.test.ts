import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../src/host/proc/mountinfo.ts';
import { findUnjudged } from '../../../src/host/proc/mount-source.ts';

const host = `
20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
30 20 8:2 /subvolume /srv rw shared:2 - btrfs /dev/sda2 rw
31 30 0:40 / /srv/a\\040b rw shared:3 - tmpfs tmpfs rw
32 20 0:41 / /mnt rw - ext4 /dev/hidden rw
33 32 0:42 / /mnt/deeper rw - ext4 /dev/below rw
34 32 0:43 / /mnt rw - ext4 /dev/shown rw
35 20 0:50 / /net rw - nfs4 server:/export rw
`;

/** What a container shows at each place: `TARGET DEVICE ROOT TYPE`. */
function shown(...mounts: readonly string[]): string {
  const lines = mounts.map((mount, index) => {
    const [target, device, root, type = 'ext4'] = mount.split(' ');
    return `${500 + index} 400 ${device} ${root} ${target} rw - ${type} x rw`;
  });
  return ['400 1 0:99 / / rw - overlay overlay rw', '401 400 0:98 / /proc rw - proc proc rw', ...lines].join('\n');
}

const find = (container: string, ...judged: readonly (readonly [target: string, place: string])[]) =>
  findUnjudged(parseMountinfo(container), parseMountinfo(host), judged.map(([target, place]) => ({ target, place })));

describe('a mount of a created container', () => {
  it.each<[what: string, place: string, shows: string]>([
    ['a folder of the root file system', '/etc/app', '/data 8:1 /etc/app'],
    ['the root file system', '/', '/data 8:1 /'],
    ['a folder of which a part is mounted', '/srv/data', '/data 8:2 /subvolume/data'],
    ['a mount point', '/srv/a b', '/data 0:40 /'],
    ['what lies below a mount on a mount', '/srv/a b/c', '/data 0:40 /c'],
    ['a file system that covers others', '/mnt/deeper/x', '/data 0:43 /deeper/x'],
    ['NFS, which tells its file system alone', '/net/data', '/data 0:50 / nfs4'],
  ])('is what was judged: %s', (_what, place, shows) => {
    expect(find(shown(shows), ['/data', place])).toBeUndefined();
  });

  it.each<[what: string, shows: string]>([
    ['another folder', '/data 8:1 /etc'],
    ['a folder below', '/data 8:1 /srv/data/deeper'],
    ['the folder of that name on another file system', '/data 8:3 /subvolume/data'],
    ['a folder that was removed', '/data 8:2 /subvolume/data//deleted'],
    ['the folder that the mount hides', '/data 8:1 /srv/data'],
    ['nothing', '/else 8:1 /etc'],
    ['the right one, somewhere else beside it', '/data 8:1 /etc\n600 400 8:2 /subvolume/data /else rw - btrfs x rw'],
  ])('is told of where it shows %s', (_what, shows) => {
    expect(find(shown(...shows.split('\n')), ['/data', '/srv/data'])).toMatchObject({ target: '/data', place: '/srv/data' });
  });

  it('says what is shown', () => {
    expect(find(shown('/data 8:1 /etc'), ['/data', '/srv/data'])?.shows).toBe('/etc of the ext4 file system 8:1');
  });

  it('counts wherever links in the root filesystem lead from its target, once for each that asks', () => {
    const two = [['/var/run/a', '/etc/app'], ['/var/run/b', '/etc/app']] as const;

    expect(find(shown('/run/a 8:1 /etc/app', '/run/b 8:1 /etc/app'), ...two)).toBeUndefined();
    expect(find(shown('/run/a 8:1 /etc/app', '/run/b 8:1 /root'), ...two)).toMatchObject({ target: '/var/run/b' });
    expect(find(shown('/run/a 8:1 /root', '/b 8:1 /etc/app'), ['/var/run/a', '/etc/app'], ['/b', '/etc/app'])).toMatchObject({ target: '/var/run/a' });
  });

  it('is the last of those that lie at its target', () => {
    expect(find(shown('/data 8:1 /root', '/data 8:1 /etc/app'), ['/data', '/etc/app'])).toBeUndefined();
    expect(find(shown('/data 8:1 /etc/app', '/data 8:1 /root'), ['/data', '/etc/app'])).toMatchObject({ target: '/data' });
  });

  it('is never taken for judged where nobody can tell what we see', () => {
    expect(findUnjudged(parseMountinfo(shown('/data 8:1 /etc/app')), [], [{ target: '/data', place: '/etc/app' }])).toMatchObject({ target: '/data' });
  });
});
