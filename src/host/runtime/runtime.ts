import { release } from 'node:os';
import { join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { readTextIfExists } from '../file.ts';
import type { Paths } from '../paths.ts';
import { readProcess } from '../proc/process.ts';
import { removeFlatFolder } from '../remove-tree.ts';
import type { Overlay } from '../rootfs/overlay.ts';
import { createUnderConmon, silentError, stoppedError } from './conmon.ts';
import { openDeadline } from './deadline.ts';
import { openGate } from './exec-fifo.ts';
import { execInContainer } from './exec-process.ts';
import type { ExecOptions } from './exec-process.ts';
import { markInstance, unmarkInstance } from './instance-mark.ts';
import { awaitMonitor, continueMonitor, endMonitor, findMonitors, isMonitor, killCallers } from './monitor.ts';
import type { Cover } from './mount-space.ts';
import * as oci from './oci-runtime.ts';
import type { OciSeccomp } from './oci-types.ts';
import { fileIdentity } from './runtime-note.ts';
import { readSeccomp } from './seccomp-file.ts';
import { openSeccompFilter } from './seccomp-filter.ts';
import type { SeccompFilter } from './seccomp-filter.ts';
import { openStarter } from './starter.ts';

/** The runtime of this host, and conmon over it. */
export interface RuntimeDriver {
  /** crun or runc, or the program's file name where nobody has asked it. */
  readonly name: string;
  /** Undefined where nobody has asked it. */
  readonly version: string | undefined;
  /** Absolute. */
  readonly path: string;
  /** Why this runtime, for the user. */
  readonly why: string;
  /** The host's default profile; undefined where it has none: containers then run without a filter. */
  readonly seccomp: OciSeccomp | undefined;
  /** The BPF program of that profile in base64, for a runtime that takes one and has made it before. */
  readonly seccompBpf: string | undefined;
  /** Tells other instances on this host where our bundles are: before the first of them is made. Throws ERR_COMMAND_FAILED. */
  mark(): Promise<void>;
  /** Takes that back; only where no container is left. */
  unmark(): Promise<void>;
  /**
   * Creates the container from its bundle, its root filesystem mounted where it has to be; its process waits for
   * `start`. On failure neither conmon nor the runtime is left, but what they had made may be.
   */
  create(name: ContainerName, options?: CreateOptions): Promise<{ readonly pid: number }>;
  start(name: ContainerName, signal?: AbortSignal): Promise<void>;
  /** Ends a creation that an earlier run left going: its conmon, its calls of the runtime, and what they started. */
  endCreation(name: ContainerName): Promise<void>;
  /** Removes what the runtime keeps of a container: its own delete does no more once processes and cgroup are gone. */
  forget(name: ContainerName): Promise<void>;
  /** Lets the conmon of the container go on where a signal stopped it. */
  continueMonitor(name: ContainerName): void;
  /** Waits, for a moment at most, until the conmon of a container whose process ended has ended too. */
  awaitMonitor(name: ContainerName): Promise<void>;
  /** Sees to it that no conmon of the container is left. Only once its processes are gone. */
  endMonitor(name: ContainerName): Promise<void>;
  /** Whether a conmon of the container is at work, or is still to write down how it ended. */
  hasMonitor(name: ContainerName): boolean;
  /** Whether a process, the parent of the container's init process, is its conmon. */
  isMonitor(name: ContainerName, parent: number): boolean;
  /** Exit status of one more process in a running container; it has our stdin, stdout and stderr. */
  exec(name: ContainerName, options: ExecOptions): Promise<number>;
  /** Created, and not started yet. */
  isCreated(name: ContainerName): boolean;
}

export interface CreateOptions {
  readonly overlay?: Overlay | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RuntimeOptions extends Pick<RuntimeDriver, 'name' | 'version' | 'path' | 'why'> {
  /** Absolute path of conmon. */
  readonly conmon: string;
  readonly paths: Paths;
  /** What the runtime is to see in place of some mounts. */
  readonly covers?: readonly Cover[];
  /** The program may do more in its `start` than crun and runc do, as a wrapper of them might. */
  readonly callsStart?: boolean;
  readonly createTimeoutMs?: number;
  readonly logSizeMaxBytes?: number;
}

const startTimeoutMs = 30_000;

/** How long conmon may take to write down the end of its container. */
const monitorWaitMs = 2000;

export function openRuntime(options: RuntimeOptions): RuntimeDriver {
  const { name, version, path, why, conmon, paths, covers = [], callsStart = false, createTimeoutMs, logSizeMaxBytes } = options;
  const runtime: oci.OciRuntime = { path, state: paths.runtimeState };
  const filter = name === 'crun' ? filterOf(path, paths) : undefined;
  let marked: Promise<void> | undefined;
  const start = callsStart ? callStart : openOrCall;
  const starter = openStarter(covers.length === 0 ? undefined : { covers, program: path });
  const programs = {
    ...{ paths, conmon, runtime: path, starter },
    ...(createTimeoutMs === undefined ? {} : { timeoutMs: createTimeoutMs }),
    ...(logSizeMaxBytes === undefined ? {} : { logSizeMaxBytes }),
  };
  return {
    ...{ name, version, path, why },
    get seccomp() { return readSeccomp(); },
    get seccompBpf() { return filter?.known(); },
    mark: () => (marked ??= markInstance(paths).catch((error: unknown) => { marked = undefined; throw error; })),
    async unmark() {
      marked = undefined;
      await unmarkInstance(paths);
    },
    async create(container, { overlay, signal } = {}) {
      const created = await createUnderConmon({ ...programs, name: container, overlay }, signal);
      filter?.learn(container);
      return created;
    },
    start: (container, signal) => start(runtime, { name: container, bundle: paths.bundle(container), signal }),
    endCreation: (container) => killCallers(paths.bundle(container), paths.runtimeState),
    forget: (container) => removeFlatFolder(oci.stateFolder(runtime, container)),
    continueMonitor: (container) => { continueMonitor(paths.bundle(container)); },
    async awaitMonitor(container) { await awaitMonitor(paths.bundle(container), monitorWaitMs); },
    endMonitor: (container) => endMonitor(paths.bundle(container), monitorWaitMs),
    hasMonitor: (container) => findMonitors(paths.bundle(container)).length > 0,
    isMonitor: (container, parent) => isMonitor(paths.bundle(container), parent),
    exec: (container, exec) => execInContainer({ runtime, starter, name: container, bundle: paths.bundle(container), exec }),
    isCreated: (container) => oci.isCreated(runtime, container),
  };
}

/** crun alone takes a program in the place of a profile. */
function filterOf(path: string, { seccompFilter, runtimeState }: Paths): SeccompFilter {
  const runtimeIdentity = `${fileIdentity(path) ?? path} ${release()}`;
  return openSeccompFilter({ file: seccompFilter, runtimeState, runtimeIdentity, seccomp: () => readSeccomp() });
}

interface Start {
  readonly name: ContainerName;
  readonly bundle: string;
  readonly signal: AbortSignal | undefined;
}

/** A program that keeps no fifo of the kind that we know is called. */
async function openOrCall(runtime: oci.OciRuntime, start: Start): Promise<void> {
  if (!oci.isCreated(runtime, start.name)) return callStart(runtime, start);
  const { name, bundle, signal } = start;
  const deadlineMs = performance.now() + startTimeoutMs;
  const isOver = (): boolean => signal?.aborted === true || performance.now() >= deadlineMs;
  const lives = (): boolean => isProcessOf(bundle);
  if (await openGate({ fifo: oci.fifoOf(runtime, name), isWaiting: () => !isOver() && lives() })) return;
  if (signal?.aborted === true) throw stoppedError(name, 'start');
  if (lives()) throw silentError(name, 'start: its process did not come to the fifo', startTimeoutMs);
  throw new ReconcileError('ERR_RUNTIME_FAILED', `${name}: start: its process ended before it was started`, { retryable: true });
}

/** Whether the process that conmon wrote down is there. */
function isProcessOf(bundle: string): boolean {
  const state = readProcess(Number(readTextIfExists(join(bundle, 'pid'))))?.state;
  return state !== undefined && state !== 'Z';
}

/** A call that hangs is killed with all that it started: nobody else would end that. */
async function callStart(runtime: oci.OciRuntime, { name, bundle, signal }: Start): Promise<void> {
  const deadline = openDeadline(startTimeoutMs, signal);
  const call = oci.start(runtime, name, 2 * startTimeoutMs);
  try {
    const how = await Promise.race([call, deadline.passed]);
    if (how === undefined) return;
    call.catch(() => undefined);
    await killCallers(bundle, runtime.state);
    throw how === 'stopped' ? stoppedError(name, 'start') : silentError(name, `start: no answer from ${runtime.path}`, startTimeoutMs);
  } finally {
    deadline.close();
  }
}
