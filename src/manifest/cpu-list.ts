import { formatCpuList, parseCpuList } from '../state/cpu-list.ts';
import { fault, type Reading } from './fault.ts';

/** Highest number + 1 of CPUs that a kernel can be built for (CONFIG_NR_CPUS). */
const cpuLimit = 8192;

/** Reads the kernel's list format ("0-1,4") and gives it as the kernel would show it: sorted, neighbours joined. */
export function canonicalCpuList(text: string): Reading<string> {
  let count = 0;
  for (const part of text.split(',')) {
    const numbers = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (numbers === null) return fault('is not a list of numbers', 'write "0-1,4" or the like, without spaces');
    const first = Number(numbers[1]);
    const last = Number(numbers[2] ?? numbers[1]);
    if (last < first) return fault(`has a range that runs backwards: ${part}`, `write ${last}-${first}`);
    if (last >= cpuLimit) return fault(`has a number above ${cpuLimit - 1}`, 'write numbers that the host has');
    count += last - first + 1;
    if (count > cpuLimit) return fault(`names more than ${cpuLimit} numbers`, 'write each number once');
  }
  return { value: formatCpuList(parseCpuList(text) ?? []) };
}
