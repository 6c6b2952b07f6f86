import { describe, expect, it } from 'vitest';
import { normalizeResources } from '../../src/plan/normalize.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { plainHost } from '../support/containers.ts';

describe('normalised resources', () => {
  const rows: readonly [string, Resources, Resources][] = [
    ['fills in what the kernel has by default', {}, { 'cpu.weight': 100, 'memory.max': 'max', 'memory.min': 0 }],
    ['rounds down to whole pages', { 'memory.max': 4097 }, { 'memory.max': 4096 }],
    ['takes what is too large for any limit for none', { 'memory.max': 2 ** 63 }, { 'memory.max': 'max' }],
    ['names devices by number', { 'io.max': [{ device: '/dev/vda', rbps: 1 }] }, { 'io.max': [{ device: '254:0', rbps: 1 }] }],
    ['leaves out a device that is not there', { 'io.max': [{ device: '/dev/gone', rbps: 1 }] }, { 'io.max': [] }],
  ];

  it.each(rows)('%s', (_title, asked, expected) => {
    expect(normalizeResources(asked, plainHost, codecs.unified).resources).toMatchObject(expected);
  });

  it('come with the files that hold them', () => {
    const asked: Resources = { 'memory.max': 4097, 'cpu.max': 1.5, 'io.max': [{ device: '/dev/gone', rbps: 1 }] };

    const { files } = normalizeResources(asked, plainHost, codecs.unified);

    expect(files).toMatchObject({ 'memory.max': '4096', 'cpu.max': '150000 100000', 'pids.max': 'max', 'io.max': '' });
  });

  it('are worked out once for the same object, but for devices, whose numbers may change', () => {
    const [plain, withDevice]: Resources[] = [{ 'memory.max': 4097 }, { 'io.max': [{ device: '/dev/vda', rbps: 1 }] }];
    const other = { ...plainHost, devices: { '/dev/vda': '254:16' } };

    expect(normalizeResources(plain!, plainHost, codecs.unified)).toBe(normalizeResources(plain!, other, codecs.unified));
    expect(normalizeResources(plain!, plainHost, codecs.hybrid)).not.toEqual(normalizeResources(plain!, plainHost, codecs.unified));
    expect(normalizeResources(withDevice!, other, codecs.unified).files['io.max']).toContain('254:16');
  });
});
