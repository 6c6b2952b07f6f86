import type { FileValues, IoLimit } from '../../../state/resources.ts';
import { parseCount } from '../amounts.ts';
import { resourceOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { canonicalLimits, deviceFile, formatLines, parseLines } from '../io-limits.ts';
import type { DeviceLine, IoKey } from '../io-limits.ts';
import { scalarFile } from '../limit-file.ts';
import type { LimitFile } from '../limit-file.ts';
import { bfqScale, cfqScale, scaleWeight, unscaleWeight } from '../weight.ts';
import type { WeightScale } from '../weight.ts';

/** Each kind of limit has a file of its own, with lines "8:0 1048576". */
const throttleFiles: readonly (readonly [IoKey, string])[] = [
  ['rbps', 'blkio.throttle.read_bps_device'],
  ['wbps', 'blkio.throttle.write_bps_device'],
  ['riops', 'blkio.throttle.read_iops_device'],
  ['wiops', 'blkio.throttle.write_iops_device'],
];

/** The controller is named blkio here; the weight is BFQ's, or CFQ's in kernels before 5.0. */
export function io({ ioWeightFile }: CodecFacts): Controller {
  return {
    limits: [
      ...throttleFiles.map(([key, file]) =>
        deviceFile({ field: 'io.max', controller: 'blkio', file, initial: '' }, lineOf(key)),
      ),
      ...(ioWeightFile === undefined ? [] : [weightFile(ioWeightFile)]),
    ],
    usage: [],
    toFiles: (resources) => ({
      ...Object.fromEntries(throttleFiles.map(([key, file]) => [file, throttleText(resources['io.max'] ?? [], key)])),
      ...(ioWeightFile === undefined ? {} : weightText(resources['io.weight'] ?? 100, ioWeightFile)),
    }),
    fromFiles: (files) => ({
      ...resourceOf('io.max', limitsOf(files)),
      ...resourceOf('io.weight', ioWeightFile === undefined ? undefined : weightOf(files[ioWeightFile], ioWeightFile)),
    }),
  };
}

function lineOf(key: IoKey): DeviceLine {
  return {
    format: (limit) => `${limit.device} ${limit[key] ?? 0}`,
    parse: (text) => {
      const [, device, value] = /^(\d+:\d+) (\d+)$/.exec(text) ?? [];
      return device === undefined ? undefined : { device, [key]: Number(value) };
    },
  };
}

function weightFile(file: string): LimitFile {
  const initial = String(scaleOf(file).normal);
  return scalarFile({ field: 'io.weight', controller: 'blkio', file, initial, size: parseCount });
}

function throttleText(limits: readonly IoLimit[], key: IoKey): string {
  const ofKey = limits.filter((limit) => limit[key] !== undefined);
  return formatLines(ofKey.map((limit) => ({ device: limit.device, [key]: limit[key] })), lineOf(key));
}

function limitsOf(files: FileValues): IoLimit[] | undefined {
  const known = throttleFiles.filter(([, file]) => files[file] !== undefined);
  if (known.length === 0) return undefined;
  return canonicalLimits(known.flatMap(([key, file]) => parseLines(files[file] ?? '', lineOf(key))));
}

function scaleOf(file: string): WeightScale {
  return file === 'blkio.bfq.weight' ? bfqScale : cfqScale;
}

function weightText(weight: number, file: string): FileValues {
  return { [file]: String(scaleWeight(weight, scaleOf(file))) };
}

function weightOf(content: string | undefined, file: string): number | undefined {
  const weight = parseCount(content ?? '');
  return Number.isNaN(weight) ? undefined : unscaleWeight(weight, scaleOf(file));
}
