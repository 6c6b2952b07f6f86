import { describe, expect, it } from 'vitest';
import { openPatience, readEnd } from '../../src/observe/end.ts';
import { name } from '../support/containers.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { openFakeHost } from '../support/fake-host.ts';

const web = name('web');
const run = { pid: 2 ** 22 + 1, startTime: 1, startedAtMs: 1_000, mounts: [] };

/** A host whose monitor is there for so many looks at it, and after so many has written the end down; `asked` counts them. */
function hostWith({ looks, writtenAfter }: { readonly looks: number; readonly writtenAfter: number }): FakeHost & { asked: number } {
  const host = { ...openFakeHost(), asked: 0 };
  Object.assign(host.runtime, { hasMonitor: () => (host.asked += 1) <= looks });
  Object.assign(host.bundles, { readExit: () => (host.asked >= writtenAfter ? { code: 0, mtimeMs: Date.now() } : undefined) });
  return host;
}

const codeIn = (host: FakeHost, patience = openPatience()): number | undefined => readEnd(host, { name: web, run, cgroup: undefined, look: { nowMs: 5_000, patience } }).exit.code;

describe('an end that is not written down yet', () => {
  it('is waited for while its monitor is there', () => {
    expect(codeIn(hostWith({ looks: Infinity, writtenAfter: 5 }))).toBe(0);
  });

  it('is one that nobody saw where its monitor goes without a word', () => {
    expect(codeIn(hostWith({ looks: 5, writtenAfter: Infinity }))).toBeUndefined();
  });

  it('is told where its monitor wrote it as the last that it did', () => {
    expect(codeIn(hostWith({ looks: 0, writtenAfter: 1 }))).toBe(0);
  });

  it('is not waited for longer than a look has patience, for all containers together', () => {
    const hosts = Array.from({ length: 20 }, () => hostWith({ looks: Infinity, writtenAfter: Infinity }));
    const [patience, fromMs] = [openPatience(), performance.now()];

    const codes = hosts.map((host) => codeIn(host, patience));

    expect(codes.filter((code) => code !== undefined)).toEqual([]);
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(100);
    expect(patience.leftMs).toBeLessThanOrEqual(0);
    const [first, ...others] = hosts.map(({ asked }) => asked);
    // A millisecond lies between two looks at least.
    expect(first).toBeLessThan(200);
    expect(Math.max(...others)).toBeLessThanOrEqual(1);
  });
});
