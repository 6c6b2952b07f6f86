import type { DriftMode, DriftSpec } from '../state/desired.ts';

/** What the manifest wants done about drift at `path`: the longest of its paths that covers it decides. */
export function driftModeOf(path: string, drift: DriftSpec): DriftMode {
  let mode = drift.default;
  let length = -1;
  for (const [prefix, prefixMode] of Object.entries(drift.paths)) {
    const covers = path === prefix || path.startsWith(`${prefix}.`);
    if (!covers || prefix.length <= length) continue;
    mode = prefixMode;
    length = prefix.length;
  }
  return mode;
}
