import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { misfits } from '../support/remains.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { commandLine } from '../support/program.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'crun', 'runc', 'busybox', 'unshare'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

describeOnHost('what is not ours', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('a process that was given the pid of one that ended is never signalled, though the container is restarted and removed', { timeout: timeoutMs }, ({ task }) => {
    task.meta.faultTrials = { fault: 'a pid is given again', how: 'ns_last_pid in a pid namespace, once the process of a container has ended', trials };
    host.write('web.yaml', sleeper('web', ['  restart: {backoff: {initial: 10ms}}']));
    const program = commandLine.join(' ');
    const flags = host.flags.join(' ');
    // In a namespace of its own, so that the pids of the host go on as they do.
    const script = `
set -e
trial=0
while [ $((trial += 1)) -le ${trials} ]; do
${program} apply --yes ${flags} ${host.manifests}
pid=$(cat ${host.root}/bundles/web/pid)
kill -9 "$pid"
while [ -e "/proc/$pid" ]; do sleep 0.01; done
for try in 1 2 3 4 5 6 7 8 9 10; do
  echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
  sleep 4242.3 &
  [ $! != "$pid" ] || break
  kill $!
done
[ $! = "$pid" ]
${program} apply --yes ${flags} ${host.manifests}
kill -0 "$pid"
${program} destroy --yes ${flags}
kill -0 "$pid"
echo stranger lives
kill "$pid"
wait "$pid" || :
done
`;

    const { status, stdout, stderr } = spawnSync('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script], { encoding: 'utf8', cwd: host.folder });

    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout.match(/^stranger lives$/gm)).toHaveLength(trials);
    expect(misfits(host, [])).toEqual([]);
  });

  it('a descriptor that reconcile inherited reaches neither the container nor its monitor', { timeout: timeoutMs }, async ({ task }) => {
    task.meta.faultTrials = { fault: 'a descriptor is left open', how: 'reconcile is started with a file of root open', trials };
    const secret = openSync('/etc/passwd', 'r');
    host.write('web.yaml', sleeper('web'));
    const [program = '', ...args] = [...commandLine, 'apply', '--yes', ...host.flags, host.manifests];

    for (let trial = 0; trial < trials; trial += 1) {
      if (trial > 0) host.run('destroy', '--yes');
      const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', secret, 'ignore', 'ignore', secret], cwd: host.folder });
      await once(child, 'exit');

      const monitor = Number(readFileSync(join(host.root, 'bundles/web/conmon.pid'), 'utf8'));
      expect(readdirSync(`/proc/${host.pid('web')}/fd`)).toEqual(['0', '1', '2']);
      const held = spawnSync('readlink', readdirSync(`/proc/${monitor}/fd`).map((fd) => `/proc/${monitor}/fd/${fd}`), { encoding: 'utf8' }).stdout;
      expect(held).not.toContain('passwd');
    }
    closeSync(secret);
  });

  it.for(['crun', 'runc'])('no start leaves a process with more open than its three, nor does a command of exec: %s', { timeout: timeoutMs }, async (runtime, { task }) => {
    task.meta.faultTrials = { fault: 'a container is started', how: 'again and again by a reconcile that holds a file of root; its process shows what it has open', trials: 10 * trials };
    const names = Array.from({ length: 10 }, (_, index) => `web-${index}`);
    const secret = openSync('/etc/passwd', 'r');
    const start = async (...args: readonly string[]): Promise<string> => {
      const [program = '', ...first] = commandLine;
      const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'ignore', secret, 'ignore', 'ignore', secret], cwd: host.folder });
      const [text] = await Promise.all([child.stdout?.setEncoding('utf8').toArray() ?? [], once(child, 'exit')]);
      return text.join('');
    };
    // At its very start; what it has later the kernel shows from outside.
    const own = 'echo /proc/self/fd/*; exec /bin/busybox sleep 100000';
    host.write('web.yaml', shell('web', own, ['  replicas: 10', '  restart: {backoff: {initial: 10ms}}']));
    const inside: string[] = [];
    const printedBy = (name: string): string[] => readFileSync(join(host.data, 'logs', `${name}.log`), 'utf8').replaceAll(/^.* stdout F /gm, '').split('\n').filter(Boolean);
    const startAll = async (round: number): Promise<void> => {
      await start('apply', '--yes', '--runtime', runtime, ...host.flags, host.manifests);
      // One that is killed before it has said anything says nothing.
      await eventually(() => { expect(names.map((name) => printedBy(name).length)).toEqual(names.map(() => round)); });
    };

    for (let round = 1; round <= trials; round += 1) {
      await startAll(round);
      const pids = names.flatMap((name) => pidsOf(host.cgroup(name)));
      expect(pids.length).toBe(names.length);
      inside.push(...pids.map((pid) => readdirSync(`/proc/${pid}/fd`).join(' ')));
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await eventually(() => { expect(pids.filter((pid) => isAlive(pid))).toEqual([]); });
    }
    await startAll(trials + 1);
    const asked = await start('exec', '--runtime', runtime, ...host.flags, 'web-0', '--', '/bin/busybox', 'sh', '-c', own.split(';')[0] ?? '');

    closeSync(secret);
    expect(new Set(inside)).toEqual(new Set(['0 1 2']));
    const printed = [asked.trim(), ...names.flatMap(printedBy)];
    expect(printed.length).toBe(1 + (trials + 1) * names.length);
    // The shell reads the folder through the fourth.
    expect(new Set(printed)).toEqual(new Set(['/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3']));
  });
});
