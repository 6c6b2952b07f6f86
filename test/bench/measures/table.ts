import type { Measure } from '../bench-context.ts';
import { coldPlan } from './cold-plan.ts';
import { create } from './create.ts';
import { drift } from './drift.ts';
import { engines } from './engines.ts';
import { growth } from './growth.ts';
import { guest } from './guest.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { overhead } from './overhead.ts';
import { pass } from './pass.ts';
import { reload } from './reload.ts';
import { resize } from './resize.ts';
import { resizeOne } from './resize-one.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';

/** In the order of a run: those before `latency` leave nothing running, the others share one fleet, which it sees start. */
export const measures: readonly Measure[] = [
  ...[start, create, engines, guest, resize],
  ...[latency, pass, coldPlan, drift, resizeOne, restart, reload, overhead, idle, growth],
];
