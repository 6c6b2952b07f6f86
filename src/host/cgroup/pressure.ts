import { ReconcileError, errnoOf } from '../../errors.ts';
import type { Pressure } from '../../state/observed.ts';
import { readCgroupFile } from './cgroup-file.ts';

const files = { cpu: 'cpu.pressure', memory: 'memory.pressure', io: 'io.pressure' } as const;

/**
 * How much time the tasks of the cgroup in `dir` lost for want of a resource; no key where the kernel does not tell.
 * Source: Documentation/accounting/psi.rst.
 */
export function readPressure(dir: string): Pressure {
  const found: { -readonly [Key in keyof Pressure]: number } = {};
  for (const [key, file] of Object.entries(files) as [keyof Pressure, string][]) {
    const share = /^some avg10=(\d+(?:\.\d+)?)/m.exec(readIfKept(`${dir}/${file}`) ?? '')?.[1];
    if (share !== undefined) found[key] = Number(share);
  }
  return found;
}

/** A kernel that was started with psi=0 has the files and refuses to read them. */
function readIfKept(path: string): string | undefined {
  try {
    return readCgroupFile(path);
  } catch (error) {
    if (error instanceof ReconcileError && errnoOf(error.cause) === 'ENOTSUP') return undefined;
    throw error;
  }
}
