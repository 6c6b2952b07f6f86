import type { OciSeccomp, OciSyscall, OciSyscallArg } from './oci-types.ts';
import { withoutHostSockets } from './seccomp-socket.ts';

/** A profile in the format of containers-common's seccomp.json. Unknown keys are passed over. */
export interface SeccompProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly archMap?: readonly { readonly architecture: string; readonly subArchitectures?: readonly string[] | null }[];
  readonly syscalls: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly OciSyscallArg[] | null;
  readonly errnoRet?: number;
  readonly includes?: SeccompFilter;
  readonly excludes?: SeccompFilter;
}

export interface SeccompFilter {
  readonly caps?: readonly string[];
  /** Names as Go has them: amd64, arm64 … */
  readonly arches?: readonly string[];
  /** MAJOR.MINOR */
  readonly minKernel?: string;
}

export interface SeccompHost {
  /** The bounding set of the container. */
  readonly capabilities: readonly string[];
  /** `process.arch` of node. */
  readonly arch: string;
  /** As uname shows it: 6.1.0-18-amd64 */
  readonly kernel: string;
}

/**
 * The rules of a profile that hold for this host and these capabilities, as OCI wants them. Rules
 * that name no architecture of ours are left out, and so are calls for keys and sockets past every namespace; the order stays.
 */
export function translateSeccomp(profile: SeccompProfile, host: SeccompHost): OciSeccomp {
  const arch = architectures[host.arch];
  const mapped = profile.archMap?.find((entry) => entry.architecture === arch?.scmp);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    architectures: mapped === undefined ? [] : [mapped.architecture, ...(mapped.subArchitectures ?? [])],
    syscalls: withoutHostSockets(
      profile.syscalls
        .filter((rule) => applies(rule, host, arch?.go ?? host.arch))
        .map(ociSyscall)
        .filter(({ names }) => names.length > 0),
    ),
  };
}

const architectures: Readonly<Record<string, { readonly scmp: string; readonly go: string }>> = {
  x64: { scmp: 'SCMP_ARCH_X86_64', go: 'amd64' },
  arm64: { scmp: 'SCMP_ARCH_AARCH64', go: 'arm64' },
  s390x: { scmp: 'SCMP_ARCH_S390X', go: 's390x' },
  ppc64: { scmp: 'SCMP_ARCH_PPC64LE', go: 'ppc64le' },
  riscv64: { scmp: 'SCMP_ARCH_RISCV64', go: 'riscv64' },
  arm: { scmp: 'SCMP_ARCH_ARM', go: 'arm' },
};

/** An exclusion needs one of its capabilities, an inclusion all of them. */
function applies(rule: SeccompRule, host: SeccompHost, arch: string): boolean {
  const held = new Set(host.capabilities);
  const { includes = {}, excludes = {} } = rule;
  if (excludes.arches?.includes(arch) || excludes.caps?.some((cap) => held.has(cap))) return false;
  if (excludes.minKernel !== undefined && kernelAtLeast(host.kernel, excludes.minKernel)) return false;
  if (includes.arches !== undefined && includes.arches.length > 0 && !includes.arches.includes(arch)) return false;
  if (includes.minKernel !== undefined && !kernelAtLeast(host.kernel, includes.minKernel)) return false;
  return (includes.caps ?? []).every((cap) => held.has(cap));
}

function kernelAtLeast(kernel: string, least: string): boolean {
  const [major, minor] = versionOf(kernel);
  const [leastMajor, leastMinor] = versionOf(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function versionOf(text: string): [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

/** No namespace holds the keys of a user: root of a container would find those of root of the host. */
const keyCalls: ReadonlySet<string> = new Set(['add_key', 'keyctl', 'request_key']);

function ociSyscall(rule: SeccompRule): OciSyscall {
  return {
    names: rule.action === 'SCMP_ACT_ALLOW' ? rule.names.filter((name) => !keyCalls.has(name)) : rule.names,
    action: rule.action,
    ...(rule.errnoRet === undefined ? {} : { errnoRet: rule.errnoRet }),
    ...(rule.args ? { args: rule.args } : {}),
  };
}
