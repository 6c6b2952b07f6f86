import type { FaultTrials } from './fault-table.ts';

/** What a guest tells the host of one test. */
export interface GuestLine {
  /** Beneath the project's folder: test/system/watch.test.ts */
  readonly file: string;
  /** With the titles of what it lies in, joined by " > ". */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  readonly error?: string;
  readonly faultTrials?: FaultTrials;
}
