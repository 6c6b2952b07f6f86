import type { CgroupMode } from '../../state/observed.ts';
import type { ResourceCodec } from '../../state/resources.ts';
import { makeCodec } from './codec.ts';
import type { CodecFacts, Controller, Unsupported } from './controller.ts';
import * as v1 from './v1/limit-tables.ts';
import * as v2 from './v2/limit-tables.ts';

const tables: Readonly<Record<CgroupMode, (facts: CodecFacts) => readonly Controller[]>> = {
  unified: v2.limitTables,
  hybrid: v1.limitTables,
  legacy: v1.limitTables,
};

/** The translation for a mode, on this host or any other. Pure. */
export function codecFor(mode: CgroupMode, facts: CodecFacts & { readonly unsupported: Unsupported }): ResourceCodec {
  return makeCodec(tables[mode](facts), facts.unsupported);
}
