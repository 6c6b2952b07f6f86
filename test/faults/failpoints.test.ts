import { basename, dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { soon } from '../support/disturb.ts';
import { defect, listBoundaries, onceASite, runWith, withoutLock } from '../support/failpoint-runs.ts';
import type { Boundary } from '../support/failpoints.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { entry } from '../support/program.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

interface Scenario {
  readonly before?: string;
  /** None: the manifest goes. */
  readonly after?: string;
  readonly command: readonly string[];
  readonly left: readonly string[];
}

const web = (...lines: readonly string[]): string => sleeper('web', [soon, ...lines]);
const apply = ['apply', '--yes', '--allow-prune', 'manifests'];
const manyLimits = '  resources: {pids: {max: 60}, memory: {max: 64Mi}, cpu: {max: 0.5, weight: 200}}';

const scenarios: Readonly<Record<string, Scenario>> = {
  'a create': { after: web(manyLimits), command: apply, left: ['web'] },
  'a resize': { before: web(), after: web(manyLimits), command: apply, left: ['web'] },
  'a restart': { before: web(), after: web('  hostname: other'), command: apply, left: ['web'] },
  'a replacement': { before: web(), after: web().replace('[/bin/busybox]}}', '[/bin/busybox, /bin/sh]}}'), command: apply, left: ['web'] },
  'a deletion': { before: web(), command: apply, left: [] },
  'a destroy': { before: web(), after: web(), command: ['destroy', '--yes', 'web'], left: ['web'] },
};

/** Reads of the program itself and of what node does by itself are another matter: without them nothing runs. */
const isOfState = ({ site, subject }: Boundary): boolean => !site.endsWith('unknown') && dirname(subject) !== dirname(entry) && !subject.includes('/code-cache/');

/** Files of one folder are one place, and so are those of all processes. */
const placeOf = ({ subject }: Boundary): string => basename(dirname(subject)).replaceAll(/[0-9a-f]{16,}|\d+/g, '#');

/** How often each call is tried; without TRIALS each site is, once, in the first scenario that comes by it. */
const trials = Number(process.env['TRIALS'] ?? 0);

/** A scenario has up to 150 calls, and a trial at one of them takes up to two seconds on a machine that is busy. */
const timeoutMs = within(180_000 + 300_000 * trials);

const chosen = (boundaries: readonly Boundary[], seen: Set<string>): readonly Boundary[] =>
  trials === 0 ? onceASite(boundaries, seen) : Array.from({ length: trials }, () => boundaries).flat();

const killed = new Set<string>();
const failed = new Set<string>();
const unread = new Set<string>();

describeOnHost('at each call that leaves the program', () => {
  let host: Instance;
  let bystander: string | undefined;
  beforeEach(() => {
    host = openInstance();
    host.write('other.yaml', sleeper('other', [soon]));
    host.apply();
    bystander = startTimeOf(host.pid('other'));
  });
  afterEach(() => host.close());

  const prepare = ({ before, after }: Scenario): void => {
    if (before === undefined) host.run('destroy', '--yes', 'web');
    else {
      host.write('web.yaml', before);
      host.apply('--allow-prune');
    }
    if (after === undefined) host.remove('web.yaml');
    else host.write('web.yaml', after);
  };

  /** One run later nothing is left of what went wrong, and the one after that changes nothing. */
  const expectMended = (left: readonly string[], where: string): void => {
    const { status, stdout, stderr } = host.run('apply', '--yes', '--allow-prune', host.manifests);
    expect([status, misfits(host, ['other', ...left]).join('\n')], `${where}\n${stdout}${stderr}`).toEqual([0, '']);
    expect(startTimeOf(host.pid('other')), where).toBe(bystander);
    const { boundaries } = listBoundaries(host, apply);
    expect(withoutLock(boundaries, host).map(({ site }) => site), where).toEqual([]);
  };

  /** Every call of the scenario, where nothing goes wrong. */
  const listAll = ({ command, left }: Scenario): readonly Boundary[] => {
    const { result, boundaries } = listBoundaries(host, command);
    expect([result.status, boundaries.length > 3], result.stderr).toEqual([0, true]);
    expectMended(left, 'undisturbed');
    return boundaries;
  };

  it.for(Object.entries(scenarios))('%s that is killed is taken up by the next run', { timeout: timeoutMs }, ([, scenario], { task }) => {
    prepare(scenario);
    const calls = chosen(listAll(scenario), killed);
    task.meta.faultTrials = { fault: 'reconcile is killed', how: 'SIGKILL of itself right before one of its calls to the outside', trials: calls.length };
    for (const { number, site, subject } of calls) {
      prepare(scenario);
      const where = `killed at ${number}: ${site} ${subject}`;
      expect(runWith(host, { at: number, action: 'kill' }, scenario.command).signal, where).toBe('SIGKILL');
      expectMended(scenario.left, where);
    }
  });

  it.for(Object.entries(scenarios))('%s in which a call fails says so, and is taken up by the next run', { timeout: timeoutMs }, ([, scenario], { task }) => {
    prepare(scenario);
    const all = listAll(scenario);
    const calls = chosen(all, failed);
    task.meta.faultTrials = { fault: 'a file, a cgroup or a program refuses', how: 'EIO, ENOSPC or EROFS in place of one of its calls to the outside', trials: calls.length };
    for (const [index, { number, site, subject }] of calls.entries()) {
      prepare(scenario);
      // Another one for the same call each time round.
      const errno = ['EIO', 'ENOSPC', 'EROFS'][(number + Math.floor(index / all.length)) % 3] ?? '';
      const where = `${errno} at ${number}: ${site} ${subject}`;
      const { status, stdout, stderr } = runWith(host, { at: number, action: 'fail', errno }, scenario.command);
      expect([0, 1], `${where}\n${stdout}${stderr}`).toContain(status);
      expect(`${stdout}${stderr}`, where).not.toMatch(defect);
      expectMended(scenario.left, where);
    }
  });

  it.for(Object.entries(scenarios))('%s in which a read fails touches nothing that it does not know, and is taken up by the next run', { timeout: timeoutMs }, ([, scenario], { task }) => {
    prepare(scenario);
    const reads = listBoundaries(host, scenario.command, 'reads').boundaries.filter(isOfState).map((read) => ({ ...read, site: `${read.site} ${placeOf(read)}` }));
    expectMended(scenario.left, 'undisturbed');
    const calls = chosen(reads, unread);
    task.meta.faultTrials = { fault: 'a file or a cgroup cannot be read', how: 'EIO, ENOMEM, EACCES or EMFILE in place of one of its reads', trials: calls.length };
    for (const [index, { number, site, subject }] of calls.entries()) {
      prepare(scenario);
      const errno = ['EIO', 'ENOMEM', 'EACCES', 'EMFILE'][(number + Math.floor(index / reads.length)) % 4] ?? '';
      const where = `${errno} at read ${number}: ${site} ${subject}`;
      const { status, stdout, stderr } = runWith(host, { of: 'reads', at: number, action: 'fail', errno }, scenario.command);
      expect([0, 1], `${where}\n${stdout}${stderr}`).toContain(status);
      expect(`${stdout}${stderr}`, where).not.toMatch(defect);
      expect(startTimeOf(host.pid('other')), `${where}\n${stdout}${stderr}`).toBe(bystander);
      const next = host.run('apply', '--yes', '--allow-prune', host.manifests);
      expect([next.status, misfits(host, ['other', ...scenario.left]).join('\n')], `${where}\n${next.stdout}${next.stderr}`).toEqual([0, '']);
    }
    expectMended(scenario.left, 'after all');
  });

  const reported = (most: number): string => sleeper('web', [soon, `  resources: {pids: {max: ${most}}}`, '  drift: {paths: {resources.pids: report}}']);
  const killedAt = (call: Boundary): void => { expect(runWith(host, { at: call.number, action: 'kill' }, apply).signal, call.site).toBe('SIGKILL'); };

  /** Writes of a limit that others may change, each cut off at a call: what the kernel then holds, before the first value is put back. */
  const cutOffAtEach = (calls: readonly Boundary[], before: (call: Boundary) => void): string[] =>
    calls.map((call) => {
      prepare({ before: reported(50), after: reported(60), command: apply, left: ['web'] });
      before(call);
      const held = readCgroup(host.cgroup('web'), 'pids.max');
      host.write('web.yaml', reported(50));
      host.apply();
      expect(readCgroup(host.cgroup('web'), 'pids.max'), call.site).toBe('50');
      return held;
    });

  it('a limit that is only reported where others change it is known for our own, wherever its writing was cut off, once or twice', ({ task }) => {
    const scenario = { before: reported(50), after: reported(60), command: apply, left: ['web'] };
    prepare(scenario);
    const calls = listAll(scenario);
    const last = calls.at(-1) as Boundary;
    task.meta.faultTrials = { fault: 'reconcile is killed', how: 'SIGKILL of itself right before one of its calls to the outside', trials: 2 * calls.length };

    expect(new Set(cutOffAtEach(calls, killedAt))).toEqual(new Set(['50', '60']));
    const twice = cutOffAtEach(calls, (call) => {
      killedAt(last);
      host.write('web.yaml', reported(70));
      killedAt(call);
    });
    expect(new Set(twice)).toEqual(new Set(['60', '70']));
  });

  const slow = Object.entries(scenarios).filter(([title]) => trials > 0 || title === 'a replacement' || title === 'a destroy');

  it.for(slow)('%s in which every call is slow ends as if none were', ([, scenario], { task }) => {
    prepare(scenario);
    task.meta.faultTrials = { fault: 'everything outside is slow', how: '20 ms before each of its calls to the outside', trials: 1 };

    const { status, stdout, stderr } = runWith(host, { action: 'delay', delayMs: 20 }, scenario.command);

    expect(status, `${stdout}${stderr}`).toBe(0);
    expectMended(scenario.left, 'slow');
  });
});
