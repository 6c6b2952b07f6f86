import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import { detectCgroups } from '../../src/host/cgroup/detect.ts';
import { parseCgroupFile } from '../../src/host/proc/cgroup-membership.ts';
import { mountPointsIn, parseMountinfo } from '../../src/host/proc/mountinfo.ts';
import { parseStat } from '../../src/host/proc/process.ts';
import { parseElf } from '../../src/host/rootfs/elf.ts';
import { parseLoaderConf } from '../../src/host/rootfs/ld-so-conf.ts';
import { parseLines } from '../../src/host/runtime/cri-log.ts';
import { parseSavedPlan } from '../../src/plan/saved-plan.ts';
import { parseSnapshot } from '../../src/state/snapshot.ts';
import { codecs } from '../support/codecs.ts';
import { within } from '../support/pace.ts';

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const numRuns = 1_000 * trials;

/** What the kernel of this machine says, and what other hosts say. */
const mountinfo = readFileSync('/proc/self/mountinfo', 'latin1');
const texts: Readonly<Record<string, { readonly sample: string; readonly read: (text: string) => unknown }>> = {
  mountinfo: { sample: mountinfo, read: (text) => [parseMountinfo(text), mountPointsIn(text)] },
  'the cgroups in mountinfo': { sample: mountinfo, read: (text) => unlessRefused(() => detectCgroups(text)) },
  '/proc/PID/stat': { sample: readFileSync('/proc/self/stat', 'latin1'), read: parseStat },
  '/proc/PID/cgroup': { sample: readFileSync('/proc/self/cgroup', 'latin1'), read: parseCgroupFile },
  'limit files of v2': { sample: '50000 100000', read: (text) => codecs.unified.fromFiles({ 'cpu.max': text, 'memory.max': text, 'io.max': text, 'cpuset.cpus': text, 'pids.max': text }) },
  'limit files of v1': { sample: '-1', read: (text) => codecs.hybrid.fromFiles({ 'cpu.cfs_quota_us': text, 'cpu.cfs_period_us': text, 'memory.limit_in_bytes': text, 'blkio.throttle.read_bps_device': text }) },
  'ld.so.conf': { sample: 'include /etc/ld.so.conf.d/*.conf\n/usr/local/lib # more\n', read: parseLoaderConf },
  'a log': { sample: '2026-11-28T10:00:00.000000000+00:00 stdout F hello\n', read: (text) => parseLines(Buffer.from(text, 'latin1')) },
  'a program': { sample: readFileSync('/bin/true', 'latin1'), read: (text) => unlessRefused(() => parseElf(Buffer.from(text, 'latin1'))) },
  'a saved plan': { sample: '{"format":"reconcile-plan","formatVersion":"1","plan":{"changes":[]}}', read: parseSavedPlan },
  'a snapshot': { sample: '{"format":"reconcile-snapshot","formatVersion":"1","observed":{"containers":[]}}', read: parseSnapshot },
};

/** An error of ours says what is wrong; any other is a defect. */
function unlessRefused(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReconcileError) return undefined;
    throw error;
  }
}

const junk = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('\0', '\n', ' ', '-', '\\040', '\\', '(', ')', ':', '/', '18446744073709551616', '-1', '0x10', '1e400'));

/** A sample with pieces put in, taken out, doubled. */
const damaged = (sample: string): fc.Arbitrary<string> =>
  fc.array(fc.record({ at: fc.nat(), length: fc.nat(30), put: junk }), { minLength: 1, maxLength: 6 }).map((damages) =>
    damages.reduce((text, { at, length, put }) => {
      const begin = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, begin) + put + text.slice(begin + length);
    }, sample),
  );

describe.each(Object.entries(texts))('what reads %s', (_name, { sample, read }) => {
  it('understands it', () => {
    expect(read(sample)).toBeDefined();
  });

  it('takes any other text without an exception, and at once', { timeout: within(20_000 * trials) }, ({ task }) => {
    task.meta.faultTrials = { fault: 'a text that is read is malformed', how: 'of the kernel, a disk or a log: pieces put in, taken out, put in place of others, or any text', trials: numRuns };
    fc.assert(
      fc.property(fc.oneof(damaged(sample), fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        const begun = process.cpuUsage().user;

        read(text);

        expect(process.cpuUsage().user - begun).toBeLessThan(1_000_000);
      }),
      { numRuns },
    );
  });
});
