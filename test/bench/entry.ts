/** A series that a measure brought home, and what it is held against. */
export interface Entry {
  /** Such as `create.readonly.floor`: goals and readers of bench.json know it by this. */
  readonly id: string;
  /** What was done, for a reader of the table. */
  readonly title: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly against?: Against;
  /** What a reader must know to judge the numbers. */
  readonly note?: string;
}

export interface Against {
  readonly title: string;
  readonly values: readonly number[];
  /** Each was measured right beside the value of the same place. Else the two are held against each other by their medians. */
  readonly inPairs: boolean;
}

export type Unit = 'ms' | 'µs' | 'MB' | '%' | 'files' | 'MB/h';

/** What was not measured, and why, in the words of whoever refused. */
export interface Gap {
  readonly id: string;
  readonly reason: string;
}
