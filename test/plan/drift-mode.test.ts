import { describe, expect, it } from 'vitest';
import { driftModeOf } from '../../src/plan/drift-mode.ts';

const drift = {
  default: 'enforce',
  paths: { 'resources.memory': 'report', 'resources.memory.max': 'ignore', rootfs: 'report' },
} as const;

describe('what the manifest wants done about drift', () => {
  it.each([
    ['resources.cpu.max', 'enforce'],
    ['resources.memory.high', 'report'],
    ['resources.memory.max', 'ignore'],
    ['rootfs.id', 'report'],
    ['resources.memoryx.max', 'enforce'],
  ])('at %s: %s', (path, mode) => {
    expect(driftModeOf(path, drift)).toBe(mode);
  });
});
