import { describe, expect, it } from 'vitest';
import type { Change, FieldChange } from '../../src/plan/types.ts';
import { entriesOf } from '../../src/render/plan-entries.ts';
import { planWords } from '../../src/render/plan-process.ts';
import { reasonText } from '../../src/render/plan-reason.ts';
import { changeOf, memoryRaised, planOf } from './plan-fixture.ts';

function told(change: Partial<Change>): string {
  const [entry] = entriesOf(planOf([changeOf('web', change)]));
  return entry === undefined ? '' : reasonText(entry);
}

const drifted = (path: string, values: Partial<FieldChange> = {}): FieldChange => ({ path, effect: 'restart', origin: 'drift', enforced: true, ...values });
const written = (file: string): FieldChange => drifted(`resources.${file}`, { effect: 'live', kernel: { file, after: '1' } });

describe('reasonText', () => {
  it.each<[string, Partial<Change>, string]>([
    ['a changed manifest', { action: 'update', reason: 'manifest-changed', fields: [memoryRaised] }, 'manifest changed'],
    ['a written file', { action: 'update', reason: 'drift', fields: [written('memory.max')] }, 'drift: memory.max was written by someone else'],
    ['two written files', { action: 'update', reason: 'drift', fields: [written('memory.max'), written('pids.max')] }, 'drift: memory.max and pids.max were written by someone else'],
    ['many written files', { action: 'update', reason: 'drift', fields: ['a', 'b', 'c', 'd'].map(written) }, 'drift: 4 files were written by someone else'],
    ['a mount', { action: 'restart', reason: 'drift', fields: [drifted('mounts./data', { after: 'mounted' })] }, 'drift: /data was unmounted'],
    ['a namespace', { action: 'restart', reason: 'drift', fields: [drifted('namespaces.network', { before: 'host' })] }, "drift: its network namespace is the host's"],
    ['a frozen cgroup', { action: 'update', reason: 'drift', fields: [drifted('cgroup.freeze')] }, 'drift: its processes were frozen'],
    ['a process elsewhere', { action: 'restart', reason: 'drift', fields: [drifted('cgroup')] }, 'drift: its process was moved to another cgroup'],
    ['a monitor', { action: 'restart', reason: 'monitor-lost', fields: [drifted('monitor')] }, 'drift: its monitor is gone'],
    ['files', { action: 'replace', reason: 'rootfs-changed', fields: [drifted('rootfs.id', { files: { count: 3, paths: [] } })] }, 'rootfs changed: 3 files'],
    ['files that nobody can name', { action: 'replace', reason: 'rootfs-changed', fields: [drifted('rootfs.id')] }, 'rootfs changed'],
    ['reported drift', { action: 'none', reason: 'unchanged', fields: [{ ...written('memory.max'), enforced: false }] }, 'drift: memory.max was written by someone else; reported only'],
    ['an exit', { action: 'restart', reason: 'exited', exit: { code: 1, oomKilled: false } }, 'exited 1'],
    ['a signal', { action: 'restart', reason: 'exited', exit: { code: 139, oomKilled: false } }, 'exited 139 (SIGSEGV)'],
    ['an exit that nobody saw', { action: 'restart', reason: 'exited', exit: { oomKilled: false } }, 'ended, and nobody saw how'],
    ['memory', { action: 'restart', reason: 'killed-for-memory', exit: { code: 137, oomKilled: true } }, 'exited 137, killed for memory'],
    ['a back-off', { action: 'none', reason: 'waiting', notBeforeMs: 1, exit: { code: 1, oomKilled: false } }, 'exited 1; waits before the next restart'],
    ['a removal that did not end', { action: 'create', reason: 'removal-interrupted' }, 'its removal did not end'],
    ['manifests being written', { action: 'none', reason: 'waiting' }, 'waits until the manifests are still'],
  ])('tells %s', (_case, change, text) => {
    expect(told(change)).toBe(text);
  });
});

describe('what becomes of the process', () => {
  const processOf = (changes: readonly Change[], lanes: Readonly<Record<string, string>> = {}): string => {
    const steps = changes.filter(({ action }) => action !== 'none').map(({ name }) => ({ kind: 'stop', phase: 'renew', lane: lanes[name] ?? name, container: name }) as const);
    const plan = planOf(changes, steps);
    const [entry] = entriesOf(plan);
    return entry === undefined ? '' : planWords(plan).process(entry);
  };
  const web = (index: number, change: Partial<Change>): Change => changeOf(`web-${index}`, { pid: 40 + index, ...change });
  const restart = { action: 'restart', reason: 'manifest-changed' } as const;
  const idle = { action: 'none', reason: 'unchanged' } as const;
  const group = { 'web-0': 'group web', 'web-1': 'group web', 'web-2': 'group web' };

  it.each<[string, readonly Change[], string]>([
    ['one that is resized', [web(0, { action: 'update', reason: 'drift' })], 'keeps pid 40'],
    ['several that are resized', [0, 1].map((index) => web(index, { action: 'update', reason: 'drift' })), 'each keeps its pid'],
    ['one that restarts', [web(0, restart)], 'restarts; pid 40 ends'],
    ['replicas that restart', [0, 1, 2].map((index) => web(index, restart)), 'restarts, 3 of 3, one at a time'],
    ['one of three that restarts', [web(0, restart), web(1, idle), web(2, idle)], 'restarts, 1 of 3; pid 40 ends'],
    ['one that ended', [changeOf('web-0', { action: 'restart', reason: 'exited' })], 'starts again'],
    ['one that goes', [web(0, { action: 'delete', reason: 'not-in-manifests' })], 'ends pid 40'],
    ['several that go', [0, 1].map((index) => web(index, { action: 'delete', reason: 'not-in-manifests' })), 'ends 2 processes'],
    ['one that is refused', [web(0, { action: 'none', reason: 'refused' })], ''],
  ])('is told of %s', (_case, changes, text) => {
    expect(processOf(changes, group)).toBe(text);
  });
});
