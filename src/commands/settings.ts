import { isAbsolute, resolve } from 'node:path';
import type { Settings } from '../host/paths.ts';
import type { LogLevel } from '../log.ts';
import { logLevels } from '../log.ts';
import { outputFormats } from '../render/result.ts';
import type { OutputFormat } from '../render/result.ts';
import { isContainerName } from '../state/container-name.ts';
import type { FlagSpec, Flags } from './command.ts';
import { usageError } from './parse.ts';
import { globalFlags } from './table.ts';

export interface CliSettings extends Settings {
  readonly output: OutputFormat;
  /** Absent: the command chooses. */
  readonly logLevel?: LogLevel;
}

export interface Surroundings {
  readonly cwd: string;
  /** The cgroup that already holds the containers of a --root. */
  knownParent?(root: string): string | undefined;
  /** What the command can print; by default what every command can. */
  readonly formats?: readonly OutputFormat[] | undefined;
}

/**
 * Flag, then environment, then default; folders made absolute. The default of the cgroup's parent is that of the
 * containers that are there. Throws ERR_USAGE naming where a bad value came from.
 */
export function resolveSettings(
  flags: Flags,
  env: NodeJS.ProcessEnv,
  { cwd, knownParent, formats = outputFormats }: Surroundings,
): CliSettings {
  const root = folderOf(globalSettingOf('root', flags, env), cwd);
  const data = folderOf(globalSettingOf('data', flags, env), cwd);
  if (root === data) throw usageError(`--root and --data are the same folder: ${root}`, 'name two folders');
  const logLevel = globalSettingOf('log-level', flags, env);
  const parent = globalSettingOf('cgroup-parent', flags, env);
  return {
    root,
    data,
    cgroupParent: (parent.given ? undefined : validParent(knownParent?.(root))) ?? cgroupParentOf(parent),
    runtime: runtimeOf(globalSettingOf('runtime', flags, env)),
    output: formatOf(globalSettingOf('output', flags, env), formats),
    ...(logLevel.value === '' ? {} : { logLevel: oneOf(logLevel, logLevels) }),
  };
}

/** The command's own flags, with those that are not given taken from the environment or their default. */
export function completeFlags(specs: readonly FlagSpec[], flags: Flags, env: NodeJS.ProcessEnv): Flags {
  const complete: Record<string, string | true | readonly string[]> = { ...flags };
  for (const spec of specs) {
    const { value } = settingOf(spec, flags, env);
    if (spec.value !== undefined && spec.repeatable !== true && value !== '') complete[spec.name] = value;
  }
  return complete;
}

interface Setting {
  readonly value: string;
  /** As the user wrote it: --root, or RECONCILE_ROOT. */
  readonly origin: string;
  /** False: it is the default. */
  readonly given: boolean;
}

function globalSettingOf(name: string, flags: Flags, env: NodeJS.ProcessEnv): Setting {
  const spec = globalFlags.find((flag) => flag.name === name);
  return settingOf(spec ?? { name, help: '' }, flags, env);
}

function settingOf(spec: FlagSpec, flags: Flags, env: NodeJS.ProcessEnv): Setting {
  const flag = flags[spec.name];
  if (typeof flag === 'string') return { value: flag, origin: `--${spec.name}`, given: true };
  const fromEnv = spec.env === undefined ? undefined : env[spec.env];
  if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, origin: spec.env ?? '', given: true };
  return { value: spec.default ?? '', origin: `--${spec.name}`, given: false };
}

function folderOf({ value, origin }: Setting, cwd: string): string {
  if (value.includes('\0') || value.includes('\n')) throw usageError(`${origin}: not a folder name`, 'write a path');
  const path = resolve(cwd, value);
  if (path === '/') throw usageError(`${origin}: / cannot be used`, 'name a folder of its own, such as /run/reconcile');
  return path;
}

const unitName = /^[A-Za-z0-9][A-Za-z0-9_@:-]*\.(slice|service|scope)$/;

function cgroupParentOf({ value, origin }: Setting): string {
  const parent = validParent(value);
  if (parent !== undefined) return parent;
  const hint = 'write small letters, digits and -, or a systemd unit, such as reconcile or apps.slice/shop';
  throw usageError(`${origin}: not the name of a cgroup (got ${value})`, hint);
}

/** Each part is a DNS label or a systemd unit: no `..`, no cgroup file's name, nothing that a runtime could take for a flag. */
function validParent(value: string | undefined): string | undefined {
  const parts = value?.replace(/^\//, '').split('/');
  return parts?.every((part) => isContainerName(part) || unitName.test(part)) === true ? parts.join('/') : undefined;
}

function runtimeOf({ value, origin }: Setting): string {
  if (['auto', 'crun', 'runc'].includes(value) || isAbsolute(value)) return value;
  throw usageError(`${origin}: not a runtime (got ${value})`, 'write auto, crun, runc or an absolute path');
}

function formatOf(setting: Setting, formats: readonly OutputFormat[]): OutputFormat {
  const { value, origin } = setting;
  if (!['github', 'sarif'].includes(value) || formats.some((format) => format === value)) return oneOf(setting, formats);
  throw usageError(`${origin}: not a format of this command (got ${value})`, `write ${listed(formats)}`);
}

function oneOf<Value extends string>({ value, origin }: Setting, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw usageError(`${origin}: unknown value (got ${value})`, `write ${listed(allowed)}`);
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
