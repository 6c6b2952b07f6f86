import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mergeFiles, resolveFile } from '../../src/manifest/manifest.ts';
import type { Diagnostic } from '../../src/manifest/diagnostic.ts';
import { readManifestFile } from '../../src/source/read-file.ts';
import { measureThreadCpu } from '../support/cpu-time.ts';
import { bombs, largeManifest } from './bombs.ts';
import { readExamples } from './examples.ts';

/*
 * A program of its own, so that the memory for it can be limited: FILE. It writes each bomb there, reads it once as a
 * manifest, and prints what came of them.
 */

export interface BombReadings {
  /** What a large file that is as it should be takes here. */
  readonly goodCpuMs: number;
  readonly bombs: readonly BombReading[];
}

export interface BombReading {
  readonly title: string;
  readonly cpuMs: number;
  readonly faults: number;
  /** Of these, those without a place, a short reason and a mend. */
  readonly poor: readonly Diagnostic[];
}

const [file = ''] = process.argv.slice(2);

// The first file pays for what is compiled.
for (const { text } of readExamples()) for (let count = 0; count < 20; count += 1) resolveFile('x.yaml', text);

const goodCpuMs = measureGood();
const readings: BombReadings = {
  goodCpuMs,
  bombs: bombs.map(({ title, make }) => {
    writeFileSync(file, make());
    const { result: found, cpuMs } = measureThreadCpu(readFile);
    return { title, cpuMs, faults: found.length, poor: found.filter(isPoor).slice(0, 3) };
  }),
};
process.stdout.write(JSON.stringify(readings));

/** The median of some readings. Throws where the file is not good. */
function measureGood(): number {
  writeFileSync(file, largeManifest);
  const measured = Array.from({ length: 9 }, () => measureThreadCpu(readFile));
  assert.deepEqual(measured.flatMap(({ result }) => result), []);
  return measured.map(({ cpuMs }) => cpuMs).sort((one, other) => one - other)[4] ?? 0;
}

/** What a manifest goes through from its file to a container, but for the plan. */
function readFile(): readonly Diagnostic[] {
  const content = readManifestFile({ file: 'x.yaml', realPath: file, linked: false });
  if ('diagnostic' in content) return [content.diagnostic];
  return mergeFiles({ revision: 'r', files: [], diagnostics: [] }, [resolveFile('x.yaml', content.text)]).diagnostics;
}

function isPoor({ line, column, message, hint }: Diagnostic): boolean {
  return !(line > 0 && column > 0) || hint === '' || message.length > 400;
}
