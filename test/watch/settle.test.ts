import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Edits } from '../../src/watch/edits.ts';
import { openSettle } from '../../src/watch/settle.ts';
import type { Settle } from '../../src/watch/settle.ts';
import { name } from '../support/containers.ts';

const [web, db] = [name('web'), name('db')];

/** A save of `file` that asks for these differently, and no more for those that end in "-". */
function save(file: string, ...names: readonly string[]): Edits {
  const containers = names.map((text) => ({ name: name(text.replace(/-$/, '')), file, gone: text.endsWith('-') }));
  return { files: [file], containers };
}

let settle: Settle;
beforeEach(() => { settle = openSettle(500); });

/** Saves the same file every 100 ms. */
function saveAgain(edits: Edits, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 100) settle.edited(edits, nowMs);
}

describe('a container', () => {
  it('is settled when a watch starts, and where nothing was edited', () => {
    expect(settle.isSettled(web, 0)).toBe(true);
    expect(settle.goneDueMs()).toBeUndefined();

    settle.edited({ files: [], containers: [] }, 1_000);

    expect(settle.isSettled(web, 1_000)).toBe(true);
  });

  it('is settled once nothing has been edited for long enough', () => {
    settle.edited(save('web.yaml', 'web'), 1_000);
    settle.edited(save('other.yaml'), 1_200);

    expect([settle.isSettled(web, 1_699), settle.isSettled(web, 1_700)]).toEqual([false, true]);
    expect(settle.dueMs(web)).toBe(1_700);
  });

  it('that moves from one file to another stays guarded while a long checkout goes on with others', () => {
    settle.edited(save('old.yaml', 'web-'), 0);
    for (let file = 1; file < 100; file += 1) settle.edited(save(`${file}.yaml`), file * 400);

    expect(settle.isSettled(web, 39_600)).toBe(false);
    expect(settle.goneDueMs()).toBe(40_100);
    settle.edited(save('new.yaml', 'web'), 39_700);

    expect(settle.goneDueMs()).toBeUndefined();
    expect([settle.isSettled(web, 40_199), settle.isSettled(web, 40_200)]).toEqual([false, true]);
  });

  it('waits ten seconds for a file of others that is saved without end, and then goes by its own', () => {
    saveAgain(save('noise.yaml', 'db'), { fromMs: 0, toMs: 5_000 });
    settle.edited(save('web.yaml', 'web-'), 5_050);
    saveAgain(save('noise.yaml', 'db'), { fromMs: 5_100, toMs: 20_000 });

    expect([settle.isSettled(web, 9_999), settle.isSettled(web, 10_000)]).toEqual([false, true]);

    settle.judged(20_000);
    settle.edited(save('cache.yaml', 'cache-'), 20_050);
    saveAgain(save('noise.yaml', 'db'), { fromMs: 20_100, toMs: 20_500 });
    expect([settle.isSettled(name('cache'), 20_549), settle.isSettled(name('cache'), 20_550)]).toEqual([false, true]);
  });

  it('is guarded anew by its own time each time it goes, however long another file has been noisy', () => {
    saveAgain(save('noise.yaml', 'db'), { fromMs: 0, toMs: 30_000 });

    settle.edited(save('web.yaml', 'web-'), 30_050);
    settle.edited(save('web.yaml', 'web'), 30_450);
    settle.edited(save('web.yaml', 'web-'), 30_540);

    expect([settle.isSettled(web, 31_039), settle.isSettled(web, 31_040)]).toEqual([false, true]);
  });

  it('waits for the file that asks for it, although that is saved without end, for a minute since its own edit', () => {
    saveAgain(save('both.yaml', 'db'), { fromMs: 0, toMs: 30_000 });
    settle.edited(save('both.yaml', 'web', 'db'), 30_050);
    saveAgain(save('both.yaml', 'db'), { fromMs: 30_100, toMs: 90_000 });

    expect([settle.isSettled(web, 90_049), settle.isSettled(web, 90_050)]).toEqual([false, true]);
  });

  it('that is asked for differently each time is judged about once a minute', () => {
    const judgedAtMs: number[] = [];
    for (let nowMs = 0; nowMs <= 200_000; nowMs += 100) {
      settle.edited(save('web.yaml', 'web'), nowMs);
      if (!settle.isSettled(web, nowMs)) continue;
      judgedAtMs.push(nowMs);
      settle.judged(nowMs, new Set([web]));
    }

    expect(judgedAtMs).toEqual([60_000, 120_100, 180_200]);
  });

  it('that comes and goes is deleted only when it stayed away for long enough, not because a minute is over', () => {
    for (let nowMs = 0; nowMs < 70_000; nowMs += 200) {
      settle.edited(save('web.yaml', 'web'), nowMs);
      settle.edited(save('web.yaml', 'web-'), nowMs + 100);

      expect(settle.isSettled(web, nowMs + 199)).toBe(false);
    }
  });

  it('waits no longer than a minute where each time another file is saved', () => {
    settle.edited(save('web.yaml', 'web-'), 0);
    for (let file = 1; file <= 600; file += 1) settle.edited(save(`${file}.yaml`), file * 100);

    expect([settle.isSettled(web, 59_999), settle.isSettled(web, 60_000)]).toEqual([false, true]);
  });

  it('begins anew after a pause', () => {
    saveAgain(save('web.yaml', 'web'), { fromMs: 0, toMs: 59_000 });

    settle.edited(save('web.yaml', 'web'), 61_100);

    expect([settle.isSettled(web, 61_599), settle.isSettled(web, 61_600)]).toEqual([false, true]);
  });
});

describe('what is gone', () => {
  it('stays to be judged until somebody has looked at everything', () => {
    settle.edited(save('web.yaml', 'web-'), 0);
    settle.edited(save('db.yaml', 'db-'), 100);

    settle.judged(599, new Set([web, db]));
    expect(settle.goneDueMs()).toBe(600);
    settle.judged(599);
    expect(settle.goneDueMs()).toBe(600);
    settle.judged(600);
    expect(settle.goneDueMs()).toBeUndefined();
  });
});

/** Saves of files, one of them most often, that ask for three containers: each so long after the one before, with or without the container. */
const saves = fc.array(
  fc.record({
    afterMs: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 50, max: 300 }) }, fc.integer({ min: 1, max: 900 })),
    file: fc.oneof({ weight: 20, arbitrary: fc.constant('noise') }, fc.constantFrom('a', 'b')),
    container: fc.constantFrom('web', 'db', 'cache', undefined),
    gone: fc.boolean(),
    judged: fc.boolean(),
  }),
  { minLength: 200, maxLength: 400 },
);

describe('whatever is saved and when', () => {
  it('what is gone or different is judged half a second after its own edit at the soonest, and at the latest half a second after the last of all, or a minute after its own', () => {
    fc.assert(
      fc.property(saves, (story) => {
        const all = openSettle(500);
        const own = new Map<string, { firstMs: number; lastMs: number; gone: boolean }>();
        let nowMs = 0;
        for (const { afterMs, file, container, gone, judged } of story) {
          nowMs += afterMs;
          all.edited({ files: [file], containers: container === undefined ? [] : [{ name: name(container), file, gone }] }, nowMs);
          if (container !== undefined) own.set(container, { firstMs: own.get(container)?.firstMs ?? nowMs, lastMs: nowMs, gone });

          for (const [text, { firstMs, lastMs, gone: away }] of own) {
            const dueMs = all.dueMs(name(text));
            expect(dueMs).toBeLessThanOrEqual(nowMs + 500);
            expect(dueMs).toBeLessThanOrEqual(lastMs + 60_000);
            if (away || dueMs < firstMs + 60_000) expect(dueMs).toBeGreaterThanOrEqual(lastMs + 500);
            if (judged && all.isSettled(name(text), nowMs)) own.delete(text);
          }
          if (judged) all.judged(nowMs);
        }
      }),
    );
  });
});
