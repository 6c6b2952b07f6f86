import { readFileSync } from 'node:fs';
import { errnoOf } from '../../errors.ts';

const auxvPageBytes = 6n;

/** The kernel's page size in bytes: AT_PAGESZ of getauxval(3), which node does not tell; 4096 where it is not told. */
export function readPageBytes(): number {
  const auxv = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (auxv.readBigUInt64LE(at) === auxvPageBytes) return Number(auxv.readBigUInt64LE(at + 8));
  }
  return 4096;
}

/** CPUs and memory nodes of the host, in the kernel's list format. A kernel without NUMA has node 0 alone. */
export function readOnline(): { readonly cpus: string; readonly mems: string } {
  return {
    cpus: readIfExists('/sys/devices/system/cpu/online') ?? '0',
    mems: readIfExists('/sys/devices/system/node/online') ?? '0',
  };
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
