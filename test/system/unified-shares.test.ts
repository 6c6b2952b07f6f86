import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { shell } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { keyedValue } from '../support/unified.ts';

const describeUnified = requires({ root: true, cgroup: 'unified', programs: ['conmon', 'busybox'] });

describeUnified('shares of what all containers use', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  it('give CPU time by weight, and by the new weight once it is changed', async () => {
    const spinner = (name: string, weight: number): string => shell(name, 'while true; do :; done', [`  resources: {cpuset: {cpus: "1"}, cpu: {weight: ${weight}}}`]);
    host.write('low.yaml', spinner('low', 100));
    host.write('high.yaml', spinner('high', 400));
    host.apply();
    expect(await shareOf(host, 'high')).toBeCloseTo(0.8, 1);

    host.write('high.yaml', spinner('high', 25));
    host.apply();

    expect(await shareOf(host, 'high')).toBeCloseTo(0.2, 1);
  });

  it('hold the writes to a disk down to the rate of io.max, and no others', async () => {
    const folder = join(host.folder, 'disk');
    mkdirSync(folder);
    const uptime = '/bin/busybox cut -d" " -f1 /proc/uptime';
    const script = `${uptime}; /bin/busybox dd if=/dev/zero of=/data/$HOSTNAME bs=64k count=64 oflag=direct 2>/dev/null; ${uptime}; /bin/busybox sleep 100000`;
    const mount = `  mounts: [{source: ${folder}, target: /data}]`;
    host.write('slow.yaml', shell('slow', script, [mount, `  resources: {io: {max: [{device: ${diskOf(folder)}, wbps: 1Mi}]}}`]));
    host.write('free.yaml', shell('free', script, [mount]));

    host.apply();

    const [slow, free] = [await secondsOf(host, 'slow'), await secondsOf(host, 'free')];
    // Four MiB at one a second; the kernel lets the first slice through.
    expect(slow).toBeGreaterThan(2.5);
    expect(free).toBeLessThan(slow / 2);
    expect(await secondsOf(host, 'slow')).toBeLessThan(within(12));
  });
});

/** Share of the CPU that both have, over some seconds. */
async function shareOf(host: Instance, name: string): Promise<number> {
  const usage = (): number[] => ['low', 'high'].map((each) => keyedValue(host.cgroup(each), 'cpu.stat', 'usage_usec'));
  const before = usage();
  await delay(20_000);
  const [low = 0, high = 0] = usage().map((value, index) => value - (before[index] ?? 0));
  return (name === 'high' ? high : low) / (low + high);
}

/** The time between the two numbers that the container printed. */
async function secondsOf(host: Instance, name: string): Promise<number> {
  const numbers = (): number[] => host.run('logs', name).stdout.trim().split('\n').map(Number);
  await expect.poll(() => numbers().length, { timeout: within(30_000) }).toBe(2);
  const [from = 0, to = 0] = numbers();
  return to - from;
}

/** The whole disk below a folder. */
function diskOf(folder: string): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').map((line) => line.split(' '));
  const holding = mounts.filter((fields) => `${folder}/`.startsWith(`${fields[4]}/`.replace('//', '/')));
  const number = holding.sort((one, other) => (one[4]?.length ?? 0) - (other[4]?.length ?? 0)).at(-1)?.[2] ?? '';
  const name = /^DEVNAME=(.*)$/m.exec(readFileSync(`/sys/dev/block/${number}/uevent`, 'utf8'))?.[1] ?? '';
  return `/dev/${name}`;
}
