import type { CodecFacts, Controller } from '../controller.ts';
import { cpu } from './cpu.ts';
import { cpuset } from './cpuset.ts';
import { io } from './io.ts';
import { memory } from './memory.ts';
import { pids } from './pids.ts';

/** The tables of the limit controllers, in the order in which decreases are written. Pure. */
export function limitTables(facts: CodecFacts): readonly Controller[] {
  return [cpu(), cpuset(), memory(facts), pids(), io(facts)];
}
