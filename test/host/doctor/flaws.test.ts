import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flaws, flawsOf, soundRelease } from '../../../src/host/doctor/flaws.ts';
import { lineOf } from '../../../src/host/doctor/releases.ts';

const ids = (runtime: string, version: string): string[] => flawsOf(runtime, version).map(({ id }) => id);

describe('a release of a runtime', () => {
  it.each<[string, string, string[]]>([
    ['crun', '1.4.3', ['CVE-2022-27650', 'CVE-2025-24965', 'CVE-2026-30892', 'CVE-2026-47766']],
    ['crun', '1.8.1', ['CVE-2025-24965', 'CVE-2026-30892', 'CVE-2026-47766']],
    ['crun', '1.20', ['CVE-2026-30892', 'CVE-2026-47766']],
    ['crun', '1.27', ['CVE-2026-47766']],
    ['crun', '1.28', []],
    ['crun', '1.29.1', []],
    ['crun', '2.0', []],
    ['runc', '1.0.0-rc6', ['CVE-2019-5736', 'CVE-2024-21626', 'CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.0.0~rc93+ds1', ['CVE-2024-21626', 'CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.1.5+ds1', ['CVE-2024-21626', 'CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.1.12', ['CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.2.8', ['CVE-2026-41579']],
    ['runc', '1.3.2', ['CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.3.6', []],
    ['runc', '1.4.0', ['CVE-2026-41579']],
    ['runc', '1.4.3', []],
    ['runc', '1.5.0', []],
    ['runc', '1.5.0-rc.1', ['CVE-2026-41579']],
    ['runc', '1.5.0-rc.3', []],
    ['runc', '1.4.0-rc.3', ['CVE-2026-41579']],
    ['runc', '1.4.0~rc2+ds1', ['CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.6.0-rc.1', []],
    ['youki', '0.1', []],
  ])('%s %s has the flaws that were mended after it in its line', (runtime, version, expected) => {
    expect(ids(runtime, version)).toEqual(expected);
  });

  it('is sound from the last mend on', () => {
    expect([soundRelease('crun'), soundRelease('runc'), soundRelease('youki')]).toEqual(['1.28', '1.5.0', undefined]);
    for (const runtime of ['crun', 'runc']) expect(ids(runtime, soundRelease(runtime) ?? '')).toEqual([]);
  });
});

const rows = Object.entries(flaws).flatMap(([runtime, list]) => list.map((flaw) => [`${runtime} ${flaw.id}`, runtime, flaw] as const));

/** The release before, or after, this one in its line or, where that is its first one, of the line beside it. */
function beside(release: string, step: 1 | -1): string {
  const [, plain = '', candidate] = /^([\d.]+?)(?:(-rc\.?)\d+)?$/.exec(release) ?? [];
  if (candidate !== undefined) return `${plain}${candidate}${Number(/\d+$/.exec(release)?.[0]) + step}`;
  const numbers = plain.split('.').map(Number);
  for (let at = numbers.length - 1; at >= 0; at -= 1) {
    const number = numbers[at] ?? 0;
    if (number + step >= 0) return [...numbers.slice(0, at), number + step, ...numbers.slice(at + 1).map(() => 99)].join('.');
  }
  throw new Error(`no release before ${release}`);
}

describe('the table of flaws', () => {
  it('is of both runtimes, each flaw once', () => {
    expect(Object.keys(flaws).sort()).toEqual(['crun', 'runc']);
    expect(new Set(rows.map(([title]) => title)).size).toBe(rows.length);
  });

  it.each(rows)('says what %s is and where it is mended, in order', (_title, _runtime, { id, what, fixedIn }) => {
    expect(id).toMatch(/^CVE-20\d\d-\d{4,}(?:, -\d{4,})*$/);
    expect(what).toMatch(/^[a-z].*[^.]$/);
    expect(fixedIn.length).toBeGreaterThan(0);
    expect(fixedIn.every((release) => /^\d+(?:\.\d+){1,2}(?:-rc\.?\d+)?$/.test(release))).toBe(true);
    expect(fixedIn.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))).toEqual(fixedIn);
    expect(new Set(fixedIn.map(lineOf)).size).toBe(fixedIn.length);
  });

  it.each(rows)('has %s in each release below a mend, and in none from there on', (_title, runtime, { id, fixedIn }) => {
    const has = (version: string): boolean => ids(runtime, version).includes(id);

    for (const release of fixedIn) {
      const before = beside(release, -1);
      const isMendedToo = fixedIn.some((other) => lineOf(other) === lineOf(before) && lineOf(other) !== lineOf(release));
      expect([release, has(before)]).toEqual([release, !isMendedToo]);
      expect([release, has(release), has(`${release}+ds1-1`), has(`${release.replace(/-.*/, '')}-rc.1`)]).toEqual([release, false, false, true]);
      expect([release, has(beside(release, 1))]).toEqual([release, false]);
    }
    expect(has('99.0.0')).toBe(false);
  });

  it('is in the README', () => {
    const readme = readFileSync('README.md', 'utf8');
    const table = rows.map(([, runtime, { id, what, fixedIn }]) => `| ${runtime} | ${id} | ${what} | ${fixedIn.join(', ')} |\n`).join('');

    expect(readme).toContain(`\n| runtime | flaw | what it is | fixed in |\n|---|---|---|---|\n${table}\n`);
  });
});
