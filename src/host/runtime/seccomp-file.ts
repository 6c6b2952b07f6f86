import { release } from 'node:os';
import { ReconcileError } from '../../errors.ts';
import { readTextIfExists } from '../file.ts';
import { defaultCapabilities } from './oci-spec.ts';
import type { OciSeccomp } from './oci-types.ts';
import { parseJson } from '../../state/checks.ts';
import { translateSeccomp } from './seccomp.ts';
import type { SeccompProfile } from './seccomp.ts';

/** Where containers-common puts its profile. */
export const seccompFile = '/usr/share/containers/seccomp.json';

const translated = new Map<string, OciSeccomp>();

/**
 * The host's profile for our capabilities, read once; undefined where the file is missing. Throws
 * ERR_HOST_UNSUPPORTED where it is no profile.
 */
export function readSeccomp(file: string = seccompFile): OciSeccomp | undefined {
  const known = translated.get(file);
  if (known !== undefined) return known;
  const text = readTextIfExists(file);
  if (text === undefined) return undefined;
  const host = { capabilities: defaultCapabilities, arch: process.arch, kernel: release() };
  const seccomp = translateSeccomp(profileIn(text, file), host);
  translated.set(file, seccomp);
  return seccomp;
}

/** A profile that cannot be understood must not become a container without a filter. */
function profileIn(text: string, file: string): SeccompProfile {
  const value = parseJson(text) as Partial<SeccompProfile> | null | undefined;
  if (typeof value?.defaultAction === 'string' && Array.isArray(value.syscalls)) return value as SeccompProfile;
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', `${file}: is no seccomp profile`, {
    hint: 'install it again: apt-get install --reinstall golang-github-containers-common',
  });
}
