import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import type { FaultTrials } from '../../support/fault-table.ts';
import { checkClock, checkPressure } from './machine-checks.ts';
import { check, firstBoot, folder, holder, limits, limitsFor, mainPid, manifest, manifestOf, parent, pause, pids, pidsOf, property, run, say, system, until } from './service.ts';

/*
 * What the service promises, checked inside a guest that systemd started: a first boot that ends in a reboot, and a
 * second one that finds the installed service.
 */

/** A row of the table of faults. */
const watchHangs = { fault: 'the watch hangs for good', how: 'SIGSTOP of the service in a guest, until the watchdog of systemd ends it', trials: 1 };

const hogManifest = `apiVersion: reconcile/v1
kind: Container
metadata: {name: hog}
spec:
  rootfs: {jail: {binaries: [/bin/busybox]}}
  process: {args: [/bin/busybox, tail, /dev/zero]}
  resources: {memory: {max: 8Mi, swap: {max: 0}}}
  restart: {policy: never}
`;

if (firstBoot) await checkInstalled();
else await checkAfterReboot();
say({ end: 0 });
system('--no-block', firstBoot ? 'reboot' : 'poweroff');

async function checkInstalled(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, manifestOf(48));
  await check('writes units in which systemd finds no fault', () => {
    run('reconcile', 'systemd-unit', '--out', '/etc/systemd/system', '--resync', '1h', folder);
    const faults = run('sh', '-c', 'systemd-analyze verify --man=no /etc/systemd/system/reconcile*.service 2>&1');
    assert.equal(faults, '');
  });
  system('daemon-reload');
  await check('is ready when the containers run', () => {
    system('enable', '--now', 'reconcile');
    assert.equal(property('SubState'), 'running');
    assert.equal(property('StatusText'), 'Watching');
    for (const name of ['web-0', 'web-1']) assert.ok(pidsOf(name).length > 0, name);
  });
  await check('is known to systemd by the process that watches', () => {
    assert.match(readFileSync(`/proc/${mainPid()}/cmdline`, 'utf8'), /node\0.*reconcile\.js\0watch\0/);
    assert.equal(readFileSync('/run/reconcile/lock', 'utf8').split('\n')[0], String(mainPid()));
  });
  await check('keeps the containers in a cgroup that systemd delegates', () => {
    assert.equal(property('Delegate', 'reconcile-containers'), 'yes');
    assert.equal(property('ControlGroup', 'reconcile-containers'), holder.replace('/sys/fs/cgroup', ''));
    assert.equal(readFileSync(`${holder}/cgroup.procs`, 'utf8'), '');
  });
  await check('has the limits in the kernel', () => { assert.deepEqual(limits(), limitsFor(48)); });
  await check('leaves the socket of the service manager to no child', () => {
    const monitors = run('pgrep', '--exact', 'conmon').trim().split('\n');
    assert.equal(monitors.length, 2);
    for (const pid of [...monitors, ...Object.values(pids())]) {
      assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /NOTIFY_SOCKET|WATCHDOG_/);
    }
  });
  await check('outlives what takes the memory, and its monitors do; the containers are as likely to go as any', () => {
    const score = (pid: number): number => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
    assert.equal(score(mainPid()), -500);
    assert.deepEqual(Object.values(pids()).map(Number).map(score), [0, 0]);
    assert.deepEqual(run('pgrep', '--exact', 'conmon').trim().split('\n').map(Number).map(score), [-1000, -1000]);
    assert.equal(readFileSync('/sys/fs/cgroup/system.slice/reconcile.service/memory.min', 'utf8'), `${128 << 20}\n`);
  });
  await check('shows the containers as they are to a command without flags', () => {
    const { containers } = JSON.parse(run('reconcile', 'status', '-o', 'json')) as { containers: readonly object[] };
    const shown = ['web-0', 'web-1'].map((name) => ({ name, status: 'running', cgroup: `${parent}/${name}`.slice(14), drift: [] }));
    assert.partialDeepStrictEqual(containers, shown);
    run('reconcile', 'plan', '--detailed-exitcode', folder);
  });
  await checkUntouched();
  await checkRecovery();
  await checkClock();
  await checkPressure();
  await check('stops the containers with their unit, and has them back', async () => {
    system('stop', 'reconcile-containers');
    assert.equal(existsSync(holder), false);
    assert.equal(property('ActiveState'), 'inactive');
    system('start', 'reconcile');
    assert.deepEqual(limits(), limitsFor(64));
  });
}

/** Nothing of this may change a container or a limit. */
async function checkUntouched(): Promise<void> {
  const kept = async (title: string, disturb: () => void | Promise<void>, faultTrials?: FaultTrials): Promise<void> => {
    const body = async (): Promise<void> => {
      const before = [pids(), limits()];
      await disturb();
      assert.deepEqual([pids(), limits()], before);
    };
    await check(title, body, faultTrials);
  };
  await kept('keeps containers and limits through a restart', () => {
    const watch = mainPid();
    system('restart', 'reconcile');
    assert.notEqual(mainPid(), watch);
  });
  await kept('keeps containers and limits through a stop and a start', () => {
    system('stop', 'reconcile');
    assert.deepEqual(limits(), limitsFor(48));
    system('start', 'reconcile');
  });
  await check('sees daemon-reload reset a limit that somebody wrote to a unit of systemd', () => {
    run('systemd-run', '--quiet', '--unit=other', 'sleep', 'infinity');
    const file = '/sys/fs/cgroup/system.slice/other.service/memory.max';
    writeFileSync(file, '100M');
    system('daemon-reload');
    assert.equal(readFileSync(file, 'utf8'), 'max\n');
  });
  await kept('keeps containers and limits through daemon-reload, with the watch and without it', () => {
    system('daemon-reload');
    assert.deepEqual(limits(), limitsFor(48));
    system('stop', 'reconcile');
    system('daemon-reload');
    assert.deepEqual(limits(), limitsFor(48));
    system('start', 'reconcile');
  });
  await kept('keeps containers and limits through daemon-reexec', () => { system('daemon-reexec'); });
  await kept('is back after SIGKILL, with the containers untouched', async () => {
    const watch = mainPid();
    process.kill(watch, 'SIGKILL');
    await until(() => mainPid() !== watch && property('SubState') === 'running');
  });
  await kept('is ended and started anew by the watchdog where it hangs', async () => {
    mkdirSync('/run/systemd/system/reconcile.service.d', { recursive: true });
    writeFileSync('/run/systemd/system/reconcile.service.d/watchdog.conf', '[Service]\nWatchdogSec=10s\n');
    system('daemon-reload');
    system('restart', 'reconcile');
    const watch = mainPid();
    const lastPing = (): string => property('WatchdogTimestampMonotonic');
    for (let ping = lastPing(), seen = 0; seen < 2; seen += 1) {
      const before = ping;
      await until(() => (ping = lastPing()) !== before);
    }
    assert.equal(mainPid(), watch, 'it was alive');
    process.kill(watch, 'SIGSTOP');
    await until(() => mainPid() !== watch && property('SubState') === 'running');
  }, watchHangs);
  await kept('loses no unit and no other container where one runs out of memory', async () => {
    const hog = `${folder}/hog.yaml`;
    writeFileSync(hog, hogManifest);
    const kills = (): string => readFileSync(`${holder}/memory.events`, 'utf8');
    await until(() => !/^oom_kill 0$/m.test(kills()));
    await pause(2_000);
    assert.equal(property('ActiveState', 'reconcile-containers'), 'active');
    assert.equal(property('SubState'), 'running');
  });
}

async function checkRecovery(): Promise<void> {
  await check('heals a limit that another process wrote', async () => {
    writeFileSync(`${parent}/web-0/memory.max`, 'max');
    await until(() => readFileSync(`${parent}/web-0/memory.max`, 'utf8') === `${48 << 20}\n`);
  });
  await check('has a saved manifest in the kernel, with the process going on', async () => {
    const before = pids();
    writeFileSync(manifest, manifestOf(64));
    await until(() => JSON.stringify(limits()) === JSON.stringify(limitsFor(64)));
    assert.deepEqual(pids(), before);
  });
}

async function checkAfterReboot(): Promise<void> {
  await check('has the containers back after a reboot, with their limits', () => {
    assert.equal(property('SubState'), 'running');
    assert.deepEqual(limits(), limitsFor(64));
    for (const name of ['web-0', 'web-1']) assert.ok(pidsOf(name).length > 0, name);
  });
  await check('kept what a container wrote before the reboot', () => {
    const boots = run('reconcile', 'exec', 'web-0', '--', '/bin/busybox', 'cat', '/boots');
    assert.match(boots, /started\nstarted\n/);
  });
  await check('leaves no unit failed', () => { assert.equal(system('--failed', '--plain', '--no-legend', 'list-units'), ''); });
}
