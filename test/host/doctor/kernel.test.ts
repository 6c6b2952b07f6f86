import { describe, expect, it } from 'vitest';
import { kernelChecks } from '../../../src/host/doctor/kernel.ts';
import type { KernelFeature } from '../../../src/host/doctor/kernel.ts';

const kill: KernelFeature = { name: 'cgroup.kill', since: '5.14', without: 'killed one by one', isThere: undefined };
const children: KernelFeature = { name: 'children', since: '4.2', option: 'CONFIG_PROC_CHILDREN', without: 'found later', isThere: undefined };
const metacopy: KernelFeature = { name: 'metacopy', since: '4.19', without: 'no writable root filesystem', isThere: undefined, isNeeded: true };

const lines = (release: string, ...features: readonly KernelFeature[]): string[] =>
  kernelChecks({ release, features }).map(({ state, name, found, mend }) => [`${state} ${name}`, found, ...(mend === undefined ? [] : [mend])].join(' | '));

describe('a kernel', () => {
  it('is good where it has all that is used', () => {
    expect(lines('6.1.0-18-amd64', kill, metacopy)).toEqual(['good kernel | 6.1.0-18-amd64, with all that is used: cgroup.kill, metacopy']);
    expect(lines('5.14.0', kill)).toEqual(['good kernel | 5.14.0, with all that is used: cgroup.kill']);
  });

  it('is weak for each thing that an older one lacks, with what becomes of it and the first release that has it', () => {
    expect(lines('5.10.0-28-amd64', kill, children, metacopy)).toEqual([
      'weak kernel | 5.10.0-28-amd64, without cgroup.kill: killed one by one | take Linux 5.14 or newer',
    ]);
  });

  it('is bad where containers cannot be made without it', () => {
    expect(lines('4.9.0', metacopy)).toEqual(['bad kernel | 4.9.0, without metacopy: no writable root filesystem | take Linux 4.19 or newer']);
  });

  it('is judged by what was seen rather than by its release', () => {
    expect(lines('4.18.0-553.el8', { ...metacopy, isThere: true })).toEqual(['good kernel | 4.18.0-553.el8, with all that is used: metacopy']);
    expect(lines('6.18.0', { ...children, isThere: false })).toEqual([
      'weak kernel | 6.18.0, without children: found later | take another kernel, built with CONFIG_PROC_CHILDREN',
    ]);
  });
});
