import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import type { Resources } from '../../src/state/resources.ts';
import { badLimits, limitedFields, nonsense } from '../support/bad-limits.ts';
import { codecs } from '../support/codecs.ts';
import { manifest } from './manifest-text.ts';

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

describe('a bad limit', () => {
  it('comes in more than three hundred kinds', () => {
    expect(badLimits.length).toBeGreaterThanOrEqual(300);
  });

  it.for(Object.entries(limitedFields))('is refused where it stands, with what to write, whatever it is: %s', ([field, write], { task }) => {
    task.meta.faultTrials = { ...nonsense, trials: badLimits.length };
    const wrong: string[] = [];
    for (const value of badLimits) {
      const { documents, diagnostics } = resolveFile('x.yaml', manifest(`resources: ${write(value)}`));
      const isTold = diagnostics.length > 0 && diagnostics.every(({ line, column, hint }) => line === 5 && column > 10 && hint !== '');
      if (documents.length > 0 || !isTold) wrong.push(`${field}: ${value}: ${JSON.stringify(diagnostics)}`);
    }

    expect(wrong).toEqual([]);
  });
});

const pages = fc.integer({ min: 128, max: 2 ** 28 }).map((count) => count * 4096);
const limits: fc.Arbitrary<Required<Pick<Resources, 'cpu.max' | 'memory.max' | 'memory.swap.max' | 'pids.max' | 'cpuset.cpus' | 'cpu.weight'>>> = fc.record({
  'cpu.max': fc.integer({ min: 1, max: 819_200 }).map((cents) => cents / 100),
  'cpu.weight': fc.integer({ min: 1, max: 10_000 }),
  'memory.max': pages,
  'memory.swap.max': pages,
  'pids.max': fc.integer({ min: 1, max: 4_194_304 }),
  'cpuset.cpus': fc.constantFrom('0', '1', '0-1', '0-3', '1,3', '0,2-3'),
});

describe.each(Object.entries(codecs))('a good limit, in cgroup mode %s', (_mode, codec) => {
  it('reads back as it was asked for', () => {
    fc.assert(
      fc.property(limits, (asked) => {
        const read = codec.fromFiles(codec.toFiles(asked));

        expect(Object.fromEntries(Object.keys(asked).map((field) => [field, read[field as keyof Resources]]))).toEqual(asked);
      }),
      { numRuns: 2_000 * trials },
    );
  });
});
