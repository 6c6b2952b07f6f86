import { describe, expect, it } from 'vitest';
import { parseCgroupFile, readCgroupText } from '../../../src/host/proc/cgroup-membership.ts';

describe('parseCgroupFile', () => {
  it('reads hierarchies of every kind', () => {
    const text = '9:name=systemd:/\n4:memory:/reconcile/web-0\n3:cpu,cpuacct:/a:b\n0::/reconcile/web-0 (deleted)\n';

    expect(parseCgroupFile(text)).toEqual([
      { hierarchyId: 9, controllers: ['name=systemd'], path: '/', deleted: false },
      { hierarchyId: 4, controllers: ['memory'], path: '/reconcile/web-0', deleted: false },
      { hierarchyId: 3, controllers: ['cpu', 'cpuacct'], path: '/a:b', deleted: false },
      { hierarchyId: 0, controllers: [], path: '/reconcile/web-0', deleted: true },
    ]);
  });

  it.each(['', '\n', 'no hierarchy', '0:'])('gives nothing for %j', (text) => {
    expect(parseCgroupFile(text)).toEqual([]);
  });
});

describe('reading the kernel', () => {
  it('finds the cgroup of this process', () => {
    const paths = parseCgroupFile(readCgroupText(process.pid) ?? '').map((membership) => membership.path);

    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !path.startsWith('/'))).toEqual([]);
  });

  it('gives nothing for a process that is gone', () => {
    expect(readCgroupText(2 ** 30)).toBeUndefined();
  });
});
