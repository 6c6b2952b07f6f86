import { describe, expect, it } from 'vitest';
import { defaultCapabilities, ociSpec } from '../../../src/host/runtime/oci-spec.ts';
import type { OciSpec } from '../../../src/host/runtime/oci-types.ts';
import type { ContainerSpec } from '../../../src/state/desired.ts';
import { plainSpec } from '../../support/containers.ts';

function specOf(over: Partial<ContainerSpec> = {}) {
  return ociSpec({ spec: { ...plainSpec, ...over }, cgroupPath: '/reconcile/web', rootPath: '/r', rootReadonly: true });
}

function withUser(uid: number): ContainerSpec['process'] {
  return { ...plainSpec.process, user: { uid, gid: 7 } };
}

describe('ociSpec', () => {
  it('makes private exactly the namespaces that are asked to be', () => {
    const shared = specOf({ namespaces: { ...plainSpec.namespaces, network: 'host', uts: 'host' } });

    const types = (spec: OciSpec) => spec.linux.namespaces.map(({ type }) => type);
    expect(types(specOf())).toEqual(['mount', 'pid', 'network', 'ipc', 'uts', 'cgroup']);
    expect(types(shared)).toEqual(['mount', 'pid', 'ipc', 'cgroup']);
  });

  it('sets the hostname, and tells the process, only in a uts namespace of its own', () => {
    const shared = specOf({ namespaces: { ...plainSpec.namespaces, uts: 'host' } });

    expect(specOf().hostname).toBe('web');
    expect(specOf().process.env).toContain('HOSTNAME=web');
    expect(shared).not.toHaveProperty('hostname');
    expect(shared.process.env.join()).not.toContain('HOSTNAME');
  });

  it('refuses the mount namespace of the host', () => {
    expect(() => specOf({ namespaces: { ...plainSpec.namespaces, mount: 'host' } })).toThrow(
      expect.objectContaining({ code: 'ERR_HOST_UNSUPPORTED', message: expect.stringContaining('namespaces.mount') }),
    );
  });

  it('gives root eleven capabilities, another user none to use, and nobody new privileges', () => {
    const none: readonly string[] = [];

    expect(specOf({ process: withUser(0) }).process.capabilities).toEqual({
      bounding: defaultCapabilities,
      effective: defaultCapabilities,
      permitted: defaultCapabilities,
      inheritable: none,
      ambient: none,
    });
    expect(specOf({ process: withUser(1000) }).process.capabilities).toEqual({
      bounding: defaultCapabilities,
      effective: none,
      permitted: none,
      inheritable: none,
      ambient: none,
    });
    expect(defaultCapabilities).toHaveLength(11);
    expect(specOf().process.noNewPrivileges).toBe(true);
  });

  it('adds PATH where the manifest has none, and leaves the manifest’s own alone', () => {
    const own = specOf({ process: { ...plainSpec.process, env: { PATH: '/opt', HOSTNAME: 'mine', A: 'x=y' } } });

    expect(specOf().process.env.filter((entry) => entry.startsWith('PATH='))).toHaveLength(1);
    expect(own.process.env).toEqual(['A=x=y', 'HOSTNAME=mine', 'PATH=/opt']);
  });

  it('carries device rules and no limit, no rlimit and no annotation', () => {
    const spec = specOf();

    expect(Object.keys(spec.linux.resources)).toEqual(['devices']);
    expect(spec.linux.resources.devices[0]).toEqual({ allow: false, access: 'rwm' });
    expect(spec.linux.resources.devices.slice(1).every(({ allow, type }) => allow && type === 'c')).toBe(true);
    expect(spec).not.toHaveProperty('annotations');
    expect(spec.process).not.toHaveProperty('rlimits');
  });

  it('hides kernel internals', () => {
    const { maskedPaths, readonlyPaths } = specOf().linux;

    expect(maskedPaths).toEqual(expect.arrayContaining(['/proc/kcore', '/proc/keys', '/proc/interrupts', '/sys/firmware', '/sys/devices/virtual/powercap']));
    expect(readonlyPaths).toEqual(expect.arrayContaining(['/proc/sys', '/proc/sysrq-trigger', '/proc/irq']));
  });

  it('has a seccomp filter where one is given', () => {
    const seccomp = { defaultAction: 'SCMP_ACT_ERRNO', architectures: [], syscalls: [] };
    const options = { spec: plainSpec, cgroupPath: '/p/web', rootPath: '/r', rootReadonly: false };

    expect(ociSpec({ ...options, seccomp }).linux.seccomp).toBe(seccomp);
    expect(ociSpec({ ...options, seccomp: undefined }).linux).not.toHaveProperty('seccomp');
  });

  it('hands the runtime the program that it made of the filter before', () => {
    const seccomp = { defaultAction: 'SCMP_ACT_ERRNO', architectures: [], syscalls: [] };

    const spec = ociSpec({ spec: plainSpec, cgroupPath: '/p/web', rootPath: '/r', rootReadonly: true, seccomp, seccompBpf: 'BgAAAAAABQA=' });

    expect(spec.annotations).toEqual({ 'run.oci.seccomp_bpf_data': 'BgAAAAAABQA=' });
    expect(spec.linux.seccomp).toEqual(seccomp);
  });
});
