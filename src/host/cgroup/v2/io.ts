import type { FileValues, IoLimit } from '../../../state/resources.ts';
import { resourceOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { deviceFile, formatLines, ioKeys, parseLines } from '../io-limits.ts';
import type { DeviceLine, IoKey } from '../io-limits.ts';
import { scalarFile } from '../limit-file.ts';
import type { LimitFile } from '../limit-file.ts';
import { bfqScale, scaleWeight, unscaleWeight } from '../weight.ts';

/** "8:0 rbps=1048576 wbps=max riops=max wiops=max": all four keys, so that a write lifts what it does not name. */
const line: DeviceLine = { format: formatLine, parse: parseLine };

/** io.max has one line a device; the weight is "default 100" in io.weight, or BFQ's in io.bfq.weight. */
export function io({ ioWeightFile }: CodecFacts): Controller {
  return {
    limits: [
      deviceFile({ field: 'io.max', controller: 'io', file: 'io.max', initial: '' }, line),
      ...(ioWeightFile === undefined ? [] : [weightFile(ioWeightFile)]),
    ],
    usage: [],
    toFiles: (resources) => ({
      'io.max': formatLines(resources['io.max'] ?? [], line),
      ...(ioWeightFile === undefined ? {} : weightText(resources['io.weight'] ?? 100, ioWeightFile)),
    }),
    fromFiles: (files) => ({
      ...resourceOf('io.max', files['io.max'] === undefined ? undefined : parseLines(files['io.max'], line)),
      ...resourceOf('io.weight', ioWeightFile === undefined ? undefined : weightOf(files[ioWeightFile], ioWeightFile)),
    }),
  };
}

function weightFile(file: string): LimitFile {
  return scalarFile({ field: 'io.weight', controller: 'io', file, initial: 'default 100', size: parseWeight });
}

function formatLine(limit: IoLimit): string {
  return [limit.device, ...ioKeys.map((key) => `${key}=${limit[key] ?? 'max'}`)].join(' ');
}

function parseLine(text: string): IoLimit | undefined {
  const [device = '', ...pairs] = text.split(' ');
  if (!/^\d+:\d+$/.test(device)) return undefined;
  const rates: Partial<Record<IoKey, number>> = {};
  for (const pair of pairs) {
    const [key, value = ''] = pair.split('=');
    if (isIoKey(key) && /^\d+$/.test(value)) rates[key] = Number(value);
  }
  return { device, ...rates };
}

function isIoKey(key: string | undefined): key is IoKey {
  return ioKeys.some((known) => known === key);
}

function weightText(weight: number, file: string): FileValues {
  return { [file]: `default ${file === 'io.bfq.weight' ? scaleWeight(weight, bfqScale) : weight}` };
}

/** The default's line; the lines of single devices are not ours. */
function parseWeight(content: string): number {
  return Number(/^(?:default )?(\d+)$/m.exec(content)?.[1] ?? NaN);
}

function weightOf(content: string | undefined, file: string): number | undefined {
  const weight = parseWeight(content ?? '');
  if (Number.isNaN(weight)) return undefined;
  return file === 'io.bfq.weight' ? unscaleWeight(weight, bfqScale) : weight;
}
