import { keyedValue, limitOf, parseCount } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { Controller } from '../controller.ts';
import { scalarFile } from '../limit-file.ts';

const periodUsec = 100_000;

/** cpu.max is "QUOTA PERIOD" in microseconds, or "max PERIOD"; cpu.weight is the manifest's number. */
export function cpu(): Controller {
  return {
    limits: [
      scalarFile({ field: 'cpu.max', controller: 'cpu', file: 'cpu.max', initial: formatCpus('max'), size: parseCpus }),
      scalarFile({ field: 'cpu.weight', controller: 'cpu', file: 'cpu.weight', initial: '100', size: parseCount }),
    ],
    usage: [
      { controller: 'cpu', file: 'cpu.stat', parse: (text) => usageOf('cpuUsec', keyedValue(text, 'usage_usec')) },
    ],
    toFiles: (resources) => ({
      'cpu.max': formatCpus(resources['cpu.max'] ?? 'max'),
      'cpu.weight': String(resources['cpu.weight'] ?? 100),
    }),
    fromFiles: (files) => ({
      ...resourceOf('cpu.max', limitOf(parseCpus(files['cpu.max'] ?? ''))),
      ...resourceOf('cpu.weight', weightOf(files['cpu.weight'])),
    }),
  };
}

function formatCpus(cpus: number | 'max'): string {
  return `${cpus === 'max' ? 'max' : Math.round(cpus * periodUsec)} ${periodUsec}`;
}

function parseCpus(content: string): number {
  const [quota = '', period = ''] = content.split(' ');
  return parseCount(quota) / parseCount(period);
}

function weightOf(content: string | undefined): number | undefined {
  const weight = parseCount(content ?? '');
  return Number.isNaN(weight) ? undefined : weight;
}
