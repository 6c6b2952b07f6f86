import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDifference, formatDuration, formatUsage, formatValue } from '../../src/render/value.ts';

const sizes: Readonly<Record<string, number>> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };

describe('formatBytes', () => {
  it('loses no byte', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const [, number = '', unit = ''] = /^(\d+)(\D*)$/.exec(formatBytes(bytes)) ?? [];

        expect(Number(number) * (sizes[unit] ?? NaN)).toBe(bytes);
      }),
    );
  });

  it('takes the largest unit that divides', () => {
    expect([0, 1023, 1024, 268435456, 1024 ** 4, 1025].map(formatBytes)).toEqual(['0', '1023', '1Ki', '256Mi', '1Ti', '1025']);
  });
});

describe('formatUsage', () => {
  it('rounds for reading', () => {
    expect([0, 1023, 1536, 13_002_342, 300 * 1024 ** 2].map(formatUsage)).toEqual(['0', '1023', '1.5Ki', '12.4Mi', '300Mi']);
  });
});

describe('formatDuration', () => {
  it('keeps the largest unit', () => {
    expect([0, 420, 12_400, 61_000, 7_200_000, 200_000_000].map(formatDuration)).toEqual(['0ms', '420ms', '12s', '1m', '2h', '2d']);
  });
});

describe('formatValue', () => {
  it.each([
    ['bytes of memory', 'resources.memory.max', 1024, '1Ki'],
    ['a count that is no size', 'resources.pids.max', 1024, '1024'],
    ['no limit', 'resources.memory.max', 'max', 'max'],
    ['an absent value', 'hostname', undefined, '(unset)'],
    ['a list', 'process.args', ['/bin/sh', '-c'], '["/bin/sh","-c"]'],
    ['a duration', 'stop.timeout', 90_000, '90s'],
    ['a duration of hours', 'restart.backoff.resetAfter', 7_200_000, '2h'],
    ['a mount', 'mounts./data', { type: 'bind', source: '/srv/data', target: '/data', readonly: true }, '/srv/data readonly'],
    ['a tmpfs', 'mounts./tmp', { type: 'tmpfs', target: '/tmp', readonly: false, sizeBytes: 1 << 20 }, 'tmpfs 1Mi'],
    ['the id of a jail', 'rootfs.id', 'a3'.repeat(32), 'a3a3a3a3a3a3'],
    ['limits of a device', 'resources.io.max', [{ device: '8:0', wbps: 10485760, riops: 5 }], '8:0 wbps=10Mi riops=5'],
  ])('shows %s', (_case, path, value, shown) => {
    expect(formatValue(path, value)).toBe(shown);
  });

  it('cuts what is long', () => {
    expect(formatValue('hostname', 'a'.repeat(100))).toHaveLength(60);
  });
});

describe('formatDifference', () => {
  const field = { effect: 'live', origin: 'manifest', enforced: true } as const;

  it('shows where two long values differ', () => {
    const args = Array.from({ length: 30 }, (_, index) => `--option-${index}`);

    const text = formatDifference({ ...field, path: 'process.args', before: [...args, '80'], after: [...args, '8080'] });

    expect(text).toBe('…tion-29","80"] -> …tion-29","8080"]');
  });

  it('says of what is left alone how it is, and how the manifest has it', () => {
    expect(formatDifference({ ...field, path: 'resources.memory.max', before: 1024, after: 2048, enforced: false })).toBe('is 1Ki, manifest says 2Ki');
  });
});
