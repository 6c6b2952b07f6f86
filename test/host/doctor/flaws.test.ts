import { describe, expect, it } from 'vitest';
import { flawsOf, soundRelease } from '../../../src/host/doctor/flaws.ts';

const ids = (runtime: string, version: string): string[] => flawsOf(runtime, version).map(({ id }) => id);

describe('a release of a runtime', () => {
  it.each<[string, string, string[]]>([
    ['crun', '1.8.1', ['CVE-2026-30892', 'CVE-2026-47766']],
    ['crun', '1.27', ['CVE-2026-47766']],
    ['crun', '1.28', []],
    ['crun', '1.29.1', []],
    ['crun', '2.0', []],
    ['runc', '1.1.5+ds1', ['CVE-2024-21626', 'CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.1.12', ['CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.2.8', ['CVE-2026-41579']],
    ['runc', '1.3.2', ['CVE-2025-31133, -52565, -52881', 'CVE-2026-41579']],
    ['runc', '1.3.6', []],
    ['runc', '1.4.0', ['CVE-2026-41579']],
    ['runc', '1.4.3', []],
    ['runc', '1.5.0', []],
    ['youki', '0.1', []],
  ])('%s %s has the flaws that were mended after it in its line', (runtime, version, flaws) => {
    expect(ids(runtime, version)).toEqual(flaws);
  });

  it('is sound from the last mend on', () => {
    expect([soundRelease('crun'), soundRelease('runc'), soundRelease('youki')]).toEqual(['1.28', '1.5.0', undefined]);
    for (const runtime of ['crun', 'runc']) expect(ids(runtime, soundRelease(runtime) ?? '')).toEqual([]);
  });
});
