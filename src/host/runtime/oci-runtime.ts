import { join } from 'node:path';
import type { ContainerName } from '../../state/container-name.ts';
import { run } from '../exec.ts';
import { isThere } from '../file.ts';
import { runInteractive } from '../spawn.ts';
import { runtimeWords } from './runtime-words.ts';

/** crun or runc, with a folder of its own for what it keeps. */
export interface OciRuntime {
  /** Absolute path of the program. */
  readonly path: string;
  /** Its --root. */
  readonly state: string;
}

/** Lets the process of a created container run its program. Throws ERR_RUNTIME_FAILED, ERR_TIMEOUT. */
export async function start(runtime: OciRuntime, name: ContainerName, timeoutMs: number): Promise<void> {
  const options = { timeoutMs, code: 'ERR_RUNTIME_FAILED', wordsOf: runtimeWords } as const;
  await run(runtime.path, [`--root=${runtime.state}`, 'start', '--', name], options);
}

/**
 * Runs one more process in a running container, on our own terminal or pipes; gives its exit status.
 *
 * @param options.entry words before the command line, such as nsenter's
 */
export function exec(
  runtime: OciRuntime,
  name: ContainerName,
  { processFile, entry }: { readonly processFile: string; readonly entry: readonly string[] },
): Promise<number> {
  const [file = runtime.path, ...args] = [...entry, runtime.path, `--root=${runtime.state}`, 'exec', '--process', processFile, '--', name];
  return runInteractive(file, args);
}

/** True between create and start: then the waiting process has this fifo open. Holds for crun and runc. */
export function isCreated(runtime: OciRuntime, name: ContainerName): boolean {
  return isThere(fifoOf(runtime, name));
}

/** The fifo at which the process of a created container waits. */
export function fifoOf(runtime: OciRuntime, name: ContainerName): string {
  return join(stateFolder(runtime, name), 'exec.fifo');
}

/** True where the runtime keeps something of the container. */
export function isKnown(runtime: OciRuntime, name: ContainerName): boolean {
  return isThere(stateFolder(runtime, name));
}

/** The runtime's own folder for a container. */
export function stateFolder(runtime: OciRuntime, name: ContainerName): string {
  return join(runtime.state, name);
}
