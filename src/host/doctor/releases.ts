/**
 * Negative where `one` came before `other`, 0 where they are one release: 1.9 is before 1.20, 1.4.0-rc.3 before 1.4.0. What
 * a distribution or a build adds to the number plays no part.
 */
export function compareReleases(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return compareNumbers(candidateOf(one), candidateOf(other));
}

/** `1.2` of `1.2.8`. */
export function lineOf(release: string): string {
  return numbersOf(release).slice(0, 2).join('.');
}

/** `1.5.0` of `1.5.0-rc.3`. */
export function withoutCandidate(release: string): string {
  return numbersOf(release).join('.');
}

function numbersOf(release: string): readonly number[] {
  const [plain = ''] = /^\d+(\.\d+)*/.exec(release) ?? [];
  return plain.split('.').map(Number);
}

/** 3 of `1.4.0-rc.3` and of `1.4.0~rc3+ds1`; a release is after all of its candidates. */
function candidateOf(release: string): number {
  const [, kind, number = '0'] = /^[\d.]+[-~]?(rc|alpha|beta)\.?(\d*)/.exec(release) ?? [];
  if (kind === undefined) return Infinity;
  return kind === 'rc' ? Number(number) : -1;
}

/** Infinity has no difference to itself. */
function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : Math.sign(one - other);
}
