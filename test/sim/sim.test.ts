import { describe, expect, it } from 'vitest';
import { openChance } from './chance.ts';
import { live } from './life.ts';
import { openVirtualTime } from './virtual-time.ts';

/** What CI bears; `npm run test:sim -- --seeds 1e6` is for those with time. */
const seeds = 10_000;

/** So many tests, so that they share the machine with the others. */
const parts = 10;

describe('the life of a host', () => {
  it.for(Array.from({ length: parts }, (_, part) => part))('ends as asked and keeps every promise on its way, part %i', { timeout: 120_000 }, async (part, { task }) => {
    task.meta.faultTrials = { fault: 'anything, on a model of a host', how: 'lives by a seed: 5 % of all calls fail, lie or kill the program; others meddle', trials: seeds / parts };
    const failed: string[] = [];
    for (let seed = (part * seeds) / parts; seed < ((part + 1) * seeds) / parts; seed += 1) {
      const { violations } = await live({ seed });
      if (violations.length > 0) failed.push(`npm run test:sim -- --from ${seed} --seeds 1 --story\n  ${violations.join('\n  ')}`);
    }

    expect(failed).toEqual([]);
  });

  it('is the same for the same seed', async () => {
    const [one, other, another] = [await live({ seed: 7 }), await live({ seed: 7 }), await live({ seed: 8 })];

    expect(other).toEqual(one);
    expect(another.story).not.toEqual(one.story);
  });

  it('has something go wrong in five of a hundred calls', async () => {
    const risks = { taken: 0, bad: 0 };
    for (let seed = 0; seed < 200; seed += 1) {
      const { taken, bad } = (await live({ seed })).risks;
      Object.assign(risks, { taken: risks.taken + taken, bad: risks.bad + bad });
    }

    expect(risks.taken).toBeGreaterThan(5_000);
    expect(risks.bad / risks.taken).toBeCloseTo(0.05, 2);
  });

  it('has every fault and every deed of others in it', async () => {
    const stories: string[] = [];
    for (let seed = 0; seed < 200; seed += 1) stories.push(...(await live({ seed, faults: 0.1 })).story);
    const lines = new Set(stories.map((line) => line.replace(/^somebody: \S+: /, 'somebody: ')));

    for (const fault of ['fails', 'fails after', 'killed', 'killed after', 'lies']) expect(lines, fault).toContain(`    ${fault}`);
    expect([...lines].filter((line) => line.startsWith('somebody: '))).toHaveLength(11);
    for (const action of ['create', 'update', 'restart', 'replace', 'delete', 'none']) expect(stories.some((line) => line.includes(` ${action} (`)), action).toBe(true);
  });
});

describe('virtual time', () => {
  it('passes only when everything waits, in the order of the alarms', async () => {
    const time = openVirtualTime();
    const heard: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await time.sleep(ms);
      heard.push(`${name} ${time.nowMs - 1_000_000}`);
    };

    await time.run(Promise.all([sleeper('late', 50), sleeper('early', 10), sleeper('later', 50)]));

    expect(heard).toEqual(['early 10', 'late 50', 'later 50']);
  });

  it('says so where something waits for ever', async () => {
    await expect(openVirtualTime().run(new Promise(() => undefined))).rejects.toThrow('waits for ever');
  });
});

describe('chance', () => {
  it('is the same for a seed, and spread evenly', () => {
    const [one, other] = [openChance(3), openChance(3)];
    const numbers = Array.from({ length: 10_000 }, () => one.next());

    expect(Array.from({ length: 10_000 }, () => other.next())).toEqual(numbers);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      expect(numbers.filter((number) => Math.floor(number * 10) === tenth).length).toBeGreaterThan(850);
    }
  });
});
