import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runtimeProgram, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { misfits } from '../support/remains.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import type { Chance } from '../sim/chance.ts';
import { openChance } from '../sim/chance.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

describeOnHost('what the runtime keeps of a container', () => {
  let host: Instance;
  let bystander: ChildProcess;
  beforeEach(() => {
    host = openInstance();
    bystander = spawn('sleep', ['4242.5'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    bystander.kill('SIGKILL');
    await host.close();
  });

  /** Not the fifo, which would be waited for. None where an earlier damage removed them. */
  const filesOf = (folder: string): string[] =>
    existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)).filter((path) => statSync(path).isFile()) : [];

  const damages: Readonly<Record<string, (name: string, chance: Chance) => void>> = {
    'emptied': (name) => { for (const file of stateOf(name)) truncateSync(file); },
    'cut off': (name, chance) => { for (const file of stateOf(name)) truncateSync(file, chance.below(statSync(file).size)); },
    'removed': (name) => { rmSync(join(host.root, 'runtime', name), { recursive: true, force: true }); },
    'filled with nonsense': (name, chance) => {
      for (const file of stateOf(name)) writeFileSync(file, Buffer.from(Array.from({ length: chance.below(400) }, () => chance.below(256))));
    },
    // As if the kernel had given the pid to that one, with its own start time, so that the runtime itself takes it for the container.
    "about another's process": (name) => {
      for (const file of stateOf(name)) writeFileSync(file, withProcess(readFileSync(file, 'utf8'), bystander.pid ?? 0));
      for (const file of ['pid', 'conmon.pid']) writeFileSync(join(host.root, 'bundles', name, file), String(bystander.pid));
    },
  };

  const stateOf = (name: string): string[] => filesOf(join(host.root, 'runtime', name));

  it.for(trials > 1 ? ['crun', 'runc'] : [runtimeProgram])('may be damaged in any way: the container runs on, starts again, and is destroyed, and a stranger is not signalled (%s)', { timeout: timeoutMs }, async (runtime, { task }) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
    const chance = openChance(seed);
    task.meta.faultTrials = { fault: 'what the runtime keeps is damaged', how: "emptied, cut off, removed, random bytes, a bystander's pid, by a seed", trials: 2 * names.length * trials };
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));
    for (let trial = 0; trial < trials; trial += 1) {
      host.apply('--runtime', runtime);
      const before = new Map(names.map((name) => [name, pidsOf(host.cgroup(name))[0] ?? 0]));
      const where = `SEED=${seed} trial ${trial}: ${damageAll(chance)}`;
      const ended = names.filter(() => chance.happens(0.5));
      for (const name of ended) process.kill(before.get(name) ?? 0, 'SIGKILL');
      await eventually(() => { expect(ended.filter((name) => isAlive(before.get(name) ?? 0))).toEqual([]); });

      const { stdout } = host.apply('--runtime', runtime);

      for (const name of names) expect(pidsOf(host.cgroup(name))[0] === before.get(name), `${where}; ${name} of ${before.get(name)}\n${stdout}`).toBe(!ended.includes(name));
      expect(misfits(host, names).filter((misfit) => !misfit.startsWith('runtime states')), where).toEqual([]);
      expect(host.apply('--runtime', runtime).stdout, where).toMatch(/No changes\.\n$/);
      const again = `${where}; then ${damageAll(chance)}`;
      expect(host.run('destroy', '--yes', '--runtime', runtime).status, again).toBe(0);
      expect(host.leftovers(), again).toEqual([]);
      expect(startTimeOf(bystander.pid ?? 0), again).toBeDefined();
      expect([bystander.exitCode, bystander.signalCode, isAlive(bystander.pid ?? 0)], again).toEqual([null, null, true]);
    }
  });

  /** Each damage at least once, each time to other containers. */
  function damageAll(chance: Chance): string {
    const kinds = Object.keys(damages);
    const first = chance.below(kinds.length);
    return names.map((name, index) => {
      const damage = kinds[(first + index) % kinds.length] ?? '';
      damages[damage]?.(name, chance);
      return `${name} ${damage}`;
    }).join(', ');
  }
});

/** The state of crun or runc, with another process in the place of the container's. */
function withProcess(text: string, pid: number): string {
  const started = Number(startTimeOf(pid));
  return text
    .replace(/("(?:pid|init_process_pid)"\s*:\s*)\d+/g, `$1${pid}`)
    .replace(/("(?:process-start-time|init_process_start)"\s*:\s*)\d+/g, `$1${started}`);
}
