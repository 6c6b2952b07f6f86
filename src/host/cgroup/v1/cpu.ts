import type { FileValues, Resources } from '../../../state/resources.ts';
import { limitOf, parseCount } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { Controller } from '../controller.ts';
import { scalarFile } from '../limit-file.ts';
import { sharesOfWeight, weightOfShares } from '../weight.ts';

const quotaFile = 'cpu.cfs_quota_us';
const periodFile = 'cpu.cfs_period_us';
const sharesFile = 'cpu.shares';
const periodUsec = 100_000;

/**
 * cpu.max is quota over period; a quota of -1 is no limit. A longer period allows less, so with the table's order
 * the step between the two writes never allows more than both ends do.
 */
export function cpu(): Controller {
  return {
    limits: [
      scalarFile({
        field: 'cpu.max',
        controller: 'cpu',
        file: periodFile,
        initial: String(periodUsec),
        size: parseCount,
        inverse: true,
      }),
      scalarFile({ field: 'cpu.max', controller: 'cpu', file: quotaFile, initial: '-1', size: parseQuota }),
      scalarFile({ field: 'cpu.weight', controller: 'cpu', file: sharesFile, initial: '1024', size: parseCount }),
    ],
    shows: { 'cpu.max': quotaFile },
    usage: [{ controller: 'cpuacct', file: 'cpuacct.usage', parse: (text) => usageOf('cpuUsec', usecOf(text)) }],
    toFiles: (resources) => ({
      [periodFile]: String(periodUsec),
      [quotaFile]: formatQuota(resources['cpu.max'] ?? 'max'),
      [sharesFile]: String(sharesOfWeight(resources['cpu.weight'] ?? 100)),
    }),
    fromFiles: (files) => ({
      ...resourceOf('cpu.max', limitOf(cpusOf(files))),
      ...resourceOf('cpu.weight', weightOf(files[sharesFile])),
    }),
  };
}

function formatQuota(cpus: Resources['cpu.max'] & {}): string {
  return cpus === 'max' ? '-1' : String(Math.round(cpus * periodUsec));
}

function parseQuota(content: string): number {
  return content === '-1' ? Infinity : parseCount(content);
}

function cpusOf(files: FileValues): number {
  return parseQuota(files[quotaFile] ?? '') / parseCount(files[periodFile] ?? '');
}

function weightOf(content: string | undefined): number | undefined {
  const shares = parseCount(content ?? '');
  return Number.isNaN(shares) ? undefined : weightOfShares(shares);
}

/** cpuacct counts nanoseconds. */
function usecOf(content: string): number {
  return Math.floor(parseCount(content) / 1000);
}
