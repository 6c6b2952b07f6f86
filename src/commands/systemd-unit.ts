import { join, resolve } from 'node:path';
import { isFolder, writeFileAtomic } from '../host/file.ts';
import { systemdUnits } from '../render/systemd-unit.ts';
import type { UnitFile } from '../render/systemd-unit.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { loadFiles, manifestPaths } from './sources.ts';

/** Prints the units of a watch with the present settings, or writes them into `--out`. */
export async function run({ flags, operands, settings, screen, logLevel }: Invocation): Promise<Outcome> {
  // A service that looks for manifests/ where this was called is hardly ever meant; a PATH may be for another host.
  if (operands.length === 0) await loadFiles(operands);
  const paths = manifestPaths(operands).map((path) => resolve(path));
  for (const path of paths) refuseLines(path);
  const program = [process.execPath, resolve(process.argv[1] ?? '')];
  const given: Flags = logLevel === undefined ? flags : { ...flags, 'log-level': logLevel };
  const units = systemdUnits({ ...settings, program, flags: watchFlags(given), paths });
  const { out } = flags;
  if (typeof out !== 'string') return { result: { kind: 'units', units } };
  screen.note(write(units, resolve(out)));
  return { result: { kind: 'nothing' } };
}

/** A line is the unit of a unit file: no quoting helps. */
function refuseLines(path: string): void {
  if (!/\p{Cc}/u.test(path)) return;
  throw usageError(`${JSON.stringify(path)}: a control character cannot be in a unit file`, 'rename the folder');
}

function watchFlags(flags: Flags): string[] {
  return ['allow-hazards', 'allow-mounts', 'allow-prune', 'any-owner', 'reserve', 'resync', 'log-level'].flatMap((name) => {
    const value = flags[name];
    if (value === true) return [`--${name}`];
    if (name === 'allow-mounts' && typeof value === 'string') return [`--${name}`, resolve(value)];
    return typeof value === 'string' ? [`--${name}`, value] : [];
  });
}

function write(units: readonly UnitFile[], folder: string): string {
  if (!isFolder(folder)) throw usageError(`--out ${folder}: no such folder`, 'write --out /etc/systemd/system');
  // Anybody may read a unit, and systemd says so where that is not so.
  for (const { name, text } of units) writeFileAtomic(join(folder, name), text, 0o644);
  return [
    `Wrote ${units.map(({ name }) => name).join(' and ')} to ${folder}.`,
    `  systemctl daemon-reload && systemctl enable --now ${units[0]?.name ?? ''}`,
  ].join('\n');
}
