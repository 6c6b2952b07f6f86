import type { ContainerName } from '../state/container-name.ts';
import type { Edits } from './edits.ts';

/**
 * Tells whose manifests lie still: a file caught half-written must not delete or restart anything. Times are monotonic
 * milliseconds.
 */
export interface Settle {
  /** The manifests read differently. Not for the start of a watch, where nothing is being written. */
  edited(edits: Edits, nowMs: number): void;
  isSettled(name: ContainerName, nowMs: number): boolean;
  /** When it will count as settled if nothing more is edited; past where it does. */
  dueMs(name: ContainerName): number;
  /** When the first of those that are gone will; undefined: none is to be judged. */
  goneDueMs(): number | undefined;
  /**
   * What was settled by then has been judged.
   *
   * @param only these alone, and none that is gone; undefined: all of them
   */
  judged(nowMs: number, only?: ReadonlySet<ContainerName>): void;
}

interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A container that is asked for differently, and has not been judged since. */
interface Doubt extends Span {
  readonly file: string;
  readonly gone: boolean;
}

const defaultSettleMs = 500;

/** In times of the settle time: who is saved again sooner than that does not begin anew. */
const lull = 4;

/** A file that is saved for so long without end keeps no others waiting: it is no checkout and no copy of a folder. */
const patience = 20;

/** Nothing waits longer, whoever is saving what. */
const longest = 120;

/**
 * A container counts as settled once it, the file that asks for it and all others have not been edited for the settle
 * time, since one may be on its way from one file to another. It waits for what is saved without end, but not for ever.
 *
 * @param settleMs how long nothing may change
 */
export function openSettle(settleMs = defaultSettleMs): Settle {
  let all: Span | undefined;
  let othersAtMs = 0;
  const files = new Map<string, Span>();
  const doubts = new Map<ContainerName, Doubt>();
  const prolonged = (span: Span | undefined, nowMs: number): Span => ({ firstMs: span === undefined || isOver(span, nowMs) ? nowMs : span.firstMs, lastMs: nowMs });
  const isOver = ({ lastMs }: Span, nowMs: number): boolean => nowMs - lastMs > lull * settleMs;
  const stillAtMs = ({ firstMs, lastMs }: Span): number => Math.min(lastMs + settleMs, firstMs + patience * settleMs);
  const dueOf = (doubt: Doubt): number => {
    const ownMs = Math.max(doubt.lastMs, files.get(doubt.file)?.lastMs ?? 0) + settleMs;
    return Math.min(Math.max(ownMs, othersAtMs), (doubt.gone ? doubt.lastMs : doubt.firstMs) + longest * settleMs);
  };
  const dueMs = (name: ContainerName): number => {
    const doubt = doubts.get(name);
    return doubt === undefined ? othersAtMs : dueOf(doubt);
  };
  return {
    edited(edits, nowMs) {
      if (edits.files.length + edits.containers.length === 0) return;
      all = prolonged(all, nowMs);
      for (const [file, span] of files) if (isOver(span, nowMs)) files.delete(file);
      for (const file of edits.files) files.set(file, prolonged(files.get(file), nowMs));
      for (const { name, file, gone } of edits.containers) doubts.set(name, { ...prolonged(doubts.get(name), nowMs), file, gone });
      othersAtMs = Math.min(Math.max(0, ...[...files.values()].map(stillAtMs)), all.firstMs + longest * settleMs);
    },
    isSettled: (name, nowMs) => dueMs(name) <= nowMs,
    dueMs,
    goneDueMs() {
      const gone = [...doubts.values()].filter((doubt) => doubt.gone);
      return gone.length === 0 ? undefined : Math.min(...gone.map(dueOf));
    },
    judged(nowMs, only) {
      for (const [name, doubt] of doubts) {
        const isLookedAt = only === undefined || (!doubt.gone && only.has(name));
        if (isLookedAt && dueOf(doubt) <= nowMs) doubts.delete(name);
      }
    },
  };
}
