import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Paths } from './paths.ts';
import { isWithin } from './rootfs/mount-target.ts';

/** Those of `sources` that lie in --root or --data, where links lead. What is not there lies nowhere. */
export function findOwnSources(sources: ReadonlySet<string>, paths: Paths): string[] {
  if (sources.size === 0) return [];
  const own = [dirname(paths.bundles), dirname(paths.jails)].map((folder) => realPathOf(folder) ?? folder);
  return [...sources].filter((source) => {
    const real = realPathOf(source);
    return real !== undefined && isWithin(real, own);
  });
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
