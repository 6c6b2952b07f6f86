import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecFor } from '../../../src/host/cgroup/codec-for.ts';
import type { CgroupMode } from '../../../src/state/observed.ts';
import type { FileValues, KernelWrite, Resources } from '../../../src/state/resources.ts';

const facts = { pageBytes: 4096, cpus: '0-3', mems: '0', unsupported: {} };
const codecs = {
  unified: codecFor('unified', { ...facts, ioWeightFile: 'io.weight' }),
  hybrid: codecFor('hybrid', { ...facts, ioWeightFile: 'blkio.bfq.weight' }),
};

const bytes = fc.oneof(fc.constant('max' as const), fc.integer({ min: 1_000_000, max: 2 ** 40 }));
const rate = fc.integer({ min: 1, max: 2 ** 33 });
const ioLimit = fc.record(
  { device: fc.constantFrom('8:0', '8:16', '254:0'), rbps: rate, wbps: rate, riops: rate, wiops: rate },
  { requiredKeys: ['device'] },
);
const resources = fc.record(
  {
    'cpu.max': fc.oneof(fc.constant('max' as const), fc.double({ min: 0.01, max: 64, noNaN: true })),
    'cpu.weight': fc.integer({ min: 1, max: 10_000 }),
    'cpuset.cpus': fc.constantFrom('0', '0-1', '1,3'),
    'memory.low': bytes,
    'memory.high': bytes,
    'memory.max': bytes,
    'memory.swap.max': fc.oneof(fc.constant(0), bytes),
    'memory.oom.group': fc.boolean(),
    'pids.max': fc.oneof(fc.constant('max' as const), fc.integer({ min: 1, max: 4_194_304 })),
    'io.max': fc.uniqueArray(ioLimit, { selector: ({ device }) => device }),
    'io.weight': fc.integer({ min: 1, max: 10_000 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Resources>;

/** The kernel's side of a write: one device a line, 0 or four times max removes the line. */
function applyWrite(files: Record<string, string>, { file, value }: KernelWrite): void {
  const device = /^(\d+:\d+) /.exec(value)?.[1];
  if (device === undefined) {
    files[file] = value;
    return;
  }
  const others = (files[file] ?? '').split('\n').filter((line) => line !== '' && !line.startsWith(`${device} `));
  const lifted = /^\S+ 0$/.test(value) || !/=\d/.test(value) && value.includes('=');
  files[file] = (lifted ? others : [...others, value]).sort().join('\n');
}

function sizeOf(file: string, files: FileValues): bigint {
  return BigInt(files[file] ?? '');
}

for (const [mode, codec] of Object.entries(codecs)) {
  describe(`codec, ${mode}`, () => {
    it('changes nothing the second time: what was normalised is normal', () => {
      fc.assert(
        fc.property(resources, (asked) => {
          const normal = codec.fromFiles(codec.toFiles(asked));

          expect(codec.fromFiles(codec.toFiles(normal))).toEqual(normal);
        }),
      );
    });

    it('writes nothing where nothing differs', () => {
      fc.assert(
        fc.property(resources, (asked) => {
          expect(codec.writes(codec.toFiles(asked), codec.toFiles(asked))).toEqual([]);
        }),
      );
    });

    it('writes nothing to a new cgroup for the kernel\'s own defaults', () => {
      const writes = codec.writes(undefined, codec.toFiles({ 'cpu.weight': 100, 'memory.max': 'max', 'io.weight': 100 }));

      expect(writes.filter(({ controller }) => controller !== 'cpuset')).toEqual([]);
    });

    it('leads from any content to any other, each write less before more', () => {
      fc.assert(
        fc.property(resources, resources, (before, after) => {
          const files = { ...codec.toFiles(before) };
          const writes = codec.writes(codec.toFiles(before), codec.toFiles(after));
          for (const write of writes) applyWrite(files, write);

          expect(codec.fromFiles(files)).toEqual(codec.fromFiles(codec.toFiles(after)));
          const directions = writes.map(({ direction }) => direction);
          const order = { decrease: 0, set: 1, increase: 2 };
          expect(directions).toEqual(directions.toSorted((one, other) => order[one] - order[other]));
        }),
      );
    });

    it('writes no file that the cgroup does not have', () => {
      const before = { 'pids.max': 'max' };

      const writes = codec.writes(before, codec.toFiles({ 'pids.max': 9, 'memory.max': 4096, 'cpu.weight': 7 }));

      expect(writes).toEqual([
        { field: 'pids.max', controller: 'pids', file: 'pids.max', value: '9', before: 'max', direction: 'decrease' },
      ]);
    });

    it('refuses a CPU limit below what the kernel takes, and a rate of 0', () => {
      const refusals = codec.refusals({ 'cpu.max': 0.001, 'io.max': [{ device: '8:0', wbps: 0 }] });

      expect(refusals.map(({ field }) => field)).toEqual(['cpu.max', 'io.max']);
      expect(codec.refusals({ 'cpu.max': 0.01, 'io.max': [{ device: '8:0', wbps: 1 }] })).toEqual([]);
    });

    it('leaves a field out whose file says what cannot be understood', () => {
      expect(codec.fromFiles({ 'pids.max': 'many', 'cpu.weight': '', 'cpu.shares': 'x', 'memory.oom.group': '2' })).toEqual({});
    });
  });
}

describe('codec, unified', () => {
  it('gives the content that cgroup2 shows', () => {
    const asked: Resources = {
      'cpu.max': 1.5,
      'memory.max': 100_000_001,
      'memory.swap.max': 0,
      'memory.oom.group': true,
      'io.max': [
        { device: '8:16', riops: 2 ** 32 },
        { device: '8:0', wbps: 1_048_576, riops: 2 ** 32 },
      ],
    };

    expect(codecs.unified.toFiles(asked)).toEqual({
      'cpu.max': '150000 100000',
      'cpu.weight': '100',
      'cpuset.cpus': '',
      'cpuset.mems': '',
      'memory.min': '0',
      'memory.low': '0',
      'memory.high': 'max',
      'memory.max': '99999744',
      'memory.swap.max': '0',
      'memory.oom.group': '1',
      'pids.max': 'max',
      'io.max': '8:0 rbps=max wbps=1048576 riops=max wiops=max',
      'io.weight': 'default 100',
    });
  });

  it('takes one rate for the same under any period', () => {
    expect(codecs.unified.fromFiles({ 'cpu.max': '75000 50000' })).toEqual({ 'cpu.max': 1.5 });
  });

  it('lifts the limits of a device that is left out, and of that alone', () => {
    const before = { 'io.max': '8:0 rbps=5 wbps=max riops=max wiops=max\n8:16 rbps=max wbps=7 riops=max wiops=max' };

    const writes = codecs.unified.writes(before, { 'io.max': '8:16 rbps=max wbps=7 riops=max wiops=max' });

    expect(writes.map(({ value, direction }) => ({ value, direction }))).toEqual([
      { value: '8:0 rbps=max wbps=max riops=max wiops=max', direction: 'increase' },
    ]);
  });

  it('takes the largest number of operations for no limit, as the kernel does', () => {
    expect(codecs.unified.toFiles({ 'io.max': [{ device: '8:0', riops: 0xffff_ffff }] })['io.max']).toBe('');
    expect(codecs.unified.toFiles({ 'io.max': [{ device: '8:0', riops: 0xffff_fffe }] })['io.max']).toMatch(/riops=4294967294/);
  });

  it('reads the default weight beside those of single devices, also BFQ\'s', () => {
    const bfq = codecFor('unified', { ...facts, ioWeightFile: 'io.bfq.weight' });

    expect(codecs.unified.fromFiles({ 'io.weight': 'default 250\n8:0 70' })).toEqual({ 'io.weight': 250 });
    expect(bfq.toFiles({ 'io.weight': 10_000 })['io.bfq.weight']).toBe('default 1000');
  });
});

describe('codec, hybrid', () => {
  const codec = codecs.hybrid;
  const unlimited = '9223372036854771712';

  it('reads a cgroup without limits as one without limits', () => {
    const files = { 'memory.limit_in_bytes': unlimited, 'memory.memsw.limit_in_bytes': unlimited, 'cpu.cfs_quota_us': '-1' };

    expect(codec.fromFiles({ ...files, 'cpu.cfs_period_us': '100000' })).toMatchObject({
      'memory.max': 'max',
      'memory.swap.max': 'max',
      'cpu.max': 'max',
    });
  });

  it('gives the content that cgroup v1 shows', () => {
    const asked: Resources = {
      'cpu.max': 0.5,
      'cpu.weight': 200,
      'memory.max': 100_000_001,
      'memory.swap.max': 50_000_000,
      'io.max': [{ device: '8:0', wbps: 1_048_576 }],
    };

    expect(codec.toFiles(asked)).toEqual({
      'cpu.cfs_period_us': '100000',
      'cpu.cfs_quota_us': '50000',
      'cpu.shares': '2048',
      'cpuset.cpus': '0-3',
      'cpuset.mems': '0',
      'memory.limit_in_bytes': '99999744',
      'memory.memsw.limit_in_bytes': '149999616',
      'pids.max': 'max',
      'blkio.throttle.read_bps_device': '',
      'blkio.throttle.write_bps_device': '8:0 1048576',
      'blkio.throttle.read_iops_device': '',
      'blkio.throttle.write_iops_device': '',
      'blkio.bfq.weight': '100',
    });
  });

  const unlimitedCases = [
    { pages: '4 KiB', pageBytes: 4096, text: '9223372036854771712' },
    { pages: '64 KiB', pageBytes: 65_536, text: '9223372036854710272' },
  ];
  for (const { pages, pageBytes, text } of unlimitedCases) {
    it(`takes the huge number of a kernel with pages of ${pages} for no limit`, () => {
      const other = codecFor('legacy', { ...facts, pageBytes });

      expect(other.toFiles({})['memory.limit_in_bytes']).toBe(text);
      expect(other.fromFiles({ 'memory.limit_in_bytes': text })).toEqual({ 'memory.max': 'max' });
    });
  }

  it('keeps the limit of memory no greater than that of memory and swap at each write', () => {
    fc.assert(
      fc.property(resources, resources, (before, after) => {
        const files = { ...codec.toFiles(before) };
        for (const write of codec.writes(codec.toFiles(before), codec.toFiles(after))) {
          applyWrite(files, write);

          const limit = sizeOf('memory.limit_in_bytes', files);
          expect(limit <= sizeOf('memory.memsw.limit_in_bytes', files)).toBe(true);
        }
      }),
    );
  });

  it('writes both sizes in the order that the kernel takes', () => {
    const small = codec.toFiles({ 'memory.max': 4_096_000, 'memory.swap.max': 0 });
    const large = codec.toFiles({ 'memory.max': 8_192_000, 'memory.swap.max': 0 });

    expect(codec.writes(small, large).map(({ file }) => file)).toEqual([
      'memory.memsw.limit_in_bytes',
      'memory.limit_in_bytes',
    ]);
    expect(codec.writes(large, small).map(({ file }) => file)).toEqual([
      'memory.limit_in_bytes',
      'memory.memsw.limit_in_bytes',
    ]);
  });

  it('never allows more CPU than both ends while the period changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1_000_000 }), fc.integer({ min: 1000, max: 10 ** 7 }), fc.integer({ min: 1000, max: 10 ** 7 }), (period, quota, wanted) => {
        const before = { 'cpu.cfs_period_us': String(period), 'cpu.cfs_quota_us': String(quota) };
        const after = { 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': String(wanted) };
        const files: Record<string, string> = { ...before };
        const cpus = (): number => Number(files['cpu.cfs_quota_us']) / Number(files['cpu.cfs_period_us']);
        for (const write of codec.writes(before, after)) {
          applyWrite(files, write);

          expect(cpus()).toBeLessThanOrEqual(Math.max(quota / period, wanted / 100_000));
        }
      }),
    );
  });

  it('writes no default to the cpuset of a new container, which the runtime filled from our parent', () => {
    const writes = codec.writes(undefined, codec.toFiles({ 'cpuset.cpus': '1' }));

    expect(writes.map(({ file, value }) => [file, value])).toEqual([['cpuset.cpus', '1']]);
  });

  it('leaves unlimited what swap without memory would say, and refuses it', () => {
    expect(codec.toFiles({ 'memory.swap.max': 0 })['memory.memsw.limit_in_bytes']).toBe(unlimited);
    expect(codec.refusals({ 'memory.swap.max': 0 }).map(({ field }) => field)).toEqual(['memory.swap.max']);
    expect(codec.refusals({ 'memory.swap.max': 0, 'memory.max': 4096 })).toEqual([]);
  });

  it('leaves out the files of what the host lacks', () => {
    const noSwap = codecFor('hybrid', { ...facts, unsupported: { 'memory.swap.max': 'no memsw' } });

    expect(Object.keys(noSwap.toFiles({ 'memory.max': 4096 }))).not.toContain('memory.memsw.limit_in_bytes');
  });

  const shown: readonly (readonly [CgroupMode, string])[] = [
    ['unified', 'memory.max'],
    ['hybrid', 'memory.limit_in_bytes'],
    ['legacy', 'memory.limit_in_bytes'],
  ];
  for (const [mode, file] of shown) {
    it(`names ${file} for memory.max on ${mode}`, () => {
      expect(codecFor(mode, facts).fileOf('memory.max')).toBe(file);
    });
  }

  it('names the quota, not the period, for cpu.max, and the field itself where no file holds it', () => {
    expect(codec.fileOf('cpu.max')).toBe('cpu.cfs_quota_us');
    expect(codec.fileOf('memory.high')).toBe('memory.high');
  });
});
