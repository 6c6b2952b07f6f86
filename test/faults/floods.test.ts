import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, inLane } from '../support/disturb.ts';
import { bytesWrittenBy, costsOf, fewestDescriptors } from '../support/costs.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { mode, mountsBelow, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { initsOf } from '../support/inits.ts';
import { within } from '../support/pace.ts';
import { commandLine } from '../support/program.ts';
import type { CommandResult } from '../support/program.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

/** `TRIALS=10 npm run test:chaos` holds each flood ten times as long. */
const rounds = Math.max(1, Number(process.env['TRIALS'] ?? 1));

/** Lines of two bytes cost conmon most, and a busy machine leaves it little. */
const floodedWithinMs = 120_000;
const resizedWithinMs = 1_000;
const answeredWithinMs = 5_000;
const removedWithinMs = 20_000;
const mostGrowthMb = 30;

/** Of a command whose output nobody reads: node itself takes most of it. */
const mostReaderMb = 120;

const fault = 'a container floods the host';
const how = 'it logs, forks, makes files, takes memory or ends as fast as it can, or an exec in it prints without end, while another is resized';

/** conmon starts a log anew at 16 MiB; it may be one read further by then. */
const mostLogBytes = 17 * 2 ** 20;

/** What the container does once it is told to begin, and again each time it starts anew. */
interface Flood {
  readonly title: string;
  readonly script: string;
  readonly lines?: readonly string[];
  /** How much of it there has been, by what the kernel shows. */
  amount(host: Instance): number;
  /** It is a flood from here on. */
  readonly enough: number;
  /** A command that answers nevertheless. */
  readonly asked: readonly string[];
  /** What must hold all the time. */
  holds?(host: Instance): void;
}

const oomKills = (host: Instance): number =>
  Number(/^oom_kill (\d+)$/m.exec(readCgroup(host.cgroup('flood'), mode === 'unified' ? 'memory.events' : 'memory.oom_control'))?.[1]);

const refusedForks = (host: Instance): number => Number(/^max (\d+)$/m.exec(readCgroup(host.cgroup('flood'), 'pids.events'))?.[1]);

const logged = {
  amount: (host: Instance) => bytesWrittenBy(monitorOf(host, 'flood')),
  enough: 4 * mostLogBytes,
  holds(host: Instance) {
    expect(statSync(join(host.data, 'logs', 'flood.log')).size).toBeLessThan(mostLogBytes);
    expect(costsOf(monitorOf(host, 'flood')).rssMb).toBeLessThan(10);
  },
};

const filesInAll = 10_000;

const floods: readonly Flood[] = [
  { title: 'prints lines as fast as it can', script: 'exec /bin/busybox yes', asked: ['status'], ...logged },
  { title: 'prints without ever ending a line', script: 'exec /bin/busybox cat /dev/zero', asked: ['plan', 'manifests'], ...logged },
  {
    title: 'forks as fast as it can',
    script: `exec /bin/busybox awk 'BEGIN { while (1) system("/bin/busybox sleep 1 &") }'`,
    lines: ['  resources: {pids: {max: 64}, cpu: {max: 0.5}}'],
    amount: (host) => refusedForks(host),
    enough: 100,
    asked: ['status'],
    holds: (host) => { expect(pidsOf(host.cgroup('flood')).length).toBeLessThanOrEqual(64); },
  },
  {
    title: 'makes files as fast as it can, until no more fit below --data',
    script: 'while :; do count=$((count + 1)); : > /file-$count; done',
    amount: (host) => filesInAll - statfsSync(host.data).ffree,
    enough: filesInAll,
    asked: ['plan', 'manifests'],
  },
  {
    title: 'takes memory beyond its limit, again and again',
    script: 'while :; do /bin/busybox tail /dev/zero; done',
    lines: ['  resources: {memory: {max: 16Mi, swap: {max: 0}}}'],
    amount: oomKills,
    enough: 5,
    asked: ['status'],
  },
  {
    title: 'ends at once, again and again',
    script: 'exit 1',
    lines: ['  restart: {backoff: {initial: 10ms, max: 10ms}}'],
    amount: (host) => readFileSync(join(host.data, 'layers/flood/upper/begun'), 'utf8').length,
    enough: 10,
    asked: ['plan', 'manifests'],
  },
];

/** A line of shell that waits for SIGUSR1 the first time it runs. */
const onceTold = (script: string): string =>
  `if [ ! -e /begun ]; then trap told=1 USR1; until [ -n "$told" ]; do /bin/busybox sleep 0.05; done; fi; echo -n x >> /begun; ${script}`;

describeOnHost('a container that', () => {
  let host: Instance;
  let watching: Watcher | undefined;
  beforeEach(() => {
    host = openInstance();
    watching = undefined;
    mkdirSync(host.data);
    inLane('mount', '-t', 'tmpfs', '-o', `size=128m,nr_inodes=${filesInAll}`, 'tmpfs', host.data);
  });
  afterEach(async () => {
    await watching?.stop('SIGKILL');
    host.run('destroy', '--yes');
    if (mountsBelow(host.data).length > 0) inLane('umount', host.data);
    await host.close();
  });

  const init = (name: string): number => initsOf(host, name)[0] ?? 0;
  let max = 64;

  /** Gives how long it took until the kernel had it. */
  async function resizeNeighbour(): Promise<void> {
    max += 1;
    const saved = performance.now();
    host.write('good.yaml', sleeper('good', [`  resources: {pids: {max: ${max}}}`]));
    await eventually(() => { expect(readCgroup(host.cgroup('good'), 'pids.max')).toBe(String(max)); }, 10_000);
    expect(performance.now() - saved).toBeLessThan(within(resizedWithinMs));
  }

  async function startWith(flood: string): Promise<Watcher> {
    host.write('flood.yaml', flood);
    host.write('good.yaml', sleeper('good', [`  resources: {pids: {max: ${max}}}`]));
    watching = host.watch('--resync', '1s');
    await watching.until(/watching/i);
    await resizeNeighbour();
    return watching;
  }

  it.for(floods)('$title hurts itself alone, and leaves nothing', { timeout: floodedWithinMs + within(60_000) }, async ({ title, script, lines = [], amount, enough, asked, holds }, { task }) => {
    task.meta.faultTrials = { fault, how, trials: rounds };
    const watcher = await startWith(shell('flood', onceTold(script), lines).replace('[/bin/busybox]', '[/bin/busybox, /bin/sh]'));
    const pid = watcher.child.pid ?? 0;
    const [before, descriptors, started] = [costsOf(pid), await fewestDescriptors(pid), startTimeOf(init('good'))];

    process.kill(init('flood'), 'SIGUSR1');
    await eventually(() => { expect(amount(host)).toBeGreaterThanOrEqual(enough); }, floodedWithinMs);
    for (let round = 0; round < rounds; round += 1) {
      await resizeNeighbour();
      holds?.(host);
      expect(costsOf(pid).rssMb, title).toBeLessThan(before.rssMb + mostGrowthMb);
      await delay(100);
    }
    await expect.poll(() => fewestDescriptors(pid), { timeout: within(20_000) }).toBe(descriptors);
    expectAnswer(asked);

    host.remove('flood.yaml');
    // As long as manifests are saved, nothing is deleted; from here on it is.
    await eventually(() => { expect(existsSync(join(host.data, 'layers/flood'))).toBe(false); });
    const deadline = performance.now() + within(removedWithinMs);
    do {
      await resizeNeighbour();
      expect(costsOf(pid).rssMb, title).toBeLessThan(before.rssMb + mostGrowthMb);
    } while (misfits(host, ['good']).length > 0 && performance.now() < deadline);
    // The jail goes last.
    await eventually(() => { expect(misfits(host, ['good']).join('\n')).toBe(''); });
    expect(statfsSync(host.data).ffree).toBeGreaterThan(filesInAll - 100);
    expect(startTimeOf(init('good'))).toBe(started);
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, ['good']);
  });

  it('floods its log is read to where it was when somebody asked, by a reader of bounded memory', { timeout: floodedWithinMs + within(60_000) }, async ({ task }) => {
    task.meta.faultTrials = { fault, how, trials: 1 };
    host.write('flood.yaml', shell('flood', 'exec /bin/busybox yes'));
    host.apply();
    await eventually(() => { expect(bytesWrittenBy(monitorOf(host, 'flood'))).toBeGreaterThan(mostLogBytes); }, floodedWithinMs);

    // For some 2 ms in each 16 MiB the log is empty: conmon begins it anew, and what it held is lost.
    expect(expectAnswer(['logs', 'flood', '--tail', '10']).stdout).toMatch(/^(y\n){0,10}$/);

    const pid = init('flood');
    process.kill(pid, 'SIGSTOP');
    await untilStill(() => monitorOf(host, 'flood'));
    expect(expectAnswer(['logs', 'flood', '--tail', '10']).stdout).toMatch(/^(y\n){1,10}$/);
    process.kill(pid, 'SIGCONT');

    const reader = startUnread('logs', '--follow', 'flood');
    await untilStill(() => reader.pid);
    expect(costsOf(reader.pid ?? 0).rssMb).toBeLessThan(mostReaderMb);
    expect(await endUnread(reader)).toBe(0);
  });

  it('is asked for output without end by an exec waits for the reader, and ends with it', async ({ task }) => {
    task.meta.faultTrials = { fault, how, trials: 1 };
    const watcher = await startWith(sleeper('flood'));
    const pid = watcher.child.pid ?? 0;
    const [before, descriptors, started] = [costsOf(pid), await fewestDescriptors(pid), ['good', 'flood'].map((name) => startTimeOf(init(name)))];

    const reader = startUnread('exec', 'flood', '--', '/bin/busybox', 'yes');
    await untilStill(() => pidsOf(host.cgroup('flood')).find((inside) => inside !== init('flood')));
    await resizeNeighbour();
    expect(costsOf(reader.pid ?? 0).rssMb).toBeLessThan(mostReaderMb);
    expect(await endUnread(reader)).not.toBe(0);

    await eventually(() => { expect(pidsOf(host.cgroup('flood')).length).toBe(1); });
    expect(readdirSync(join(host.root, 'bundles/flood')).filter((file) => file.startsWith('exec-'))).toEqual([]);
    expect(costsOf(pid).rssMb).toBeLessThan(before.rssMb + mostGrowthMb);
    await expect.poll(() => fewestDescriptors(pid), { timeout: within(20_000) }).toBe(descriptors);
    expect(['good', 'flood'].map((name) => startTimeOf(init(name)))).toEqual(started);
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, ['good', 'flood']);
  });

  /** A command of this instance whose output nobody reads: what it prints stays in the pipe. */
  function startUnread(command: string, ...args: readonly string[]): ChildProcess {
    const [program = '', ...first] = commandLine;
    return spawn(program, [...first, command, ...host.flags, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** Resolves once a process has written something, and no more for a while: it waits for its reader. */
  async function untilStill(pid: () => number | undefined): Promise<void> {
    let written = 0;
    await eventually(() => {
      const before = written;
      written = bytesWrittenBy(pid() ?? 0);
      spawnSync('sleep', ['0.1']);
      expect(written).toBeGreaterThan(2 ** 15);
      expect(written).toBe(before);
    });
  }

  /** Its reader goes. Gives the exit status. */
  async function endUnread(child: ChildProcess): Promise<number | null> {
    const told = performance.now();
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdout?.destroy();
    const status = await ended;
    expect(performance.now() - told).toBeLessThan(within(resizedWithinMs));
    return status;
  }

  function expectAnswer(command: readonly string[]): CommandResult {
    const asked = performance.now();
    const result = host.run(...command);
    expect(result.status, `${command.join(' ')}: ${result.stderr}`).toBe(0);
    expect(performance.now() - asked).toBeLessThan(within(answeredWithinMs));
    return result;
  }
});
