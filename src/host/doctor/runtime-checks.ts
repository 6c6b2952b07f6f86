import { bad, good, weak } from './check.ts';
import type { Check, Trouble } from './check.ts';
import { flawsOf, soundRelease } from './flaws.ts';

/** A program that starts containers, or holds them. */
export interface Program {
  readonly name: string;
  /** Undefined where it does not tell. */
  readonly version: string | undefined;
  readonly path: string;
}

export interface Programs {
  /** The one in use. */
  readonly runtime: Program | Trouble;
  /** Those that are installed besides: another --runtime would take them, and so do other programs. */
  readonly otherRuntimes: readonly Program[];
  readonly conmon: Program | undefined;
}

/** A known flaw is a fault of the runtime in use, and a weakness of another. Pure. */
export function runtimeChecks({ runtime, otherRuntimes, conmon }: Programs): readonly Check[] {
  return [
    ...('message' in runtime ? [bad('runtime', runtime.message, runtime.hint)] : judge(runtime, { isUsed: true })),
    ...otherRuntimes.flatMap((other) => judge(other, { isUsed: false })),
    // Where it is missing, that is why there is no runtime.
    ...(conmon === undefined ? [] : [versionCheck('conmon', conmon, '')]),
  ];
}

function judge(program: Program, { isUsed }: { readonly isUsed: boolean }): readonly Check[] {
  const { name, version, path } = program;
  const use = isUsed ? ', in use' : ', not in use';
  const found = version === undefined ? [] : flawsOf(name, version);
  if (found.length === 0) return [versionCheck('runtime', program, use)];
  const [fault, otherwise] = isUsed ? [bad, ''] : [weak, ', or remove it'];
  const mend = `take ${name} ${soundRelease(name)} or newer${otherwise}, unless your distribution says that it mended this one`;
  return found.map(({ id, what, fixedIn }) => fault('runtime', `${name} ${version}, ${path}${use}: ${id}: ${what}; fixed in ${fixedIn.join(', ')}`, mend));
}

function versionCheck(check: string, { name, version, path }: Program, use: string): Check {
  if (version !== undefined) return good(check, `${name} ${version}, ${path}${use}`);
  return weak(check, `${path}${use}: does not answer --version as ${name} does`, `install it again: apt-get install --reinstall ${name}`);
}
