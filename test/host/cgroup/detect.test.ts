import { describe, expect, it } from 'vitest';
import { detectCgroups } from '../../../src/host/cgroup/detect.ts';
import { hybridApart, hybridJoint, legacy, nested, unified } from './mountinfo-samples.ts';

describe('detectCgroups', () => {
  const cases = [
    { host: 'controllers apart with cgroup2 beside them', mountinfo: hybridApart, mode: 'hybrid', count: 10 },
    { host: 'systemd hybrid', mountinfo: hybridJoint, mode: 'hybrid', count: 10 },
    { host: 'systemd unified', mountinfo: unified, mode: 'unified', count: 1 },
    { host: 'legacy', mountinfo: legacy, mode: 'legacy', count: 8 },
    { host: 'a container that sees a part of the tree', mountinfo: nested, mode: 'unified', count: 1 },
  ] as const;
  for (const { host, mountinfo, mode, count } of cases) {
    it(`tells the mode of ${host}`, () => {
      const layout = detectCgroups(mountinfo);

      expect(layout.mode).toBe(mode);
      expect(layout.hierarchies).toHaveLength(count);
    });
  }

  it('finds cpu and cpuacct in one hierarchy where they are mounted together', () => {
    const { hierarchies } = detectCgroups(hybridJoint);

    expect(hierarchies.find(({ controllers }) => controllers.includes('cpuacct'))).toEqual({
      mountPoint: '/sys/fs/cgroup/cpu,cpuacct',
      root: '/',
      unified: false,
      controllers: ['cpu', 'cpuacct'],
    });
  });

  it('keeps a named hierarchy, which has no controllers', () => {
    const { hierarchies } = detectCgroups(hybridJoint);

    expect(hierarchies.find(({ mountPoint }) => mountPoint.endsWith('/systemd'))?.controllers).toEqual([]);
  });

  it('keeps which part of the tree is mounted', () => {
    const { hierarchies } = detectCgroups(nested);

    expect(hierarchies[0]?.root).toBe('/system.slice/docker-4f1c.scope');
  });

  it('calls a host unified whose only v1 hierarchy is systemd\'s', () => {
    const named = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n';

    expect(detectCgroups(named + unified).mode).toBe('unified');
  });

  it('reads a mount point with octal escapes', () => {
    const { hierarchies } = detectCgroups('35 24 0:30 / /mnt/c\\040groups rw - cgroup2 cgroup2 rw\n');

    expect(hierarchies[0]?.mountPoint).toBe('/mnt/c groups');
  });

  it('prefers the mount of a whole tree to that of a part of it', () => {
    const { hierarchies } = detectCgroups(nested + unified.replaceAll('/sys/fs/cgroup', '/mnt/cgroup'));

    expect(hierarchies.map(({ mountPoint }) => mountPoint)).toEqual(['/mnt/cgroup']);
  });

  it('takes a cgroup mount that something was mounted over for gone', () => {
    const covered = `${unified}90 35 0:99 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n`;

    expect(() => detectCgroups(covered)).toThrow('no cgroup file system is mounted');
  });

  it('says what is missing where only a named hierarchy is mounted', () => {
    const named = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n';

    expect(() => detectCgroups(named)).toThrow('without any of the controllers cpu, cpuset, memory, pids, blkio');
  });
});
