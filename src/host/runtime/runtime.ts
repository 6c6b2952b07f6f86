import type { ContainerName } from '../../state/container-name.ts';
import { removeTree } from '../file.ts';
import type { Paths } from '../paths.ts';
import { createUnderConmon } from './conmon.ts';
import type { ConmonOptions } from './conmon.ts';
import { execInContainer } from './exec-process.ts';
import type { ExecOptions } from './exec-process.ts';
import { endMonitor } from './monitor.ts';
import * as oci from './oci-runtime.ts';
import type { OciSeccomp } from './oci-types.ts';
import { readSeccomp } from './seccomp-file.ts';

/** The runtime of this host, and conmon over it. */
export interface RuntimeDriver {
  readonly name: 'crun' | 'runc';
  readonly version: string;
  /** Absolute. */
  readonly path: string;
  /** Why this runtime, for the user. */
  readonly why: string;
  /** The host's default profile; undefined where it has none: containers then run without a filter. */
  readonly seccomp: OciSeccomp | undefined;
  /** Creates the container from its bundle; its process waits for `start`. On failure no process is left. */
  create(name: ContainerName, signal?: AbortSignal): Promise<{ readonly pid: number }>;
  start(name: ContainerName): Promise<void>;
  /** Kills and forgets the container; one that the runtime does not know is fine. */
  delete(name: ContainerName): Promise<void>;
  /** Removes what the runtime keeps of a container that it can no longer delete. Only once its processes are gone. */
  forget(name: ContainerName): void;
  /** Sees to it that no conmon of the container is left. Only once its processes are gone. */
  endMonitor(name: ContainerName): Promise<void>;
  /** Exit status of one more process in a running container; it has our stdin, stdout and stderr. */
  exec(name: ContainerName, options: ExecOptions): Promise<number>;
  /** Created, and not started yet. */
  isCreated(name: ContainerName): boolean;
}

export interface RuntimeOptions extends Pick<RuntimeDriver, 'name' | 'version' | 'path' | 'why'> {
  /** Absolute path of conmon. */
  readonly conmon: string;
  readonly paths: Paths;
  readonly createTimeoutMs?: number;
  readonly logSizeMaxBytes?: number;
}

/** How long conmon may take to write down the end of its container. */
const monitorWaitMs = 2000;

export function openRuntime(options: RuntimeOptions): RuntimeDriver {
  const { name, version, path, why, conmon, paths, createTimeoutMs, logSizeMaxBytes } = options;
  const runtime: oci.OciRuntime = { path, state: paths.runtimeState };
  const programs = {
    ...{ paths, conmon, runtime: path },
    ...(createTimeoutMs === undefined ? {} : { timeoutMs: createTimeoutMs }),
    ...(logSizeMaxBytes === undefined ? {} : { logSizeMaxBytes }),
  };
  return {
    ...{ name, version, path, why },
    get seccomp() {
      return readSeccomp();
    },
    create: (container, signal) => createWhole(runtime, { ...programs, name: container }, signal),
    start: (container) => oci.start(runtime, container),
    delete: (container) => oci.remove(runtime, container),
    forget: (container) => removeTree(oci.stateFolder(runtime, container)),
    endMonitor: (container) => endMonitor(paths.bundle(container), monitorWaitMs),
    exec: (container, exec) => execInContainer({ runtime, name: container, bundle: paths.bundle(container), exec }),
    isCreated: (container) => oci.isCreated(runtime, container),
  };
}

/** Where conmon failed after the runtime was done, a process waits that nobody knows of. */
async function createWhole(
  runtime: oci.OciRuntime,
  options: ConmonOptions,
  signal: AbortSignal | undefined,
): Promise<{ readonly pid: number }> {
  try {
    return await createUnderConmon(options, signal);
  } catch (error) {
    // The first failure is the one to tell; what is left now, the next pass removes.
    await oci.remove(runtime, options.name).catch(() => undefined);
    throw error;
  }
}
