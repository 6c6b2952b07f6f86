import { ReconcileError } from '../../errors.ts';
import type { FileValues, KernelWrite } from '../../state/resources.ts';
import { readCgroupFile, writeCgroupFile } from './cgroup-file.ts';
import type { UsageFile } from './controller.ts';
import type { LimitFile } from './limit-file.ts';
import type { Mode } from './mode.ts';

export interface LimitWrites {
  readonly name: string;
  readonly writes: readonly KernelWrite[];
  readonly limits: readonly LimitFile[];
  readonly usage: readonly UsageFile[];
  /** The cgroup's directory for a controller. */
  dirOf(controller: string): string | undefined;
  isCgroup(dir: string): boolean;
  /** Brings usage below a limit that is about to be written; gives what to call once it is. */
  readonly makeRoom: Mode['makeRoom'];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes in order, and reads each value back: the kernel takes some numbers for others without a word. Gives what the
 * files hold then. Throws ERR_CGROUP_WRITE at the first that fails; those before it stay written.
 */
export async function writeLimits(options: LimitWrites): Promise<FileValues> {
  const { name, makeRoom, signal } = options;
  const checked = new Set<string>();
  const held: Record<string, string> = {};
  for (const write of options.writes) {
    const dir = cgroupDir(write, options);
    if (!checked.has(dir)) checkDir(dir, options);
    checked.add(dir);
    const room = await makeRoom?.({ name, dir, write, signal });
    try {
      held[write.file] = writeLimit(write, dir, options);
      room?.check?.();
    } finally {
      room?.release();
    }
  }
  return held;
}

function cgroupDir({ controller, file }: KernelWrite, { name, dirOf }: LimitWrites): string {
  const dir = dirOf(controller);
  if (dir !== undefined) return dir;
  throw new ReconcileError('ERR_CGROUP_WRITE', `${name}: write ${file}: this host has no controller ${controller}`);
}

/** A path that is not on a cgroup file system is not written to, whatever was mounted or linked there. */
function checkDir(dir: string, { name, isCgroup }: LimitWrites): void {
  if (isCgroup(dir)) return;
  throw new ReconcileError('ERR_CGROUP_WRITE', `${name}: write to ${dir}: the cgroup is gone, or this is no cgroup`, {
    hint: 'look whether the container was removed meanwhile',
    retryable: true,
  });
}

/** Gives the file's content afterwards. */
function writeLimit({ controller, file, value }: KernelWrite, dir: string, options: LimitWrites): string {
  const path = `${dir}/${file}`;
  const usage = (): string | undefined => presentUsage(controller, dir, options);
  writeCgroupFile({ object: options.name, path, value, usage });
  const content = readCgroupFile(path) ?? '';
  if (options.limits.find((limit) => limit.file === file)?.holds(content, value) === true) return content;
  const present = usage();
  throw new ReconcileError(
    'ERR_CGROUP_WRITE',
    `${options.name}: wrote ${JSON.stringify(value)} to ${path}, but it holds ${JSON.stringify(content)}${
      present === undefined ? '' : ` (${present})`
    }`,
    { hint: 'the kernel changed the value, or something else on this host writes the same file', retryable: true },
  );
}

/** "present usage 611319808", of the controller that was written to. */
function presentUsage(controller: string, dir: string, { usage }: LimitWrites): string | undefined {
  const file = usage.find((each) => each.controller === controller)?.file;
  const content = file === undefined ? undefined : readCgroupFile(`${dir}/${file}`);
  return content !== undefined && /^\d+$/.test(content) ? `present usage ${content}` : undefined;
}
