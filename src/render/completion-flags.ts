import type { CompletedFlag } from './completion.ts';

/** `--watch`, which stands for a verb where none is written. */
export const watchFlag: CompletedFlag = {
  name: 'watch',
  short: 'w',
  help: 'the same as the command watch',
  wanted: { words: [], paths: 'none', names: false },
  repeatable: false,
};

/** As it is typed: --yes and -y. */
export function spellings({ name, short }: CompletedFlag): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}
