import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** The calls of node:fs that are counted: all that looking at a host, and removing from it, consists of. */
const counted = ['openSync', 'readSync', 'readFileSync', 'readlinkSync', 'readdirSync', 'opendirSync', 'statSync', 'lstatSync', 'existsSync', 'writeFileSync', 'writeSync', 'renameSync', 'rmdir', 'rmdirSync', 'unlinkSync'] as const;

export type CallCounts = Readonly<Partial<Record<(typeof counted)[number], number>>>;

/** How often `act` calls each; they do what they always do. `where` picks those whose first argument is of interest. */
export async function countCalls(act: () => unknown, where: (subject: unknown) => boolean = () => true): Promise<CallCounts> {
  const counts: Partial<Record<(typeof counted)[number], number>> = {};
  const real = Object.fromEntries(counted.map((name) => [name, fs[name]]));
  for (const name of counted) {
    const call = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (where(args[0])) counts[name] = (counts[name] ?? 0) + 1;
        return call(...args);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    await act();
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return counts;
}
