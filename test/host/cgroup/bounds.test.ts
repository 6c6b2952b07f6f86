import { describe, expect, it } from 'vitest';
import { makeTree } from './cgroup-tree.ts';
import { hybridApart, unified } from './mountinfo-samples.ts';

const unlimited = '9223372036854771712\n';

describe('what the cgroups above leave to all containers', () => {
  it('is on v2 the least of the way down, our parent included', () => {
    const tree = makeTree({
      mountinfo: unified,
      hierarchies: [''],
      files: {
        'cgroup.controllers': 'cpu memory pids\n',
        'cgroup.subtree_control': 'cpu memory pids\n',
        'apps/cgroup.controllers': 'cpu memory pids\n',
        'apps/memory.max': '4294967296\n',
        'apps/cpu.max': 'max 100000\n',
        'apps/pids.max': '1000\n',
        'apps/shop/memory.max': 'max\n',
        'apps/shop/cpu.max': '150000 100000\n',
        'apps/shop/pids.max': '500\n',
        'apps/shop/web/memory.max': '1048576\n',
      },
    });

    expect(tree.open('apps/shop').bounds()).toEqual({ memoryBytes: 2 ** 32, cpus: 1.5, tasks: 500 });
  });

  it('is on v1 the least of each hierarchy', () => {
    const tree = makeTree({
      mountinfo: hybridApart,
      hierarchies: ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd', 'unified'],
      files: {
        'memory/memory.limit_in_bytes': '4294967296\n',
        'memory/reconcile/memory.limit_in_bytes': unlimited,
        'cpu/cpu.cfs_quota_us': '-1\n',
        'cpu/cpu.cfs_period_us': '100000\n',
        'cpu/reconcile/cpu.cfs_quota_us': '50000\n',
        'cpu/reconcile/cpu.cfs_period_us': '100000\n',
        'pids/reconcile/pids.max': 'max\n',
      },
    });

    expect(tree.open().bounds()).toEqual({ memoryBytes: 2 ** 32, cpus: 0.5 });
  });

  it('is nothing less than the host where there is no parent yet', () => {
    const tree = makeTree({ mountinfo: unified, hierarchies: [''], files: { 'cgroup.controllers': 'cpu memory pids\n' } });

    expect(tree.open().bounds()).toEqual({});
  });
});
