import { describe, expect, it } from 'vitest';
import { translateSeccomp } from '../../../src/host/runtime/seccomp.ts';
import type { SeccompProfile, SeccompRule } from '../../../src/host/runtime/seccomp.ts';

const host = { capabilities: ['CAP_CHOWN', 'CAP_KILL'], arch: 'x64', kernel: '6.1.0-18-amd64' };

function isKept(rule: Partial<SeccompRule>): boolean {
  const profile = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['x'], action: 'SCMP_ACT_ALLOW', ...rule }] };
  return translateSeccomp(profile, host).syscalls.length === 1;
}

describe('translateSeccomp', () => {
  it.each([
    { name: 'no condition', rule: {}, kept: true },
    { name: 'empty conditions', rule: { includes: {}, excludes: {} }, kept: true },
    { name: 'a capability that is held', rule: { includes: { caps: ['CAP_KILL'] } }, kept: true },
    { name: 'one of two capabilities missing', rule: { includes: { caps: ['CAP_KILL', 'CAP_BPF'] } }, kept: false },
    { name: 'one excluded capability held', rule: { excludes: { caps: ['CAP_BPF', 'CAP_KILL'] } }, kept: false },
    { name: 'no excluded capability held', rule: { excludes: { caps: ['CAP_BPF'] } }, kept: true },
    { name: 'our architecture', rule: { includes: { arches: ['arm64', 'amd64'] } }, kept: true },
    { name: 'another architecture', rule: { includes: { arches: ['s390x'] } }, kept: false },
    { name: 'our architecture excluded', rule: { excludes: { arches: ['amd64'] } }, kept: false },
    { name: 'an older kernel asked for', rule: { includes: { minKernel: '4.8' } }, kept: true },
    { name: 'this very kernel asked for', rule: { includes: { minKernel: '6.1' } }, kept: true },
    { name: 'a newer kernel asked for', rule: { includes: { minKernel: '6.10' } }, kept: false },
    { name: 'kernels from an older one on excluded', rule: { excludes: { minKernel: '5.0' } }, kept: false },
  ])('decides on $name', ({ rule, kept }) => {
    expect(isKept(rule)).toBe(kept);
  });

  it('carries the default, the architectures and each rule’s errno and arguments', () => {
    const args = [{ index: 0, value: 16, valueTwo: 0, op: 'SCMP_CMP_EQ' }];
    const profile: SeccompProfile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      archMap: [
        { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
        { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
      ],
      syscalls: [
        { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 22, args, includes: {}, excludes: {} },
        { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW', args: null },
      ],
    };

    expect(translateSeccomp(profile, host)).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
      syscalls: [
        { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 22, args },
        { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW' },
      ],
    });
  });

  it('allows no call for keys, which no namespace holds, and leaves alone what refuses them', () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [
        { names: ['keyctl', 'kill', 'add_key', 'request_key'], action: 'SCMP_ACT_ALLOW' },
        { names: ['keyctl'], action: 'SCMP_ACT_ALLOW' },
        { names: ['keyctl'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
      ],
    };

    expect(translateSeccomp(profile, host).syscalls).toEqual([
      { names: ['kill'], action: 'SCMP_ACT_ALLOW' },
      { names: ['keyctl'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
    ]);
  });

  it('names no architecture where the profile knows none for this host', () => {
    const profile = { defaultAction: 'SCMP_ACT_ERRNO', archMap: [{ architecture: 'SCMP_ARCH_S390X' }], syscalls: [] };

    expect(translateSeccomp(profile, host).architectures).toEqual([]);
    expect(translateSeccomp(profile, { ...host, arch: 'unheard-of' }).architectures).toEqual([]);
  });
});
