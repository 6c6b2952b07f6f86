import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Place } from '../../../src/host/cgroup/mode.ts';
import { removeCgroups } from '../../../src/host/cgroup/remove.ts';

const hierarchy = { mountPoint: '/', root: '/', unified: true, controllers: [] };

/** A folder that, like a cgroup with processes, cannot be removed until `empty` is called. */
function openBusyFolder(): { readonly place: Place; empty(): void; fill(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'cgroup-'));
  onTestFinished(() => { rmSync(dir, { recursive: true, force: true }); });
  mkdirSync(join(dir, 'child'));
  const file = join(dir, 'child', 'cgroup.procs');
  const fill = (): void => { if (existsSync(join(dir, 'child'))) writeFileSync(file, '4194304\n'); };
  fill();
  return { place: { dir, hierarchy }, empty: () => { rmSync(file, { force: true }); }, fill };
}

describe('removing a cgroup', () => {
  it('kills in every round until it is empty, and removes what lies below it too', async () => {
    const { place, empty } = openBusyFolder();
    let rounds = 0;
    const kill = (places: readonly Place[]): void => {
      expect(places).toEqual([place]);
      rounds += 1;
      if (rounds === 3) empty();
    };

    await removeCgroups({ name: 'web', places: [place], kill, timeoutMs: 5_000 });

    expect(rounds).toBe(3);
    expect(existsSync(place.dir)).toBe(false);
  });

  it('looks again right after it killed, also once it waits long: somebody may go on filling it', async () => {
    const { place, empty, fill } = openBusyFolder();
    let rounds = 0;
    const kill = (): void => {
      rounds += 1;
      if (rounds < 7) return;
      empty();
      setTimeout(fill, 20);
    };

    await removeCgroups({ name: 'web', places: [place], kill, timeoutMs: 2_000 });

    expect(rounds).toBeLessThan(10);
    expect(existsSync(place.dir)).toBe(false);
  });

  it('ends with the processes that are left once its time is over', async () => {
    const { place } = openBusyFolder();

    const removal = removeCgroups({ name: 'web', places: [place], kill: () => undefined, timeoutMs: 5 });

    await expect(removal).rejects.toMatchObject({ code: 'ERR_CGROUP_BUSY', retryable: true, message: /busy after 5 ms/ });
  });

  it('ends at once where it is told to stop', async () => {
    const { place } = openBusyFolder();
    const signal = AbortSignal.abort(new Error('stopped'));

    const removal = removeCgroups({ name: 'web', places: [place], kill: () => undefined, timeoutMs: 5_000, signal });

    await expect(removal).rejects.toThrow('stopped');
  });
});
