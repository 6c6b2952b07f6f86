import { ReconcileError } from '../errors.ts';
import { readAllowedMounts } from '../source/allowed-mounts.ts';
import { formatDiagnostic } from '../manifest/diagnostic.ts';
import { resolveManifests } from '../manifest/manifest.ts';
import type { ResolvedManifests } from '../manifest/manifest.ts';
import type { SavedOptions } from '../plan/saved-plan.ts';
import { counted } from '../render/layout.ts';
import type { Owners } from '../source/owners.ts';
import type { LoadedSource, Source } from '../source/source.ts';
import type { Flags } from './command.ts';
import { likelyVerb } from './parse.ts';
import { parseReservations } from './reserve.ts';

/** What a PATH left out means. */
const defaultPaths = ['manifests'];

/** The PATHs of a command line, or what stands for them. */
export function manifestPaths(operands: readonly string[]): readonly string[] {
  return operands.length === 0 ? defaultPaths : operands;
}

/**
 * Who may write manifests that root carries out: root, and whoever became root for this command by sudo(8). Anybody where
 * the command does not run as root, or has --any-owner.
 */
export function ownersOf(flags: Flags, env: NodeJS.ProcessEnv): Owners {
  if (flags['any-owner'] === true || process.geteuid?.() !== 0) return undefined;
  const { SUDO_UID: caller = '' } = env;
  return new Set([0, ...(/^\d+$/.test(caller) ? [Number(caller)] : [])]);
}

/** The manifests below the PATHs of a command line, not read yet. */
export async function openSource(operands: readonly string[], owners?: Owners): Promise<Source> {
  const { openDirSource } = await import('../source/dir.ts');
  return openDirSource(manifestPaths(operands), owners);
}

/** Reads all manifests. Throws ERR_MANIFEST_INVALID, listing every fault of every file. */
export async function loadValid(operands: readonly string[], owners?: Owners): Promise<ResolvedManifests> {
  return requireValid(await loadFiles(operands, owners));
}

/** What the files ask for. `whose` follows "the manifests" in the error. Throws ERR_MANIFEST_INVALID. */
export function requireValid(files: LoadedSource, whose = ''): ResolvedManifests {
  const loaded = resolveManifests(files);
  const { diagnostics } = loaded;
  if (diagnostics.length === 0) return loaded;
  const title = `${counted(diagnostics.length, 'fault')} in the manifests${whose}; nothing was done`;
  throw new ReconcileError('ERR_MANIFEST_INVALID', [title, ...diagnostics.map(formatDiagnostic)].join('\n'));
}

/** Reads all files, good or not. A path that is not there may be a misspelt verb, or one that nobody wrote: the error says so. */
export async function loadFiles(operands: readonly string[], owners?: Owners): Promise<LoadedSource> {
  const source = await openSource(operands, owners);
  try {
    return await source.load();
  } catch (error) {
    const hint = sourceHint(operands);
    if (!(error instanceof ReconcileError) || hint === undefined) throw error;
    throw new ReconcileError(error.code, error.message, { hint, cause: error });
  }
}

function sourceHint([first]: readonly string[]): string | undefined {
  if (first === undefined) return 'no PATH was given, so manifests/ was looked for; reconcile --help tells more';
  const verb = likelyVerb(first);
  return verb === undefined ? undefined : `did you mean: reconcile ${verb}?`;
}

/** `--allow-hazards`, `--allow-mounts`, `--allow-prune` and `--reserve`. Throws ERR_USAGE. */
export function planOptionsOf(flags: Flags): SavedOptions {
  const { reserve, 'allow-mounts': list } = flags;
  return {
    allowHazards: flags['allow-hazards'] === true,
    ...(typeof list === 'string' ? { allowedMounts: readAllowedMounts(list) } : {}),
    allowPrune: flags['allow-prune'] === true,
    ...(typeof reserve === 'string' ? { reservations: parseReservations(reserve) } : {}),
  };
}
