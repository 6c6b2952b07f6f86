import { ReconcileError } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { pathsOf } from '../../src/host/paths.ts';
import { codecs } from '../support/codecs.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import { refuseToKill, requireLimits, requireNoWait, requireWritten } from './call-promises.ts';
import type { Chance } from './chance.ts';
import { isEnforced, unlikeLimits } from './manifests.ts';
import { continueMonitors, killMonitors, monitorsOf, monitorWaitMs, startMonitor } from './monitors.ts';
import type { ModelCgroup, ModelProcess, World } from './world.ts';
import { askToEnd, killProcess, livingRun, partsOf, processesOf, rootfsIdOf, sourceOf, startProcess } from './world.ts';

/** One run of the program on a world. Once it was killed nothing of it happens any more. */
export interface Incarnation {
  readonly host: Host;
  readonly killed: boolean;
  /** Of the last calls, oldest first, for whoever has to find out what went wrong. */
  readonly calls: readonly string[];
  /** Calls that could go wrong, and those that did. */
  readonly risks: { taken: number; bad: number };
  /** Containers whose creation was begun, but for those of which something could not be removed. */
  readonly begun: ReadonlySet<ContainerName>;
  /** How long it waited for monitors, all together. */
  readonly watchedMs: number;
}

export interface Faults {
  /** Share of the calls in which something goes wrong. */
  readonly share: number;
  readonly chance: Chance;
}

type Kind = 'fails' | 'fails after' | 'killed' | 'killed after' | 'lies';

const kinds: readonly Kind[] = ['fails', 'fails', 'fails after', 'fails after', 'killed', 'killed after', 'lies'];

/** How long a monitor whose creator was killed goes on by itself, at most. */
const lateMs = 500;

export function openIncarnation(world: World, { share, chance }: Faults): Incarnation {
  const settings = { root: '/run/reconcile', data: '/var/lib/reconcile', cgroupParent: 'reconcile', runtime: 'auto' };
  const calls: string[] = [];
  let killed = false;
  const risks = { taken: 0, bad: 0 };
  let watchedMs = 0;
  const asked = new Set<ModelProcess>();
  const [created, kept] = [new Set<ContainerName>(), new Set<string>()];
  const goesWrong = (): boolean => {
    const bad = chance.happens(share);
    risks.taken += 1;
    risks.bad += Number(bad);
    return bad;
  };
  const alive = (): void => { if (killed) throw new ReconcileError('ERR_TIMEOUT', 'this run was killed'); };

  /** @param lie what a program that claims success without an effect would answer; absent: nobody could claim it */
  const call = <Result>(words: string, effect: () => Result, lie?: () => Result): Result => {
    alive();
    calls.push(words);
    if (!goesWrong()) return effect();
    const kind = chance.pick(kinds);
    calls.push(`  ${kind}`);
    if (kind === 'killed' || kind === 'killed after') killed = true;
    if (kind === 'fails after' || kind === 'killed after') effect();
    if (kind === 'lies' && lie !== undefined) return lie();
    throw new ReconcileError('ERR_RUNTIME_FAILED', `${words}: made to fail`, { retryable: true });
  };
  /** What takes its effect in one step, as a rename: nobody is told of a failure after it. */
  const atOnce = (words: string, effect: () => void): void => {
    alive();
    calls.push(words);
    const fails = goesWrong();
    if (fails && chance.happens(0.5)) {
      calls.push('  fails');
      throw new ReconcileError('ERR_BUNDLE_WRITE', `${words}: made to fail`, { retryable: true });
    }
    effect();
    if (!fails) return;
    calls.push('  killed after');
    killed = true;
    alive();
  };
  /** As `call`, for what takes a while, in which others do what they do. */
  const slowly = async <Result>(words: string, effect: () => Result, lie?: () => Result): Promise<Result> => {
    alive();
    await world.time.sleep(chance.below(20));
    return call(words, effect, lie);
  };
  /** As `slowly`, for what takes something away: where it fails, somebody is left with it. */
  const takeAway = async (words: string, name: string, effect: () => void): Promise<void> => {
    kept.add(name);
    await slowly(words, effect);
    kept.delete(name);
  };

  const host: Host = {
    ...openFakeHost(),
    settings,
    paths: pathsOf(settings),
    processes: {
      read: (pid) => {
        const process = world.processes.get(pid);
        return process === undefined ? undefined : { pid, startTime: process.startTime, ppid: 1, state: 'S', comm: 'model' };
      },
      signal: ({ pid, startTime }, signal) => call(`signal ${pid} ${signal}`, () => {
        const process = world.processes.get(pid);
        if (process?.startTime !== startTime) return false;
        if (signal === 'SIGKILL') killProcess(world, process);
        else {
          asked.add(process);
          askToEnd(world, process);
        }
        return true;
      }),
      mountPoints: () => [],
      unjudgedMount: () => undefined,
      startedAtMs: (startTime) => startTime * 10,
      nowMs: () => world.time.nowMs,
      sleep: async (ms, signal) => {
        await world.time.sleep(ms, signal);
        killed ||= chance.happens(share / 8);
        alive();
      },
    },
  };
  return {
    host: { ...host, cgroups: cgroupsOf(), rootfs: rootfsOf(), runtime: runtimeOf(), bundles: bundlesOf() },
    get killed() { return killed; },
    ...{ calls, risks },
    get watchedMs() { return watchedMs; },
    get begun() { return new Set([...created].filter((name) => !kept.has(name))); },
  };

  async function awaitMonitors(name: ContainerName): Promise<void> {
    const fromMs = world.time.nowMs;
    for (let pauseMs = 1; monitorsOf(world, name).length > 0 && world.time.nowMs - fromMs < monitorWaitMs; pauseMs = Math.min(2 * pauseMs, 20)) {
      await world.time.sleep(pauseMs);
      alive();
    }
    watchedMs += world.time.nowMs - fromMs;
  }

  function cgroupsOf(): Host['cgroups'] {
    return {
      ...host.cgroups,
      codec: codecs.unified,
      ensureParent: () => { call('ensure parent', () => undefined); },
      adopt: (name) => { call(`adopt ${name}`, () => undefined); },
      write: (name, writes) => slowly(`write ${name} ${writes.map(({ file, value }) => `${file}=${value}`).join(' ')}`, () => {
        const { cgroup } = partsOf(world, name as never);
        if (cgroup === undefined) throw new ReconcileError('ERR_CGROUP_WRITE', `${name}: the cgroup is gone`, { retryable: true });
        for (const { file, value } of writes) {
          if (file === 'memory.max' && Number(value) < cgroup.usageBytes) refuseToKill(world, name, value);
          writeLimit(world, cgroup, { file, value });
          const spec = world.wanted.get(name as never)?.spec;
          if (spec !== undefined && isEnforced(spec, 'resources.pids') && partsOf(world, name as never).state === 'running') cgroup.unnoted = true;
        }
      }),
      usage: (name) => {
        const { usageBytes, oomKills } = world.containers.get(name as never)?.cgroup ?? { usageBytes: 0, oomKills: 0 };
        return { memoryBytes: usageBytes, tasks: 1, oomKills };
      },
      thaw: (name) => { call(`thaw ${name}`, () => {
        const { cgroup } = partsOf(world, name as never);
        if (cgroup !== undefined) cgroup.frozen = false;
        for (const process of processesOf(world, name as never)) if (process.hearsLater === true) askToEnd(world, process);
      }); },
      remove: (name) => takeAway(`remove cgroup ${name}`, name, () => {
        // What was moved elsewhere is not reached by it.
        for (const process of processesOf(world, name as never)) if (process.stray !== true) killProcess(world, process);
        delete partsOf(world, name as never).cgroup;
      }),
    };
  }

  function rootfsOf(): Host['rootfs'] {
    return {
      ...host.rootfs,
      prepare: ({ name, rootfs, id }) => slowly(`prepare ${name}`, () => {
        if (id !== rootfsIdOf(world, rootfs)) throw new ReconcileError('ERR_ROOTFS', 'the host\'s files changed', { retryable: true });
        if ('jail' in rootfs) world.jails.add(id);
        const parts = partsOf(world, name);
        if (!rootfs.readonly) parts.layer = { number: parts.layer?.number ?? (world.layersMade += 1), rootfs, rootfsId: id };
        return { rootPath: JSON.stringify([sourceOf(rootfs), id]), readonly: rootfs.readonly };
      }),
      release: (name, _mountPoint, { keepLayer }) => slowly(`release ${name}`, () => { if (!keepLayer) delete partsOf(world, name).layer; }),
      removeJail: (id) => slowly(`remove jail ${id}`, () => {
        const users = [
          ...[...world.processes.values()].filter(({ config }) => config?.rootfsId === id).map(({ owner }) => `${owner}, which runs,`),
          ...[...world.containers].filter(([, { record }]) => record?.rootfsId === id).map(([name]) => name),
        ];
        world.violations.push(...users.map((user) => `the jail of ${user} was removed`));
        world.jails.delete(id);
      }),
    };
  }

  function runtimeOf(): Host['runtime'] {
    return {
      ...host.runtime,
      mark: () => slowly('mark', () => undefined),
      create: async (name) => {
        alive();
        const parts = partsOf(world, name);
        created.add(name);
        const [lastsMs, lingersMs] = [chance.happens(0.1) ? Infinity : chance.pick([0, 0, 20, 80, 400]), chance.happens(0.03) ? Infinity : chance.pick([0, 0, 5, 40, 300])];
        const steps = creationOf(world, name, { lastsMs, lingersMs });
        if (chance.happens(share)) {
          // conmon works on, whoever started it: it is done a little later, unless it is ended before.
          calls.push(`create ${name}`, '  killed while the monitor goes on');
          killed = true;
          parts.creation = () => { for (const step of steps) step(); };
          world.time.at(world.time.nowMs + chance.below(lateMs), () => { parts.creation?.(); delete parts.creation; });
        }
        await world.time.sleep(chance.below(30));
        const done = chance.happens(share) ? chance.below(steps.length) : steps.length;
        return call(`create ${name}`, () => {
          for (const step of steps.slice(0, done)) step();
          if (done === steps.length) return { pid: world.nextPid };
          // A failed creation leaves neither a monitor nor the runtime, but what they had made.
          killMonitors(world, name);
          throw new ReconcileError('ERR_RUNTIME_FAILED', `${name}: create failed`, { retryable: true });
        }, () => ({ pid: world.nextPid + 1_000_000 }));
      },
      start: (name) => slowly(`start ${name}`, () => {
        const parts = partsOf(world, name);
        if (parts.state !== 'created' || livingRun(world, parts) === undefined) throw new ReconcileError('ERR_RUNTIME_FAILED', `${name}: nothing to start`, { retryable: true });
        requireLimits(world, name);
        parts.state = 'running';
      }, () => undefined),
      continueMonitor: (name) => { call(`continue monitor ${name}`, () => { continueMonitors(world, name); }); },
      endCreation: (name) => takeAway(`end creation ${name}`, name, () => {
        delete partsOf(world, name).creation;
        killMonitors(world, name);
      }),
      forget: (name) => takeAway(`forget ${name}`, name, () => { delete partsOf(world, name).state; }),
      awaitMonitor: async (name) => {
        await slowly(`await monitor ${name}`, () => undefined);
        await awaitMonitors(name);
      },
      endMonitor: async (name) => {
        await slowly(`end monitor ${name}`, () => { requireNoWait(world, name, asked); });
        await awaitMonitors(name);
        killMonitors(world, name);
      },
      isCreated: (name) => partsOf(world, name).state === 'created',
    };
  }

  function bundlesOf(): Host['bundles'] {
    return {
      ...host.bundles,
      read: (name) => {
        const { record, run } = partsOf(world, name);
        if (record === undefined) return undefined;
        return run === undefined ? { record } : { record, run };
      },
      writeRecord: (name, record) => { atOnce(`record ${name}`, () => {
        const parts = partsOf(world, name);
        requireWritten(world, parts, record);
        parts.record = record;
        if (parts.cgroup !== undefined && unlikeLimits(parts.cgroup.files, record.spec).length === 0) delete parts.cgroup.unnoted;
      }); },
      writeConfig: (name, { process: { args }, hostname, root }) => {
        const [source, rootfsId] = JSON.parse(root.path) as [string, string];
        atOnce(`config ${name}`, () => { partsOf(world, name).config = { asked: JSON.stringify([args, hostname, root.readonly, source]), rootfsId }; });
      },
      writeRun: (name, run) => { atOnce(`run ${name}`, () => { partsOf(world, name).run = run; }); },
      sweep: () => {
        for (const parts of world.containers.values()) if (parts.record === undefined) delete parts.exit;
      },
      // Where no file can be removed, the bundle cannot either, and its removal fails.
      markLeaving: (name) => {
        alive();
        delete partsOf(world, name).config;
        killed ||= chance.happens(share / 4);
      },
      isLeaving: (name) => partsOf(world, name).config === undefined,
      removeLog: (name) => slowly(`remove log ${name}`, () => { delete partsOf(world, name).log; }),
      remove: (name) => slowly(`remove bundle ${name}`, () => {
        const parts = partsOf(world, name);
        for (const monitor of world.monitors) if (monitor.name === name) monitor.forgotten = true;
        for (const part of ['record', 'config', 'run', 'exit', 'monitor'] as const) delete parts[part];
      }),
    };
  }
}

/** What the runtime makes, in its order. */
function creationOf(world: World, name: ContainerName, { lastsMs, lingersMs }: { readonly lastsMs: number; readonly lingersMs: number }): (() => void)[] {
  const parts = partsOf(world, name);
  return [
    () => { startMonitor(world, name, lingersMs); },
    () => { parts.cgroup ??= { files: codecs.unified.toFiles({}), usageBytes: 0, oomKills: 0, frozen: false }; },
    () => {
      if (processesOf(world, name).length > 0) world.violations.push(`two processes of ${name}`);
      startProcess(world, name, lastsMs);
    },
    () => { parts.state = 'created'; },
  ];
}

function writeLimit(world: World, cgroup: ModelCgroup, { file, value }: { readonly file: string; readonly value: string }): void {
  world.written.push({ cgroup, file, before: cgroup.files[file] ?? 'max', after: value, atMs: world.time.nowMs });
  cgroup.files = { ...cgroup.files, [file]: value };
}
