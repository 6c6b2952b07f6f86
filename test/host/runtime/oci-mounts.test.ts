import { describe, expect, it } from 'vitest';
import { mountsOf, mountTargets } from '../../../src/host/runtime/oci-mounts.ts';
import type { Mount } from '../../../src/state/desired.ts';
import { plainSpec } from '../../support/containers.ts';

const { namespaces } = plainSpec;

function mountAt(target: string, mounts: readonly Mount[]) {
  return mountsOf({ namespaces, mounts }).filter((mount) => mount.destination === target);
}

describe('mountsOf', () => {
  it('mounts the kernel’s file systems first, /sys and cgroups read-only', () => {
    const mounts = mountsOf({ namespaces, mounts: [] });

    expect(mounts.map((mount) => mount.destination)).toEqual([
      '/proc',
      '/dev',
      '/dev/pts',
      '/dev/shm',
      '/dev/mqueue',
      '/sys',
      '/sys/fs/cgroup',
    ]);
    expect(mounts.filter(({ options }) => options.includes('ro')).map(({ destination }) => destination)).toEqual([
      '/sys',
      '/sys/fs/cgroup',
    ]);
  });

  it('lets no program run from what the kernel mounts', () => {
    const mounts = mountsOf({ namespaces, mounts: [] });

    expect(mounts.filter(({ options }) => !options.includes('noexec') || !options.includes('nosuid'))).toEqual([]);
  });

  it('shares the shared memory of the host along with its ipc namespace', () => {
    const [shm] = mountsOf({ namespaces: { ...namespaces, ipc: 'host' }, mounts: [] }).filter(
      ({ destination }) => destination === '/dev/shm',
    );

    expect(shm).toMatchObject({ type: 'bind', source: '/dev/shm' });
  });

  it('makes a bind mount read-only with all that is mounted below it', () => {
    const [readonly] = mountAt('/d', [{ type: 'bind', source: '/s', target: '/d', readonly: true }]);
    const [writable] = mountAt('/d', [{ type: 'bind', source: '/s', target: '/d', readonly: false }]);

    expect(readonly).toMatchObject({ type: 'bind', source: '/s' });
    expect(readonly?.options).toEqual(['rbind', 'rprivate', 'rnosuid', 'rnodev', 'rro']);
    expect(writable?.options).toEqual(['rbind', 'rprivate', 'rnosuid', 'rnodev', 'rw']);
  });

  it('asks nothing of what lies below a file: crun fails where it is asked', () => {
    const mounts: Mount[] = [true, false].map((readonly) => ({ type: 'bind', source: '/s', target: readonly ? '/r' : '/w', readonly }));

    const made = mountsOf({ namespaces, mounts }, new Set(['/r', '/w'])).slice(-2);

    expect(made.map(({ destination, options }) => [destination, ...options])).toEqual([
      ['/r', 'bind', 'rprivate', 'nosuid', 'nodev', 'ro'],
      ['/w', 'bind', 'rprivate', 'nosuid', 'nodev', 'rw'],
    ]);
  });

  it('limits a tmpfs only where a size is asked for', () => {
    const [limited] = mountAt('/t', [{ type: 'tmpfs', target: '/t', readonly: false, sizeBytes: 65_536 }]);
    const [free] = mountAt('/t', [{ type: 'tmpfs', target: '/t', readonly: false }]);

    expect(limited?.options).toContain('size=65536');
    expect(free?.options.join()).not.toContain('size');
  });

  it('mounts a parent before what lies below it, whatever the manifest’s order', () => {
    const mounts: Mount[] = ['/d/e/f', '/d', '/d/e'].map((target) => ({ type: 'tmpfs', target, readonly: false }));

    expect(mountTargets({ namespaces, mounts }).slice(-3)).toEqual(['/d', '/d/e', '/d/e/f']);
  });

  it('lets the manifest replace a default mount', () => {
    const own = mountAt('/dev/shm', [{ type: 'tmpfs', target: '/dev/shm', readonly: false, sizeBytes: 1024 }]);

    expect(own).toHaveLength(1);
    expect(own[0]?.options).toContain('size=1024');
  });
});
