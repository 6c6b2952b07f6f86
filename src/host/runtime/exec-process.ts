import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { readTextIfExists, writeFileAtomic } from '../file.ts';
import * as oci from './oci-runtime.ts';
import type { OciProcess, OciSpec } from './oci-types.ts';
import type { Starter } from './starter.ts';
import { parseJson } from '../../state/checks.ts';

export interface ExecOptions {
  readonly args: readonly string[];
  /** Absent: a terminal where our stdin and stdout are one. */
  readonly tty?: boolean;
}

export interface ContainerExec {
  readonly runtime: oci.OciRuntime;
  /** In whose mounts the runtime runs. */
  readonly starter: Pick<Starter, 'entry'>;
  readonly name: ContainerName;
  readonly bundle: string;
  readonly exec: ExecOptions;
}

/**
 * Runs a process in the container as the container's own is run: same user, capabilities and
 * environment, which goes through a file that root alone can read and that is removed afterwards.
 * Gives the exit status. Throws ERR_NOT_FOUND where the container is not running.
 */
export async function execInContainer({ runtime, starter, name, bundle, exec }: ContainerExec): Promise<number> {
  const base = readProcessSpec(bundle);
  if (base === undefined || !oci.isKnown(runtime, name)) throw notRunning(name, 'it is not there');
  if (oci.isCreated(runtime, name)) throw notRunning(name, 'it is created but not started');
  const file = join(bundle, `exec-${randomBytes(6).toString('hex')}.json`);
  writeFileAtomic(file, JSON.stringify(execProcess(base, exec)), 0o600);
  try {
    return await oci.exec(runtime, name, { processFile: file, entry: await starter.entry('/') });
  } finally {
    rmSync(file, { force: true });
  }
}

/** The container's process with other arguments and, on a terminal, TERM. */
export function execProcess(base: OciProcess, { args, tty = hasTerminal() }: ExecOptions): OciProcess {
  const hasTerm = base.env.some((entry) => entry.startsWith('TERM='));
  const term = tty && !hasTerm ? [`TERM=${process.env['TERM'] ?? 'xterm'}`] : [];
  return { ...base, args, terminal: tty, env: [...base.env, ...term] };
}

function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

function readProcessSpec(bundle: string): OciProcess | undefined {
  const spec = parseJson(readTextIfExists(join(bundle, 'config.json')) ?? '') as Partial<OciSpec> | null | undefined;
  return spec?.process;
}

function notRunning(name: ContainerName, reason: string): ReconcileError {
  const hint = 'see what runs with: reconcile status';
  return new ReconcileError('ERR_NOT_FOUND', `${name}: nothing can be run in it: ${reason}`, { hint });
}
