import type { CgroupDriver } from '../../src/host/cgroup/driver.ts';
import type { Host } from '../../src/host/host.ts';
import { pathsOf } from '../../src/host/paths.ts';
import { processes } from '../../src/host/proc/processes.ts';
import type { RootfsDriver } from '../../src/host/rootfs/rootfs.ts';
import type { Bundle, BundleStore } from '../../src/host/runtime/bundle.ts';
import type { RuntimeDriver } from '../../src/host/runtime/runtime.ts';
import type { FileValues } from '../../src/state/resources.ts';
import { codecs } from './codecs.ts';
import { name } from './containers.ts';

/** What tests put in the place of single effects. */
export interface FakeHostOptions {
  /** Folders that need not exist. */
  readonly root?: string;
  readonly create?: (container: string, signal: AbortSignal | undefined) => Promise<void>;
  readonly start?: (container: string, signal: AbortSignal | undefined) => Promise<void>;
}

/** A host in memory. Its containers have no process: they count as ended as soon as they are started. */
export interface FakeHost extends Host {
  /** Every effect, in order: "create web". */
  readonly calls: string[];
  readonly kernel: Map<string, FileValues>;
  readonly memory: Map<string, Bundle>;
  readonly states: Set<string>;
}

export function openFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { root = '/nowhere' } = options;
  const settings = { root: `${root}/run`, data: `${root}/data`, cgroupParent: 'fake', runtime: 'auto' };
  const shared = {
    calls: [] as string[],
    kernel: new Map<string, FileValues>(),
    memory: new Map<string, Bundle>(),
    states: new Set<string>(),
  };
  return {
    ...shared,
    settings,
    paths: pathsOf(settings),
    cgroups: fakeCgroups(shared),
    rootfs: fakeRootfs(shared),
    runtime: fakeRuntime(shared, options),
    bundles: fakeBundles(shared),
    processes: { ...processes, unjudgedMount: () => undefined },
  };
}

type Shared = Pick<FakeHost, 'calls' | 'kernel' | 'memory' | 'states'>;

function fakeCgroups({ calls, kernel }: Shared): CgroupDriver {
  return {
    mode: 'unified',
    coversForCrun: [],
    codec: codecs.unified,
    codecFacts: { pageBytes: 4096, cpus: '0-3', mems: '0', ioWeightFile: 'io.weight' },
    facts: { unsupported: {}, cpus: '0-3', mems: '0' },
    lastFacts: { unsupported: {}, cpus: '0-3', mems: '0' },
    bounds: () => ({}),
    path: (cgroup) => `/fake/${cgroup}`,
    list: () => [...kernel.keys()].sort(),
    read: (cgroup) => {
      const files = kernel.get(cgroup);
      return files === undefined ? undefined : { path: `/fake/${cgroup}`, files };
    },
    readNews: () => undefined,
    unnoticed: () => undefined,
    usage: () => ({}),
    holds: () => false,
    ensureParent: () => undefined,
    adopt: () => undefined,
    write: async (cgroup, writes) => {
      calls.push(`write ${cgroup}`);
      kernel.set(cgroup, { ...kernel.get(cgroup), ...Object.fromEntries(writes.map(({ file, value }) => [file, value])) });
    },
    protectParent: () => undefined,
    thaw: (cgroup) => { calls.push(`thaw ${cgroup}`); },
    pressure: () => ({}),
    pids: () => [],
    kill: () => undefined,
    remove: async (cgroup) => {
      calls.push(`remove-cgroup ${cgroup}`);
      kernel.delete(cgroup);
    },
    removeParentIfEmpty: () => undefined,
    directories: () => [],
    isNews: () => true,
  };
}

function fakeRootfs({ calls }: Shared): RootfsDriver {
  return {
    inspect: () => ({ id: 'id-1', problems: [] }),
    changedSince: () => undefined,
    prepare: async ({ name: container }) => {
      calls.push(`prepare ${container}`);
      return { rootPath: '/', readonly: false };
    },
    release: async (container) => { calls.push(`release ${container}`); },
    listLayers: () => [],
    sweep: async () => undefined,
    hasLayer: () => false,
    listJails: () => [],
    removeJail: async (id) => { calls.push(`remove-jail ${id}`); },
  };
}

function fakeRuntime({ calls, kernel, states }: Shared, { create, start }: FakeHostOptions): RuntimeDriver {
  return {
    ...{ name: 'crun', version: '1', path: '/fake/crun', why: 'test', seccomp: undefined, seccompBpf: undefined },
    mark: async () => undefined,
    unmark: async () => undefined,
    create: async (container, { signal } = {}) => {
      calls.push(`create ${container}`);
      await create?.(container, signal);
      kernel.set(container, codecs.unified.toFiles({}));
      states.add(container);
      // Nothing is ever sent to it: the bundle forgets which process it was.
      return { pid: process.pid };
    },
    start: async (container, signal) => {
      calls.push(`start ${container}`);
      await start?.(container, signal);
      states.delete(container);
    },
    endCreation: async (container) => { calls.push(`end-creation ${container}`); },
    forget: async (container) => {
      calls.push(`forget ${container}`);
      states.delete(container);
    },
    continueMonitor: (container) => { calls.push(`continue-monitor ${container}`); },
    awaitMonitor: async (container) => { calls.push(`await-monitor ${container}`); },
    endMonitor: async (container) => { calls.push(`end-monitor ${container}`); },
    hasMonitor: () => false,
    isMonitor: () => true,
    exec: async () => 0,
    isCreated: (container) => states.has(container),
  };
}

function fakeBundles({ calls, memory }: Shared): BundleStore {
  const leaving = new Set<string>();
  return {
    list: () => [...memory.keys()].sort().map(name),
    read: (container) => memory.get(container),
    writeRecord: (container, record) => {
      calls.push(`record ${container}`);
      memory.set(container, { ...memory.get(container), record });
    },
    writeConfig: () => undefined,
    writeRun: (container, run) => {
      const bundle = memory.get(container);
      if (bundle !== undefined) memory.set(container, { ...bundle, run: { ...run, startTime: run.startTime + 1 } });
    },
    sweep: () => undefined,
    markLeaving: (container) => { leaving.add(container); },
    isLeaving: (container) => leaving.has(container),
    readExit: () => undefined,
    mountPoint: (container) => `/fake/bundles/${container}/rootfs`,
    listLogs: () => [],
    removeLog: async (container) => { calls.push(`remove-log ${container}`); },
    remove: async (container) => {
      calls.push(`remove-bundle ${container}`);
      memory.delete(container);
    },
  };
}
