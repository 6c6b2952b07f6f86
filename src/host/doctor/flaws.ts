/** A flaw of a runtime that lets a container out, and the first release of each line in which it is mended. */
export interface Flaw {
  readonly id: string;
  readonly what: string;
  /** Ascending. */
  readonly fixedIn: readonly string[];
}

/** From the change logs and advisories of the two projects. */
export const flaws: Readonly<Record<string, readonly Flaw[]>> = {
  crun: [
    { id: 'CVE-2026-30892', what: 'exec can run as another user than the one asked for', fixedIn: ['1.27'] },
    { id: 'CVE-2026-47766', what: 'a root filesystem whose /dev is a link is written through', fixedIn: ['1.28'] },
  ],
  runc: [
    { id: 'CVE-2024-21626', what: 'a container reaches the host through a descriptor that is left open', fixedIn: ['1.1.12'] },
    { id: 'CVE-2025-31133, -52565, -52881', what: 'links and races lead writes of a starting container to the host', fixedIn: ['1.2.8', '1.3.3', '1.4.0'] },
    { id: 'CVE-2026-41579', what: 'a root filesystem whose /dev is a link is written through', fixedIn: ['1.3.6', '1.4.3', '1.5.0'] },
  ],
};

/** The flaws that a release has by its number; none for a program that is neither. */
export function flawsOf(runtime: string, version: string): readonly Flaw[] {
  return (flaws[runtime] ?? []).filter(({ fixedIn }) => !isFixed(version, fixedIn));
}

/** The first release without any of them. */
export function soundRelease(runtime: string): string | undefined {
  return flaws[runtime]?.flatMap(({ fixedIn }) => fixedIn).toSorted(compare).at(-1);
}

/**
 * A mend reaches the later releases of its line, and every line after the last one that it came to. What was tried out
 * before a release need not have all that is in it.
 */
function isFixed(version: string, fixedIn: readonly string[]): boolean {
  const [line, last] = [lineOf(version), fixedIn.at(-1) ?? ''];
  const least = /^[\d.]+[-~]?(?:rc|alpha|beta)/.test(version) ? 1 : 0;
  return fixedIn.some((fixed) => lineOf(fixed) === line && compare(version, fixed) >= least) || compare(line, lineOf(last)) > 0;
}

/** `1.2` of `1.2.8`. */
function lineOf(version: string): string {
  return numbersOf(version).slice(0, 2).join('.');
}

function numbersOf(version: string): readonly number[] {
  const [plain = ''] = /^\d+(\.\d+)*/.exec(version) ?? [];
  return plain.split('.').map(Number);
}

function compare(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
