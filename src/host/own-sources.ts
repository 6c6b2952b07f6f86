import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../errors.ts';
import { isWithin } from '../state/path.ts';
import type { Paths } from './paths.ts';

/** What is to be known of the sources of bind mounts before a container is shown them. */
export interface SourceFacts {
  /** Those that lie in one of our folders, or hold one, where links lead. What is not there lies nowhere. */
  readonly ownSources: readonly string[];
  /** Where links lead from the others and these; what is no link has no key. */
  readonly sourceTargets: Readonly<Record<string, string>>;
}

/** @param manifests folders that hold manifests: whoever can write there decides what root does */
export function readSources(sources: ReadonlySet<string>, { bundles, jails }: Paths, manifests: Iterable<string> = []): SourceFacts {
  if (sources.size === 0) return { ownSources: [], sourceTargets: {} };
  const own = [dirname(bundles), dirname(jails), ...manifests].map((folder) => realPathOf(folder) ?? resolve(folder));
  const real = [...sources].flatMap((source) => {
    const place = realPathOf(source);
    return place === undefined ? [] : [[source, place] as const];
  });
  return {
    ownSources: real.filter(([, place]) => isWithin(place, own) || own.some((folder) => isWithin(folder, [place]))).map(([source]) => source),
    sourceTargets: Object.fromEntries(real.filter(([source, place]) => source !== place)),
  };
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
