import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const resolver = join(import.meta.dirname, '../../src/manifest/manifest.ts');

/** The most memory that a program holds which resolves `text`, a JavaScript expression, and does nothing else. */
function peakMebibytes(text: string): number {
  const script = `
    const { resolveFile } = await import(${JSON.stringify(resolver)});
    resolveFile('x.yaml', ${text});
    console.log(Math.round(process.resourceUsage().maxRSS / 1024));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return Number(stdout);
}

const binaries = (count: number): string => `'apiVersion: reconcile/v1\\nkind: Container\\nmetadata: {name: web}\\nspec:\\n  process: {args: [/a]}\\n  rootfs: {jail: {binaries: ['
  + Array.from({ length: ${count} }, (_, index) => '/b' + index).join() + ']}}\\n'`;

describe('a file made to take much memory', () => {
  it.each([
    ['a million braces', `'{'.repeat(1_000_000)`],
    ['250,000 empty documents', `'---\\n'.repeat(250_000)`],
    ['a list about as long as is read', binaries(33_000)],
    ['a list that is longer', binaries(70_000)],
  ])('takes less than 256 MiB: %s', (_title, text) => {
    const peak = peakMebibytes(text);

    expect(peak).toBeGreaterThan(30);
    expect(peak).toBeLessThan(256);
  });
});
