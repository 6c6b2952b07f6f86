import { describe, expect, it } from 'vitest';
import { withUsage } from '../../src/observe/usage.ts';
import { plan } from '../../src/reconcile.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, name, observedState, recordOf } from '../support/containers.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHost } from '../support/fake-host.ts';

const cgroup = { path: '/fake/a', files: {} };
const observed = observedState([
  { name: name('a'), status: 'running', layer: false, cgroup },
  { name: name('b'), status: 'running', layer: false, cgroup },
  { name: name('c'), status: 'stopped', layer: true },
]);

function hostWith(measured: string[]): FakeHost {
  const host = openFakeHost();
  Object.assign(host.cgroups, { usage: (cgroupName: string) => { measured.push(cgroupName); return { tasks: 2 }; } });
  return host;
}

describe('usage', () => {
  it('is added where there is a cgroup, of those that are named', () => {
    const measured: string[] = [];

    const { containers } = withUsage(observed, hostWith(measured), new Set([name('a'), name('c')]));

    expect(containers.map((one) => one.cgroup?.usage)).toEqual([{ tasks: 2 }, undefined, undefined]);
    expect(measured).toEqual(['a']);
  });

  it('is not measured twice, and a state without any to add stays the same object', () => {
    const measured: string[] = [];
    const host = hostWith(measured);
    const once = withUsage(observed, host);

    expect(withUsage(once, host)).toBe(once);
    expect(measured).toEqual(['a', 'b']);
  });

  it('is measured by a plan for those alone that something is to be done for', () => {
    const measured: string[] = [];
    const host = hostWith(measured);
    const [same, other] = [desiredContainer('same'), desiredContainer('other')];
    for (const container of [same, other]) {
      host.memory.set(container.name, { record: recordOf(container) });
      host.kernel.set(container.name, codecs.unified.toFiles(container.spec.resources));
    }
    Object.assign(host.runtime, { isCreated: () => false });

    plan(host, desiredState([]), { destroy: true, allowPrune: true });
    expect(measured).toEqual([]);
    plan(host, desiredState([same]), { allowPrune: true });

    expect(measured).toEqual(['same']);
  });
});
