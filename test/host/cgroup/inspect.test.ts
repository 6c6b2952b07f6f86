import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeTree } from './cgroup-tree.ts';
import { hybridApart } from './mountinfo-samples.ts';

const isRoot = process.geteuid?.() === 0;
const files = { 'memory/cgroup.procs': '1\n', 'pids/reconcile/cgroup.procs': '7\n', 'systemd/cgroup.procs': '1\n' };
const tree = () => makeTree({ mountinfo: hybridApart, hierarchies: ['memory', 'pids', 'systemd', 'unified'], files });

describe('hierarchies of v1', () => {
  it('are free to have cgroups, with processes or without, and use no newer file', () => {
    expect(tree().inspect()).toEqual({ obstacles: [], newerFiles: [] });
  });

  it('have none below a unit that does not run', () => {
    expect(tree().inspect('system.slice/a.service/reconcile').obstacles).toEqual([
      { reason: expect.stringMatching(/a\.service does not run/) as string, mend: 'systemctl start a.service', isPartial: false },
    ]);
  });

  it('have none where the nearest directory cannot be written, which for root can be the case on a read-only mount alone', () => {
    const host = tree();
    chmodSync(host.at('pids/reconcile'), 0o555);

    const refused = { reason: `${host.at('pids/reconcile')}: cannot be written (EACCES)` };
    expect(host.inspect().obstacles).toEqual(isRoot ? [] : [expect.objectContaining(refused)]);
  });
});
