import { describe, expect, it } from 'vitest';
import { parseBytes, parseCount } from '../../../src/host/cgroup/amounts.ts';
import { deviceFile } from '../../../src/host/cgroup/io-limits.ts';
import type { DeviceLine } from '../../../src/host/cgroup/io-limits.ts';
import { scalarFile } from '../../../src/host/cgroup/limit-file.ts';

const pids = scalarFile({ field: 'pids.max', controller: 'pids', file: 'pids.max', initial: 'max', size: parseCount });

const riops: DeviceLine = {
  format: ({ device, riops: rate }) => `${device} ${rate ?? 0}`,
  parse: (text) => {
    const [device, rate] = text.split(' ');
    return device === undefined || rate === undefined ? undefined : { device, riops: Number(rate) };
  },
};
const throttle = deviceFile({ field: 'io.max', controller: 'blkio', file: 'blkio.throttle.read_iops_device', initial: '' }, riops);

describe('holds', () => {
  const cases = [
    { what: 'the same number', file: pids, content: '9', value: '9', holds: true },
    { what: 'another number', file: pids, content: '10', value: '9', holds: false },
    { what: 'a number that the kernel took for another', file: pids, content: '0', value: '1k', holds: false },
    { what: 'nothing', file: pids, content: '', value: '9', holds: false },
    { what: 'the device\'s line among others', file: throttle, content: '8:0 5\n8:16 7', value: '8:16 7', holds: true },
    { what: 'no line after a removal', file: throttle, content: '8:0 5', value: '8:16 0', holds: true },
    { what: 'a line after a removal', file: throttle, content: '8:16 7', value: '8:16 0', holds: false },
    { what: 'a rate that wrapped around to 0', file: throttle, content: '8:16 0', value: '8:16 4294967296', holds: false },
  ];
  for (const { what, file, content, value, holds } of cases) {
    it(`is ${holds} for ${what}`, () => {
      expect(file.holds(content, value)).toBe(holds);
    });
  }
});

describe('edits', () => {
  const cases = [
    { before: 'max', after: '9', direction: 'decrease' },
    { before: '9', after: 'max', direction: 'increase' },
    { before: '9', after: '10', direction: 'increase' },
    { before: 'odd', after: '10', direction: 'set' },
  ];
  for (const { before, after, direction } of cases) {
    it(`calls ${before} to ${after}: ${direction}`, () => {
      expect(pids.edits(before, after)).toEqual([{ value: after, before, direction }]);
    });
  }

  it('removes a rate of 0 that somebody left, though the line looks the same', () => {
    expect(throttle.edits('8:0 0', '')).toEqual([{ value: '8:0 0', before: '8:0 0', direction: 'increase' }]);
  });
});

describe('parseBytes', () => {
  const cases = [
    { content: 'max', bytes: Infinity },
    { content: '9223372036854771712', bytes: Infinity },
    { content: '9223372036854775807', bytes: Infinity },
    { content: '18446744073709551615', bytes: Infinity },
    { content: '9223372036854767616', bytes: 9223372036854767616 },
    { content: '4096', bytes: 4096 },
    { content: '-1', bytes: NaN },
    { content: '', bytes: NaN },
  ];
  for (const { content, bytes } of cases) {
    it(`reads ${JSON.stringify(content)} as ${bytes}`, () => {
      expect(parseBytes(content, 4096)).toBe(bytes);
    });
  }
});
