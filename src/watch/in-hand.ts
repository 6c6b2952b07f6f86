import type { StepEvent } from '../apply/apply.ts';
import type { ReconcileError } from '../errors.ts';
import { subjectOf } from '../plan/order.ts';
import type { Step } from '../plan/types.ts';

/** The containers and jails whose steps are being carried out, maybe for several plans at a time. */
export interface InHand {
  readonly names: ReadonlySet<string>;
  /** Takes the names of these steps in hand; each is out of hand when its last step ended. */
  begin(steps: readonly Step[]): void;
  note(event: StepEvent): void;
  /** Somebody asked for these names, or for all, while they are in hand. */
  miss(names: ReadonlySet<string> | undefined): void;
}

/** How the steps of one name ended. */
export interface Ending {
  readonly name: string;
  readonly error?: ReconcileError;
  /** Some steps were not even tried. */
  readonly skipped: boolean;
  /** It was asked for in the meantime: it needs another look. */
  readonly missed: boolean;
}

interface Work {
  left: number;
  error?: ReconcileError;
  skipped: boolean;
  missed: boolean;
}

export function openInHand(onEnd: (ending: Ending) => void): InHand {
  const work = new Map<string, Work>();
  const names = new Set<string>();
  return {
    names,
    begin(steps) {
      for (const step of steps) {
        const name = subjectOf(step);
        const present = work.get(name);
        if (present === undefined) work.set(name, { left: 1, skipped: false, missed: false });
        else present.left += 1;
        names.add(name);
      }
    },
    note(event) {
      const name = subjectOf(event.step);
      const present = work.get(name);
      if (event.type === 'started' || present === undefined) return;
      if (event.type === 'failed') present.error = event.error;
      if (event.type === 'skipped') present.skipped = true;
      present.left -= 1;
      if (present.left > 0) return;
      work.delete(name);
      names.delete(name);
      const { error, skipped, missed } = present;
      onEnd({ name, skipped, missed, ...(error === undefined ? {} : { error }) });
    },
    miss(asked) {
      for (const [name, present] of work) if (asked === undefined || asked.has(name)) present.missed = true;
    },
  };
}
