import type { NewerFile } from '../cgroup/mode.ts';
import { bad, good, weak } from './check.ts';
import type { Check } from './check.ts';
import { compareReleases } from './releases.ts';

/** Something that newer kernels have. Where nothing was there to look at the release decides: else a distribution may have brought it to an older one. */
export interface KernelFeature extends NewerFile {
  /** Some containers cannot be made without it. */
  readonly isNeeded?: boolean;
}

export interface Kernel {
  /** As uname tells it. */
  readonly release: string;
  /** All that this host's cgroups and containers make use of. */
  readonly features: readonly KernelFeature[];
}

/** A line for each feature that the kernel lacks, with what becomes of its use. Pure. */
export function kernelChecks({ release, features }: Kernel): readonly Check[] {
  const lacking = features.filter(({ isThere, since }) => !(isThere ?? isSince(release, since)));
  if (lacking.length === 0) return [good('kernel', `${release}, with all that is used: ${features.map(({ name }) => name).join(', ')}`)];
  return lacking.map((feature) => (feature.isNeeded === true ? bad : weak)('kernel', `${release}, without ${feature.name}: ${feature.without}`, mendOf(feature, release)));
}

function mendOf({ since, option }: KernelFeature, release: string): string {
  const built = option === undefined ? '' : `, built with ${option}`;
  return isSince(release, since) ? `take another kernel${built}` : `take Linux ${since} or newer${built}`;
}

function isSince(release: string, since: string): boolean {
  return compareReleases(release, since) >= 0;
}
