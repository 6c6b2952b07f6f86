import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, name, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { kindsOf, onlyChange, planFor, writesOf } from './plan-fixture.ts';

const { unified: codec, hybrid } = codecs;

const web = desiredContainer('web');

describe('a container that is not on the host', () => {
  it('is created: prepared, created, limited, and only then started', () => {
    const plan = planFor([web], []);

    expect(onlyChange(plan)).toMatchObject({ action: 'create', reason: 'not-on-host', fields: [] });
    expect(kindsOf(plan)).toEqual(['prepare', 'create', 'write-limits', 'start']);
  });

  it('gets only the writes that differ from the defaults of a new cgroup', () => {
    const plan = planFor([web], []);

    expect(writesOf(plan).sort()).toEqual(['memory.max=268435456', 'pids.max=128']);
  });

  it('deletes the log that a reboot left of a container whose manifest is gone, but not while a manifest cannot be read', () => {
    const left = [{ name: name('gone'), status: 'stopped' as const, layer: false, log: true as const }];
    const incomplete = makePlan({ ...desiredState([web]), complete: false }, observedState(left, [web]), codecs.unified);

    expect([planFor([web], left), incomplete].map(({ changes }) => changes[0]?.action)).toEqual(['delete', 'none']);
  });

  it('takes over the writable layer that a reboot left', () => {
    const plan = planFor([web], [{ name: name('web'), status: 'stopped', layer: true }]);

    expect(onlyChange(plan).reason).toBe('not-on-host');
    expect(kindsOf(plan)).not.toContain('remove');
  });

  it('is removed first, its writes kept, where an interrupted create left parts of it', () => {
    const { process: _process, cgroup: _cgroup, ...bundleOnly } = runningAs(web, codec);
    const plan = planFor([web], [{ ...bundleOnly, status: 'creating' }]);

    expect(onlyChange(plan)).toMatchObject({ action: 'create', reason: 'create-interrupted' });
    expect(plan.steps[0]).toMatchObject({ kind: 'remove', keepLayer: true });
  });

  it('is removed with its writes where they belong to another root filesystem', () => {
    const { process: _process, cgroup: _cgroup, ...bundleOnly } = runningAs(web, codec);
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });

    const plan = planFor([moved], [{ ...bundleOnly, status: 'creating' }]);

    expect(plan.steps[0]).toMatchObject({ kind: 'remove', keepLayer: false });
  });
});

describe('a container that runs as its manifest asks', () => {
  it('is left alone', () => {
    const plan = planFor([web], [runningAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'unchanged', fields: [] });
    expect(plan.steps).toEqual([]);
  });
});

describe('a resource that the manifest changed', () => {
  const bigger = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 536_870_912 } });

  it('is updated in place, with the kernel file and its values, and the process goes on', () => {
    const plan = planFor([bigger], [runningAs(web, codec)]);

    const change = onlyChange(plan);
    expect(change).toMatchObject({ action: 'update', reason: 'manifest-changed', pid: 4242 });
    expect(change.fields).toEqual([
      {
        path: 'resources.memory.max',
        before: 268_435_456,
        after: 536_870_912,
        effect: 'live',
        origin: 'manifest',
        enforced: true,
        kernel: { file: 'memory.max', before: '268435456', after: '536870912' },
      },
    ]);
    expect(kindsOf(plan)).toEqual(['write-limits', 'record']);
  });

  it('shows the file of the other cgroup mode there, and writes memory and swap together in a safe order', () => {
    const both = desiredContainer('web', { resources: { 'memory.max': 1 << 20, 'memory.swap.max': 0 } });
    const more = desiredContainer('web', { resources: { 'memory.max': 2 << 20, 'memory.swap.max': 0 } });
    const state = observedState([runningAs(both, hybrid)], [more], { ...plainHost, cgroupMode: 'hybrid' });

    const plan = makePlan(desiredState([more]), state, hybrid);

    expect(onlyChange(plan).fields.map((field) => field.kernel?.file)).toEqual(['memory.limit_in_bytes']);
    const writes = plan.steps.flatMap((step) => (step.kind === 'write-limits' ? step.writes : []));
    expect(writes.map(({ file }) => file)).toEqual(['memory.memsw.limit_in_bytes', 'memory.limit_in_bytes']);
  });

  it('goes down in all containers before it goes up in any', () => {
    const [a, b] = [desiredContainer('a'), desiredContainer('b')];
    const up = desiredContainer('a', { resources: { ...plainSpec.resources, 'memory.max': 536_870_912 } });
    const down = desiredContainer('b', { resources: { ...plainSpec.resources, 'memory.max': 134_217_728 } });

    const plan = planFor([up, down], [runningAs(a, codec), runningAs(b, codec)]);

    const writes = plan.steps.filter((step) => step.kind === 'write-limits');
    expect(writes.map((step) => `${step.container} ${step.phase}`)).toEqual(['b decrease', 'a increase']);
  });

  it('returns to the default of the kernel where the manifest no longer names it', () => {
    const unlimited = desiredContainer('web', { resources: { 'pids.max': 128 } });

    const plan = planFor([unlimited], [runningAs(web, codec)]);

    expect(onlyChange(plan).fields[0]).toMatchObject({ path: 'resources.memory.max', before: 268_435_456, after: 'max' });
  });

  it('is refused with the numbers where memory would go below what is in use', () => {
    const tiny = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 524_288 } });

    const plan = planFor([tiny], [runningAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'refused', hazards: [{ code: 'memory-below-usage' }] });
    expect(onlyChange(plan).refusals[0]?.message).toMatch(/524288 .* 1000000 bytes/);
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toMatchObject({ update: 0, refused: 1 });
  });

  it('may go to just what is in use', () => {
    const exact = desiredContainer('web', { resources: { 'memory.max': 1_048_576, 'pids.max': 5 } });
    const running = runningAs(web, codec);
    const cgroup = { ...(running.cgroup as NonNullable<typeof running.cgroup>), usage: { memoryBytes: 1_048_576, tasks: 5 } };

    const plan = planFor([exact], [{ ...running, cgroup }]);

    expect(onlyChange(plan)).toMatchObject({ action: 'update', hazards: [] });
  });

  it('may go below the tasks that there are, and says so', () => {
    const tight = desiredContainer('web', { resources: { ...plainSpec.resources, 'pids.max': 5 } });
    const running = runningAs(web, codec);
    const cgroup = { ...(running.cgroup as NonNullable<typeof running.cgroup>), usage: { tasks: 6 } };

    const plan = planFor([tight], [{ ...running, cgroup }]);

    expect(onlyChange(plan)).toMatchObject({ action: 'update', hazards: [{ code: 'pids-below-usage', blocking: false }] });
  });

  it('may go below what is in use where a new process takes the place of the one that uses it', () => {
    const tiny = desiredContainer('web', { hostname: 'other', resources: { ...plainSpec.resources, 'memory.max': 524_288 } });

    const plan = planFor([tiny], [runningAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', hazards: [], refusals: [] });
  });

  it('goes below what is in use where that is allowed', () => {
    const tiny = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 524_288 } });

    const plan = planFor([tiny], [runningAs(web, codec)], { allowHazards: true });

    expect(onlyChange(plan)).toMatchObject({ action: 'update', hazards: [{ code: 'memory-below-usage' }], refusals: [] });
    expect(kindsOf(plan)).toContain('write-limits');
  });
});

describe('a field that only a new process can have', () => {
  const fields: readonly [string, DesiredContainer, string][] = [
    ['an argument', desiredContainer('web', { process: { ...plainSpec.process, args: ['/bin/other'] } }), 'process.args'],
    ['a user', desiredContainer('web', { process: { ...plainSpec.process, user: { uid: 7, gid: 0 } } }), 'process.user.uid'],
    ['the host name', desiredContainer('web', { hostname: 'other' }), 'hostname'],
    ['a namespace', desiredContainer('web', { namespaces: { ...plainSpec.namespaces, network: 'host' } }), 'namespaces.network'],
    ['a mount', desiredContainer('web', { mounts: [] }), 'mounts./data'],
  ];

  it.each(fields)('restarts the container over its writable layer: %s', (_title, desired, path) => {
    const plan = planFor([desired], [runningAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', reason: 'manifest-changed' });
    expect(onlyChange(plan).fields.map((field) => field.path)).toEqual([path]);
    expect(kindsOf(plan)).toEqual(['stop', 'remove', 'prepare', 'create', 'write-limits', 'start']);
    expect(plan.steps[1]).toMatchObject({ keepLayer: true });
  });

  it('counts no restart for a change that was asked for, and carries the OOM kills over', () => {
    const running = runningAs(web, codec);
    const bundle = { ...(running.bundle as NonNullable<typeof running.bundle>), restarts: { count: 3, failures: 2, oomKills: 1 } };
    const cgroup = { ...(running.cgroup as NonNullable<typeof running.cgroup>), usage: { oomKills: 4 } };

    const plan = planFor([desiredContainer('web', { hostname: 'other' })], [{ ...running, bundle, cgroup }]);

    expect(plan.steps.find((step) => step.kind === 'prepare')).toMatchObject({ restarts: { count: 3, failures: 2, oomKills: 5 } });
  });

  it('never shows the value of an environment variable', () => {
    const secret = desiredContainer('web', { process: { ...plainSpec.process, env: { MODE: 'hunter2' } } });

    const plan = planFor([secret], [runningAs(web, codec)]);

    expect(JSON.stringify(plan)).not.toMatch(/hunter2|production/);
    expect(onlyChange(plan).fields[0]).toMatchObject({ path: 'process.env.MODE', before: '(hidden)', after: '(hidden)' });
  });

  it('renews replicas one at a time', () => {
    const replicas = ['web-0', 'web-1'].map((text) => desiredContainer(text, {}, 'web'));
    const changed = replicas.map((one) => ({ ...one, spec: { ...one.spec, hostname: 'other' } }));

    const plan = planFor(changed, replicas.map((one) => runningAs(one, codec)));

    expect(new Set(plan.steps.map((step) => step.lane))).toEqual(new Set(['group web']));
  });

  it('goes on one replica at a time where the first failed', () => {
    const replicas = ['web-0', 'web-1'].map((text) => desiredContainer(text, {}, 'web'));
    const torn = replicas.map((one) => runningAs(one, codec)).map(({ process: _process, ...rest }) => ({ ...rest, status: 'creating' }) as const);

    expect(new Set(planFor(replicas, torn).steps.map((step) => step.lane))).toEqual(new Set(['group web']));
  });
});

describe('a root filesystem that changed', () => {
  it('replaces the container, and says that what it wrote is lost', () => {
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });

    const plan = planFor([moved], [runningAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({
      action: 'replace',
      reason: 'manifest-changed',
      hazards: [{ code: 'writable-layer-lost', blocking: false }],
    });
    expect(plan.steps.find((step) => step.kind === 'remove')).toMatchObject({ keepLayer: false });
  });

  it('begins to count restarts anew', () => {
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });
    const running = runningAs(web, codec);
    const bundle = { ...(running.bundle as NonNullable<typeof running.bundle>), restarts: { count: 3, failures: 2, oomKills: 1 } };

    const plan = planFor([moved], [{ ...running, bundle }]);

    expect(plan.steps.find((step) => step.kind === 'prepare')).toMatchObject({ restarts: { count: 0, failures: 0, oomKills: 0 } });
  });

  it('is one change, although its identity changes with it', () => {
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });
    const observed = observedState([runningAs(web, codec)], [moved]);
    const rootfs = Object.fromEntries(Object.keys(observed.rootfs).map((key) => [key, { id: 'id-2', problems: [] }]));

    const plan = makePlan(desiredState([moved]), { ...observed, rootfs }, codec);

    expect(onlyChange(plan).fields.map(({ path }) => path)).toEqual(['rootfs.path']);
  });

  it('loses nothing where nothing could be written', () => {
    const fixed = desiredContainer('web', { rootfs: { path: '/srv/shop', readonly: true } });
    const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: true } });

    expect(onlyChange(planFor([moved], [runningAs(fixed, codec)]))).toMatchObject({ action: 'replace', hazards: [] });
  });

  it('that can no longer be had leaves the container that runs from it alone', () => {
    const observed = observedState([runningAs(web, codec)], [web], { ...plainHost, missingSources: ['/srv/data'] });
    const problem = { path: 'rootfs.path', message: '/srv/shop does not exist', hint: 'make it' };
    const rootfs = Object.fromEntries(Object.keys(observed.rootfs).map((key) => [key, { id: 'none', problems: [problem] }]));

    const plan = makePlan(desiredState([web]), { ...observed, rootfs }, codec);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'unchanged', refusals: [] });
  });

  it('replaces the container where a file of the host that went in has changed', () => {
    const running = runningAs(web, codec);
    const patched = { ...running, bundle: { ...(running.bundle as object), rootfsId: 'id-0' } } as ObservedContainer;

    const plan = planFor([web], [patched]);

    expect(onlyChange(plan)).toMatchObject({ action: 'replace', reason: 'rootfs-changed' });
    expect(onlyChange(plan).fields).toEqual([
      { path: 'rootfs.id', before: 'id-0', after: 'id-1', effect: 'replace', origin: 'drift', enforced: true },
    ]);
  });

  it('removes the jail that nothing uses any more, and keeps the others', () => {
    const observed = { ...observedState([runningAs(web, codec)], [web]), jails: ['id-1', 'old'] };

    const plan = makePlan(desiredState([web]), observed, codec);

    expect(plan.steps).toEqual([{ kind: 'remove-jail', phase: 'prune', lane: 'jail old', jail: 'old' }]);
  });
});

describe('a process that ended', () => {
  it('is started again once its back-off is over', () => {
    const plan = planFor([web], [exitedAs(web, codec)]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', reason: 'exited' });
    expect(kindsOf(plan)).toEqual(['remove', 'prepare', 'create', 'write-limits', 'start']);
    expect(plan.steps.find((step) => step.kind === 'prepare')).toMatchObject({ restarts: { count: 1, failures: 1 } });
  });

  it('waits for its back-off', () => {
    const plan = planFor([web], [exitedAs(web, codec, { atMs: 999_500 })], { backoff: true });

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'waiting', notBeforeMs: 1_000_500 });
    expect(plan.steps).toEqual([]);
  });

  it('starts again at once where somebody applies and nobody watches', () => {
    const plan = planFor([web], [exitedAs(web, codec, { atMs: 999_500 })]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', reason: 'exited' });
  });

  it('is told apart where the kernel killed it for memory, and the kills are carried over', () => {
    const killed = exitedAs(web, codec, { code: 137, oomKilled: true });
    const counted = { ...killed, cgroup: { ...(killed.cgroup as NonNullable<typeof killed.cgroup>), usage: { oomKills: 2 } } };

    const plan = planFor([web], [counted]);

    expect(onlyChange(plan).reason).toBe('killed-for-memory');
    expect(plan.steps.find((step) => step.kind === 'prepare')).toMatchObject({ restarts: { oomKills: 2 } });
  });

  it.each([
    ['never', 1, 'none'],
    ['on-failure', 0, 'none'],
    ['on-failure', 3, 'restart'],
    ['always', 0, 'restart'],
  ] as const)('with policy %s and exit code %d: %s', (policy, code, action) => {
    const desired = desiredContainer('web', { restart: { ...plainSpec.restart, policy } });

    const plan = planFor([desired], [exitedAs(desired, codec, { code })]);

    expect(onlyChange(plan).action).toBe(action);
  });

  it.each(['never', 'always'] as const)('runs again at once with policy %s where the manifest asks for another process', (policy) => {
    const before = desiredContainer('web', { restart: { ...plainSpec.restart, policy } });
    const changed = desiredContainer('web', { ...before.spec, hostname: 'other' });

    const plan = planFor([changed], [exitedAs(before, codec, { atMs: 999_999 })]);

    expect(onlyChange(plan)).toMatchObject({ action: 'restart', reason: 'manifest-changed' });
  });
});
