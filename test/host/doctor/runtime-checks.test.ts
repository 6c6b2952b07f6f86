import { describe, expect, it } from 'vitest';
import { runtimeChecks } from '../../../src/host/doctor/runtime-checks.ts';
import type { Programs } from '../../../src/host/doctor/runtime-checks.ts';

const sound: Programs = {
  runtime: { name: 'crun', version: '1.28', path: '/usr/bin/crun' },
  otherRuntimes: [{ name: 'runc', version: '1.5.0', path: '/usr/sbin/runc' }],
  conmon: { name: 'conmon', version: '2.1.6', path: '/usr/bin/conmon' },
};

const lines = (programs: Partial<Programs>): string[] =>
  runtimeChecks({ ...sound, ...programs }).map(({ name, state, found, mend }) => [state, name, found, ...(mend === undefined ? [] : [mend])].join(' | '));

describe('the runtimes of a host', () => {
  it('are told with their versions, and which one is in use', () => {
    expect(lines({})).toEqual([
      'good | runtime | crun 1.28, /usr/bin/crun, in use',
      'good | runtime | runc 1.5.0, /usr/sbin/runc, not in use',
      'good | conmon | conmon 2.1.6, /usr/bin/conmon',
    ]);
  });

  it('are at fault for each known flaw of the one in use, with the release that closes it', () => {
    expect(lines({ runtime: { name: 'crun', version: '1.26', path: '/opt/crun' } }).slice(0, 2)).toEqual([
      expect.stringMatching(/^bad \| runtime \| crun 1\.26, \/opt\/crun, in use: CVE-2026-30892: .*; fixed in 1\.27 \| take crun 1\.28 or newer, unless your distribution/),
      expect.stringMatching(/^bad \| runtime \| crun 1\.26, \/opt\/crun, in use: CVE-2026-47766: .*; fixed in 1\.28 \| take crun 1\.28 or newer/),
    ]);
  });

  it('are weak where another one has a flaw', () => {
    expect(lines({ otherRuntimes: [{ name: 'runc', version: '1.4.0', path: '/usr/sbin/runc' }] })[1]).toMatch(
      /^weak \| runtime \| runc 1\.4\.0, \/usr\/sbin\/runc, not in use: CVE-2026-41579: .*; fixed in 1\.3\.6, 1\.4\.3, 1\.5\.0-rc\.3 \| take runc 1\.5\.0 or newer, or remove it, unless/,
    );
  });

  it('are weak where one, or conmon, does not tell its version', () => {
    const silent = { version: undefined, path: '/usr/bin/x' };

    expect(lines({ otherRuntimes: [{ ...silent, name: 'runc' }], conmon: { ...silent, name: 'conmon' } }).slice(1)).toEqual([
      'weak | runtime | /usr/bin/x, not in use: does not answer --version as runc does | install it again: apt-get install --reinstall runc',
      'weak | conmon | /usr/bin/x: does not answer --version as conmon does | install it again: apt-get install --reinstall conmon',
    ]);
  });

  it('are judged without one in use', () => {
    const runtime = { message: 'conmon: not found', hint: 'apt-get install conmon' };

    expect(lines({ runtime, conmon: undefined })).toEqual([
      'bad | runtime | conmon: not found | apt-get install conmon',
      'good | runtime | runc 1.5.0, /usr/sbin/runc, not in use',
    ]);
  });
});
