import { afterEach, beforeEach, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import { badLimits, limitedFields, nonsense } from '../support/bad-limits.ts';
import { expectConverged } from '../support/disturb.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { limitCases } from '../support/limits.ts';
import { sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const rounds = 5 * Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

describeOnHost('a limit that is nonsense', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('is refused for a container that runs, and neither that one nor another gets any of what was asked', ({ task }) => {
    const chance = openChance(seed);
    const cases = limitCases.filter(({ field }) => field in limitedFields);
    const nameOf = (field: string): string => field.replaceAll('.', '-');
    const shown = (): string[] => cases.map(({ field, file }) => {
      const cgroup = host.cgroup(nameOf(field));
      return [field, readCgroup(cgroup, file), ...pidsOf(cgroup).map(startTimeOf)].join(' ');
    });
    for (const { field, before } of cases) host.write(`${nameOf(field)}.yaml`, sleeper(nameOf(field), [`  resources: ${before}`]));
    host.apply();
    const held = shown();
    expect(held.map(withoutStart)).toEqual(cases.map(({ field, held: [first] }) => `${field} ${first}`));

    for (let round = 0; round < rounds; round += 1) {
      const sound = chance.pick(cases);
      for (const { field, after } of cases) {
        const bad = limitedFields[field as keyof typeof limitedFields](chance.pick(badLimits));
        host.write(`${nameOf(field)}.yaml`, sleeper(nameOf(field), [`  resources: ${field === sound.field ? after : bad}`]));
      }
      const { status, stderr } = host.run('apply', '--yes', host.manifests);

      expect([status, shown()], `SEED=${seed}\n${stderr}`).toEqual([1, held]);
      for (const { field } of cases) if (field !== sound.field) expect(stderr).toMatch(new RegExp(`${nameOf(field)}\\.yaml:\\d+:\\d+: .*; \\S`));
    }

    for (const { field, after } of cases) host.write(`${nameOf(field)}.yaml`, sleeper(nameOf(field), [`  resources: ${after}`]));
    host.apply();
    expectConverged(host, cases.map(({ field }) => nameOf(field)));
    task.meta.faultTrials = { ...nonsense, trials: rounds * (cases.length - 1) };
  });
});

function withoutStart(line: string): string {
  return line.replace(/ \d+$/, '');
}
