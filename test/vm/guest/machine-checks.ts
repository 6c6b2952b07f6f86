import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, folder, holder, limits, limitsFor, mainPid, manifest, manifestOf, parent, pids, property, run, system, until } from './service.ts';

/*
 * What befalls a whole machine, while the service keeps its containers: its clock is set, a second is put into it, its
 * memory is taken.
 */

/** How often a limit is written while there is no memory. */
const turns = 3;

// Rows of the table of faults.
const clockSet = { fault: 'the clock is set', how: 'an hour and a year ahead and back, and to 1970, in a guest, while a container waits to start again', trials: 1 };
const leapSecond = { fault: 'a leap second', how: 'put in by the kernel of a guest, while a container waits to start again', trials: 1 };
const memoryTaken = { fault: 'others take all memory of the host', how: 'a hog in a guest touches 60 MiB more than it has, again and again, while a limit is written', trials: turns };

/** What the clock is set to, one after the other, in seconds. */
const clocks: Readonly<Record<string, (now: number) => number>> = {
  'an hour ahead': (now) => now + 3_600,
  'an hour back': (now) => now - 3_600,
  'a year ahead': (now) => now + 31_536_000,
  'a year back': (now) => now - 31_536_000,
  'to 1970': () => 1_000,
};

const backoffMs = 3_000;

/**
 * How late an end may be noticed here: it is looked for ten times a second, on an emulated processor. Where the clock was
 * set while it ran, and again before the watch looked at its end, the back-off counts from its start half a second before.
 */
const noticedLateMs = 1_500;

/** It ends again and again, and is in its back-off most of the time. */
const flakyManifest = `apiVersion: reconcile/v1
kind: Container
metadata: {name: flaky}
spec:
  rootfs: {jail: {binaries: [/bin/busybox]}, readonly: true}
  process: {args: [/bin/busybox, sleep, "0.5"]}
  restart: {backoff: {initial: ${backoffMs}ms, max: ${backoffMs}ms}}
`;

/** There while it is in its back-off. */
const flakyEnd = '/run/reconcile/exits/flaky';

export async function checkClock(): Promise<void> {
  const flaky = `${folder}/flaky.yaml`;
  const [startedMs, startedS] = [performance.now(), nowS()];
  const todayS = (): number => startedS + Math.round((performance.now() - startedMs) / 1000);
  writeFileSync(flaky, flakyManifest);
  await until(() => existsSync(flakyEnd));
  const before = [pids(), limits(), mainPid()];
  for (const [title, setTo] of Object.entries(clocks)) {
    await check(`keeps to its back-off, and restarts nothing else, where the clock is set ${title}`, async () => {
      await until(() => !existsSync(flakyEnd));
      await until(() => existsSync(flakyEnd));
      const endedMs = performance.now();
      setClock(setTo(nowS()));
      await until(() => !existsSync(flakyEnd), 40_000);
      const waitedMs = Math.round(performance.now() - endedMs);
      assert.ok(waitedMs > backoffMs - noticedLateMs, `it waited ${waitedMs} ms`);
      assert.deepEqual([pids(), limits(), mainPid()], before);
    }, clockSet);
  }
  await check('goes on telling that it is alive in 1970', async () => {
    const ping = property('WatchdogTimestampMonotonic');
    await until(() => property('WatchdogTimestampMonotonic') !== ping);
    assert.equal(mainPid(), before[2]);
  });
  setClock(todayS());
  await checkLeapSecond(before);
  setClock(todayS());
  await check('deletes a container, and nothing else, once the clock is right again', async () => {
    rmSync(flaky);
    await until(() => !existsSync(`${parent}/flaky`));
    assert.deepEqual([pids(), limits(), mainPid()], before);
  });
}

/** @param before the processes, limits and watch that it must leave alone */
async function checkLeapSecond(before: readonly unknown[]): Promise<void> {
  await check('keeps to its back-off, restarts nothing else and takes a saved limit, where the kernel puts a leap second in', async () => {
    await until(() => !existsSync(flakyEnd));
    await until(() => existsSync(flakyEnd));
    const endedMs = performance.now();
    const back = until(() => !existsSync(flakyEnd), 40_000).then(() => Math.round(performance.now() - endedMs));
    const [stepMs, waitedMs] = await Promise.all([leap(), back]);
    assert.ok(Math.abs(stepMs + 1_000) < 200, `the clock went ${stepMs} ms`);
    assert.ok(waitedMs > backoffMs - noticedLateMs, `it waited ${waitedMs} ms`);
    assert.deepEqual([pids(), limits(), mainPid()], before);
    for (const mebibytes of [80, 64]) {
      writeFileSync(manifest, manifestOf(mebibytes));
      await until(() => isDeepStrictEqual(limits(), limitsFor(mebibytes)), 40_000);
    }
    assert.deepEqual([pids(), limits(), mainPid()], before);
  }, leapSecond);
}

function nowS(): number {
  return Math.round(Date.now() / 1000);
}

/** Sets the clock of the whole machine to so many seconds since 1970. */
function setClock(seconds: number): void {
  run('date', '--set', `@${seconds}`);
}

/** Of adjtimex(2). */
const clockFlags = { insertSecond: 0x10, unsynchronized: 0x40 };

/** Of adjtimex(2): a leap second is over. It stays until its flag is taken away. */
const secondInserted = 4;

/** Has the kernel put a second in before a midnight that is soon. Gives by how much that set the clock ahead, in milliseconds. */
async function leap(): Promise<number> {
  const daySeconds = 86_400;
  const before = timekeeping({ flags: clockFlags.insertSecond, setToS: Math.ceil(nowS() / daySeconds) * daySeconds - 2 });
  try {
    await until(() => timekeeping().state === secondInserted, 40_000);
    return Math.round(timekeeping().aheadMs - before.aheadMs);
  } finally {
    timekeeping({ flags: clockFlags.unsynchronized });
  }
}

/** Of clock_gettime(2), clock_settime(2) and adjtimex(2); the numbers, and where the fields lie, are those of x86_64, which every guest is. */
const timeProgram = `
  sub clock { my $time = pack("qq", 0, 0); syscall(228, $_[0], $time); my ($s, $ns) = unpack("qq", $time); $s * 1e3 + $ns / 1e6 }
  my ($set, $flags) = map { 0 + $_ } @ARGV;
  if ($set) { my $time = pack("qq", $set, 0); syscall(227, 0, $time) }
  my $timex = pack("L x36 l x164", $flags ? 0x14 : 0, $flags);
  my $state = syscall(159, $timex);
  printf("%d %f", $state, clock(0) - clock(1));
`;

/**
 * What the kernel says of its clock, after setting it and its flags where asked, as one program: between two, a slow machine
 * lets midnight pass. With flags it calls the clock exact: of one that is not, it tells that alone.
 *
 * @returns `aheadMs` of the monotonic clock
 */
function timekeeping({ flags = 0, setToS = 0 }: { readonly flags?: number; readonly setToS?: number } = {}): { readonly state: number; readonly aheadMs: number } {
  const [state = 0, aheadMs = 0] = run('perl', '-e', timeProgram, String(setToS), String(flags)).split(' ').map(Number);
  return { state, aheadMs };
}

/** Somebody on the host takes more memory than there is, and touches all of it again and again. */
const hogProgram = `
  const bytes = Number(process.argv[1]), step = 64 * 2 ** 20, blocks = [];
  for (let left = bytes; left > 0; left -= step) blocks.push(Buffer.alloc(step, 1));
  for (let turn = 0; ; turn += 1) for (const block of blocks) for (let at = 0; at < step; at += 4096) block[at] = turn;
`;

/** How much slower than the host the guest is, at worst. */
const pace = 4;

/** Percent: a guest that has the machine to itself swaps too fast for much more. */
const leastPressure = 10;

export async function checkPressure(): Promise<void> {
  await check('heals a limit within seconds while others took all memory of the host, and loses no container', async () => {
    const [before, healedMs] = [[pids(), mainPid(), kills()], [] as number[]];
    run('fallocate', '--length', '400M', '/swap');
    run('chmod', '600', '/swap');
    run('mkswap', '/swap');
    run('swapon', '/swap');
    const bytes = totalBytes() + 60 * 2 ** 20;
    run('systemd-run', '--quiet', '--unit=memory-hog', '--property=OOMScoreAdjust=1000', process.execPath, '-e', hogProgram, String(bytes));
    try {
      await until(() => fullPressure() > leastPressure);
      const pressure = fullPressure();
      for (let turn = 0; turn < turns; turn += 1) {
        const startedMs = performance.now();
        writeFileSync(`${parent}/web-0/memory.max`, 'max');
        await until(() => readFileSync(`${parent}/web-0/memory.max`, 'utf8') === `${64 << 20}\n`);
        healedMs.push(Math.round(performance.now() - startedMs));
      }
      console.log(`full memory pressure ${pressure} %, then ${fullPressure()} %; healed after ${healedMs.join(', ')} ms`);
      assert.equal(property('SubState', 'memory-hog'), 'running');
      assert.ok(Math.max(...healedMs) < 5_000 * pace, `healed after ${healedMs.join(', ')} ms`);
      assert.deepEqual([pids(), mainPid(), kills()], before);
    } finally {
      system('stop', 'memory-hog');
      run('swapoff', '/swap');
      rmSync('/swap');
    }
  }, memoryTaken);
}

function totalBytes(): number {
  return Number(/^MemTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
}

/** Percent of the last ten seconds in which all that wanted to run waited for memory. */
function fullPressure(): number {
  return Number(/^full avg10=([\d.]+)/m.exec(readFileSync('/proc/pressure/memory', 'utf8'))?.[1]);
}

/** Of the containers. */
function kills(): string {
  return readFileSync(`${holder}/memory.events`, 'utf8');
}
