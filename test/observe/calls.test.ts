import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSettled } from '../../src/host/file-state.ts';
import type { Host } from '../../src/host/host.ts';
import { pathsOf } from '../../src/host/paths.ts';
import { readMountPoints } from '../../src/host/proc/mountinfo.ts';
import { readProcess } from '../../src/host/proc/process.ts';
import { openBundles } from '../../src/host/runtime/bundle.ts';
import { ociSpec } from '../../src/host/runtime/oci-spec.ts';
import { openObserver } from '../../src/observe/observe.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import { desiredContainer, desiredState, name, recordOf } from '../support/containers.ts';
import { countCalls } from '../support/count-calls.ts';
import type { CallCounts } from '../support/count-calls.ts';
import { openFakeHost } from '../support/fake-host.ts';
import { makeTree } from '../host/cgroup/cgroup-tree.ts';
import { unified } from '../host/cgroup/mountinfo-samples.ts';

/** What the kernel shows in each cgroup. */
const limits = { 'cpu.max': 'max 100000\n', 'cpu.weight': '100\n', 'cpuset.cpus': '\n', 'cpuset.mems': '\n', 'memory.min': '0\n', 'memory.low': '0\n', 'memory.high': 'max\n', 'memory.max': 'max\n', 'memory.swap.max': 'max\n', 'memory.oom.group': '0\n', 'pids.max': '2048\n', 'io.max': '\n' };

let root: string;
let child: ChildProcess;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'reconcile-calls-'));
  // What others mount on the host meanwhile is none of its mounts.
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--mount'];
  child = spawn('unshare', [...own, '--propagation', 'private', '--', 'sleep', '4242'], { stdio: 'ignore' });
  await expect.poll(() => readProcess(child.pid ?? 0)?.comm).toBe('sleep');
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const namesOf = (count: number): ContainerName[] => Array.from({ length: count }, (_, index) => name(`web-${index}`)).sort();

/** A host of real files and one real process, which stands for all containers; the cgroups are plain folders. */
async function hostOf(names: readonly ContainerName[]): Promise<Host> {
  const controllers = 'cpu cpuset io memory pids\n';
  const files = Object.fromEntries(names.flatMap((each) => Object.entries({ ...limits, 'cgroup.events': 'populated 1\nfrozen 0\n' }).map(([file, text]) => [`reconcile/${each}/${file}`, text])));
  const tree = makeTree({ mountinfo: unified, hierarchies: [''], files: { 'cgroup.controllers': controllers, 'reconcile/cgroup.controllers': controllers, ...Object.fromEntries(Object.entries(limits).map(([file, text]) => [`reconcile/${file}`, text])), ...files } });
  const paths = pathsOf({ root: join(root, `run-${names.length}`), data: join(root, 'data') });
  const bundles = openBundles(paths);
  const pid = child.pid ?? 0;
  for (const each of names) {
    const desired = desiredContainer(each);
    bundles.writeRecord(each, recordOf(desired));
    bundles.writeConfig(each, ociSpec({ spec: desired.spec, cgroupPath: `/reconcile/${each}`, rootPath: '/', rootReadonly: true }));
    bundles.writeRun(each, { pid, startTime: readProcess(pid)?.startTime ?? 0, startedAtMs: 1, mounts: readMountPoints(pid) ?? [] });
  }
  await expect.poll(() => isSettled(statSync(join(paths.bundle(names.at(-1)!), 'run.json'))), { interval: 100 }).toBe(true);
  const cgroups = tree.open();
  // Wherever the process really is counts as below its cgroup.
  const read = (each: string) => Object.assign(cgroups.read(each) ?? {}, { path: '' }) as ReturnType<typeof cgroups.read>;
  return { ...openFakeHost({ root }), cgroups: Object.assign(Object.create(cgroups) as typeof cgroups, { read }), bundles, paths };
}

/** The calls of a look that finds everything as it was. */
async function callsOf(count: number): Promise<CallCounts> {
  const names = namesOf(count);
  const observe = openObserver(await hostOf(names));
  const desired = desiredState(names.map((each) => desiredContainer(each)));
  const [first, second] = [observe(desired), observe(desired)];
  expect(second.containers.map((container, index) => container === first.containers[index])).toEqual(names.map(() => true));
  return countCalls(() => observe(desired));
}

/** Calls a container. Rounded: a look may read the clock anew, once for all of them. */
const minus = (more: CallCounts, less: CallCounts, by: number): Record<string, number> =>
  Object.fromEntries(Object.entries(more).map(([call, times]) => [call, Math.round((times - (less[call as keyof CallCounts] ?? 0)) / by)]));

describe('a look at containers that stay as they are', () => {
  it('opens the files of the kernel alone, each once, and takes one stat for each of the two notes', async () => {
    const [ten, twenty] = [await callsOf(10), await callsOf(20)];

    // Limits, whether it is frozen, stat of its monitor, and stat, cgroup and mountinfo of the process, which alone is read to an empty read.
    const opens = Object.keys(limits).length + 1 + 1 + 3;
    expect(minus(twenty, ten, 10)).toMatchObject({ openSync: opens, statSync: 2, readlinkSync: 6 });
    expect(minus(twenty, ten, 10)['readSync']).toBeLessThanOrEqual(opens + 4);
    expect(minus(twenty, ten, 10)['readFileSync'] ?? 0).toBe(0);
  });

  it('costs each container the same, however many there are', async () => {
    const [ten, twenty, forty] = [await callsOf(10), await callsOf(20), await callsOf(40)];

    expect(minus(forty, twenty, 20)).toEqual(minus(twenty, ten, 10));
  });
});

describe('a look at one container whose manifest changed', () => {
  it('looks at the files of its root filesystem only where its process may have to go', async () => {
    const [web] = namesOf(1) as [ContainerName];
    const asked = desiredContainer(web);
    const host = await hostOf([web]);
    let looks = 0;
    const rootfs = { ...host.rootfs, inspect: (use: Parameters<typeof host.rootfs.inspect>[0]) => { looks += 1; return host.rootfs.inspect(use); } };
    const observe = openObserver({ ...host, rootfs });
    const looksFor = (change: Partial<typeof asked.spec>): number => {
      observe(desiredState([asked]));
      looks = 0;
      observe(desiredState([{ ...asked, spec: { ...asked.spec, ...change } }]), new Set([web]));
      return looks;
    };

    expect(looksFor({})).toBe(0);
    expect(looksFor({ resources: { 'pids.max': 77 } })).toBe(0);
    expect(looksFor({ hostname: 'other' })).toBe(1);
    expect(looksFor({ process: { ...asked.spec.process, args: ['/bin/other'] } })).toBe(1);
  });
});
