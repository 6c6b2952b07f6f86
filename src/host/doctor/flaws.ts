import { compareReleases, lineOf, withoutCandidate } from './releases.ts';

/** A known flaw of a runtime, and the first release of each line in which it is mended. */
export interface Flaw {
  readonly id: string;
  readonly what: string;
  /** Ascending. */
  readonly fixedIn: readonly string[];
}

/** From the change logs and advisories of the two projects. The README has the same table. */
export const flaws: Readonly<Record<string, readonly Flaw[]>> = {
  crun: [
    { id: 'CVE-2022-27650', what: 'exec leaves capabilities that programs in the container can inherit', fixedIn: ['1.4.4'] },
    { id: 'CVE-2025-24965', what: 'a link in a root filesystem leads what the krun handler writes to the host', fixedIn: ['1.20'] },
    { id: 'CVE-2026-30892', what: 'exec can run as another user than the one asked for', fixedIn: ['1.27'] },
    { id: 'CVE-2026-47766', what: 'a root filesystem whose /dev is a link is written through', fixedIn: ['1.28'] },
  ],
  runc: [
    { id: 'CVE-2019-5736', what: 'a container overwrites the runtime itself, which root runs next', fixedIn: ['1.0.0-rc7'] },
    { id: 'CVE-2024-21626', what: 'a container reaches the host through a descriptor that is left open', fixedIn: ['1.1.12'] },
    { id: 'CVE-2025-31133, -52565, -52881', what: 'links and races lead writes of a starting container to the host', fixedIn: ['1.2.8', '1.3.3', '1.4.0-rc.3'] },
    { id: 'CVE-2026-41579', what: 'a root filesystem whose /dev is a link is written through', fixedIn: ['1.3.6', '1.4.3', '1.5.0-rc.3'] },
  ],
};

/** The flaws that a release has by its number; none for a program that is neither. */
export function flawsOf(runtime: string, version: string): readonly Flaw[] {
  return (flaws[runtime] ?? []).filter(({ fixedIn }) => !isFixed(version, fixedIn));
}

/** The first release without any of them, which is no candidate. */
export function soundRelease(runtime: string): string | undefined {
  return flaws[runtime]?.flatMap(({ fixedIn }) => fixedIn.map(withoutCandidate)).toSorted(compareReleases).at(-1);
}

/** A mend reaches the later releases of its line, and every line after the last one that it came to. */
function isFixed(version: string, fixedIn: readonly string[]): boolean {
  const line = lineOf(version);
  return fixedIn.some((fixed) => lineOf(fixed) === line && compareReleases(version, fixed) >= 0) || compareReleases(line, lineOf(fixedIn.at(-1) ?? '')) > 0;
}
