import type { KernelWrite, ResourceField } from '../../state/resources.ts';

export type Direction = KernelWrite['direction'];

/** One write of the several that may lead from one content of a file to another. */
export interface Edit {
  readonly value: string;
  /** What `value` takes the place of. */
  readonly before: string;
  readonly direction: Direction;
}

/** One cgroup file that holds a limit. */
export interface LimitFile {
  readonly field: ResourceField;
  readonly controller: string;
  readonly file: string;
  /** What the kernel shows in a new cgroup. */
  readonly initial: string;
  /** The writes that lead from one content to the other; none where they mean the same. */
  edits(before: string, after: string): readonly Edit[];
  /** True where `content`, read after the write, shows that the kernel took `value`. */
  holds(content: string, value: string): boolean;
}

export interface FileName {
  readonly field: ResourceField;
  readonly controller: string;
  readonly file: string;
  readonly initial: string;
}

export interface ScalarFile extends FileName {
  /** How much the content allows: Infinity for no limit, NaN where it cannot be understood. */
  size(content: string): number;
  /** A larger number allows less, as with a period. */
  readonly inverse?: boolean;
}

/** A file with one number. */
export function scalarFile({ size, inverse = false, ...name }: ScalarFile): LimitFile {
  const same = (one: string, other: string): boolean => one === other || size(one) === size(other);
  return {
    ...name,
    edits: (before, after) =>
      same(before, after) ? [] : [{ value: after, before, direction: directionOf(size(before), size(after), inverse) }],
    holds: same,
  };
}

/** A file whose content the kernel shows in one form: a switch, or a list of CPUs or memory nodes. */
export function exactFile(name: FileName): LimitFile {
  return {
    ...name,
    edits: (before, after) => (before === after ? [] : [{ value: after, before, direction: 'set' }]),
    holds: (content, value) => content === value,
  };
}

function directionOf(before: number, after: number, inverse: boolean): Direction {
  if (Number.isNaN(before) || Number.isNaN(after)) return 'set';
  return after < before !== inverse ? 'decrease' : 'increase';
}
