import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, it } from 'vitest';
import { isProgram } from './is-program.ts';

export interface Needs {
  readonly root?: boolean;
  readonly cgroup?: 'unified' | 'hybrid' | 'legacy';
  readonly programs?: readonly string[];
}

/**
 * The `describe` for tests that need something of the host: `requires({ root: true })('resize', () => { … })`.
 * Where a need is not met the tests are skipped, with the reason in their title; with STRICT=1 they fail by it.
 * Tests for another cgroup mode than this host's are always skipped: there is a lane for them.
 */
export function requires(needs: Needs): (title: string, body: () => void) => void {
  if (needs.cgroup !== undefined && needs.cgroup !== cgroupMode()) return (title, body) => void describe.skip(title, body);
  const unmet = unmetNeeds(needs);
  if (unmet.length === 0) return (title, body) => void describe(title, body);

  const reason = `needs ${unmet.join(', ')}`;
  if (process.env['STRICT'] !== '1') return (title, body) => void describe.skip(`${title} [${reason}]`, body);
  return (title, body) =>
    void describe(title, () => {
      beforeEach(() => {
        throw new Error(`STRICT=1: this test ${reason}`);
      });
      body();
    });
}

/** The `it` for what neither cgroups nor the runtime have a part in: one lane, that of the host as it is, shows it. */
export const itOnce = it.skipIf(process.env['LANE'] !== undefined);

/** What this host lacks, in words. */
export function unmetNeeds(needs: Needs): readonly string[] {
  const unmet: string[] = [];
  if (needs.root === true && process.getuid?.() !== 0) unmet.push('root');
  for (const program of needs.programs ?? []) if (!isOnPath(program)) unmet.push(program);
  return unmet;
}

function cgroupMode(): string {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'unified';
  return existsSync('/sys/fs/cgroup/unified/cgroup.controllers') ? 'hybrid' : 'legacy';
}

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => isProgram(join(folder, program)));
}
