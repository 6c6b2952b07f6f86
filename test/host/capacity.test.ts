import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCapacity } from '../../src/host/capacity.ts';

const meminfo = `MemTotal:       24684092 kB
MemFree:        24383468 kB
MemAvailable:   24321264 kB
SwapCached:            0 kB
SwapTotal:       2097148 kB
SwapFree:        2097148 kB
`;

/** A folder that holds these files, with the data folder beside them. */
function procOf(files: Readonly<Record<string, string>>): { readonly proc: string; readonly data: string } {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  onTestFinished(() => { rmSync(proc, { recursive: true }); });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  }
  return { proc, data: proc };
}

describe('what a host has', () => {
  it('is its memory and swap in bytes, and the lesser of the two limits of tasks', () => {
    const places = procOf({ meminfo, 'sys/kernel/pid_max': '4194304\n', 'sys/kernel/threads-max': '192730\n' });

    expect(readCapacity({ ...places, bounds: {} })).toMatchObject({ memoryBytes: 24_684_092 * 1024, swapBytes: 2_097_148 * 1024, tasks: 192_730 });
  });

  it('is left out where it is not told', () => {
    const { proc, data } = procOf({ meminfo: 'MemTotal: lots\n', 'sys/kernel/pid_max': 'many\n' });

    expect(Object.keys(readCapacity({ proc, data, bounds: {} }))).toEqual(['disk']);
  });

  it('is the disk of the nearest folder where --data is not made yet', () => {
    const { proc } = procOf({ meminfo });

    const { disk } = readCapacity({ proc, data: join(proc, 'not', 'yet'), bounds: {} });

    expect(disk?.sizeBytes).toBe(readCapacity({ proc, data: proc, bounds: {} }).disk?.sizeBytes);
    expect(disk?.sizeBytes).toBeGreaterThan(disk?.freeBytes ?? Infinity);
  });

  it('has no disk where the path goes through a file', () => {
    const { proc } = procOf({ meminfo });

    expect(readCapacity({ proc, data: join(proc, 'meminfo', 'data'), bounds: {} })).not.toHaveProperty('disk');
  });

  it('is what the cgroups above ours leave of it', () => {
    const places = procOf({ meminfo, 'sys/kernel/pid_max': '4194304\n', 'sys/kernel/threads-max': '192730\n' });

    expect(readCapacity({ ...places, bounds: { memoryBytes: 2 ** 30, cpus: 1.5, tasks: 100 } })).toMatchObject({ memoryBytes: 2 ** 30, cpus: 1.5, tasks: 100 });
    expect(readCapacity({ ...places, bounds: { memoryBytes: 2 ** 40, tasks: 2 ** 22 } })).toMatchObject({ memoryBytes: 24_684_092 * 1024, tasks: 192_730 });
  });

  it('is read from this very host', () => {
    const { memoryBytes, tasks } = readCapacity({ data: tmpdir(), bounds: {} });

    expect(readFileSync('/proc/meminfo', 'utf8')).toContain(`MemTotal: ${String((memoryBytes ?? 0) / 1024).padStart(14)} kB`);
    expect(tasks).toBeGreaterThan(300);
  });
});
