import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, watch, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freezeWhole } from '../support/freeze-whole.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf, readCgroup, writeCgroup } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { makeOuterCgroup, moveTo } from '../support/unified.ts';

const describeUnified = requires({ root: true, cgroup: 'unified', programs: ['conmon', 'busybox'] });
const controllers = ['cpu', 'cpuset', 'io', 'memory', 'pids'];

describeUnified('the cgroup of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  it('goes by one write to cgroup.kill, whatever forks in it', async () => {
    // Without a pid namespace of its own the first process takes none of the others with it.
    const storm = 'storm() { while true; do /bin/busybox true; done; }; storm & storm & storm & storm & echo up; wait';
    host.write('web.yaml', shell('web', storm, ['  resources: {pids: {max: 64}}', '  namespaces: {pid: host}']));
    host.apply();
    await expect.poll(() => pidsOf(host.cgroup('web')).length).toBeGreaterThan(4);
    const written: (string | null)[] = [];
    const watcher = watch(`/sys/fs/cgroup/${host.cgroup('web')}`, (_event, file) => written.push(file));

    const { status } = host.run('destroy', '--yes');

    expect([status, host.leftovers()]).toEqual([0, []]);
    await expect.poll(() => written).toContain('cgroup.kill');
    watcher.close();
  });

  it('may have a threaded one inside: it is shown, resized and destroyed like any other', () => {
    host.write('web.yaml', sleeper('web'));
    host.apply();
    const pid = host.pid('web');
    const inner = `/sys/fs/cgroup/${host.cgroup('web')}/inner`;
    mkdirSync(inner);
    writeFileSync(`${inner}/cgroup.type`, 'threaded');
    writeFileSync(`${inner}/cgroup.threads`, String(pid));
    expect(readCgroup(host.cgroup('web'), 'cgroup.type')).toBe('domain threaded');
    expect(() => readCgroup(`${host.cgroup('web')}/inner`, 'cgroup.procs')).toThrow();

    expect(host.status()[0]).toMatchObject({ status: 'running', pid, drift: [] });
    host.write('web.yaml', sleeper('web', ['  resources: {pids: {max: 7}}']));
    host.apply();
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('7');
    expect(host.run('destroy', '--yes', 'web').status).toBe(0);

    expect([isAlive(pid), existsSync(inner)]).toEqual([false, false]);
  });

  it('tells how long its tasks wait for a CPU', async () => {
    const spin = ['  resources: {cpuset: {cpus: "1"}, cpu: {max: 0.2}}'];
    const pressures = (): { cpu: number }[] => host.status().map((row) => (row as unknown as { usage: { pressure: { cpu: number } } }).usage.pressure);
    host.write('idle.yaml', sleeper('idle'));
    host.apply();
    // The kernel takes its means every two seconds: that of ten holds for a while how the container was born.
    await delay(2_100);
    await expect.poll(() => pressures()[0]?.cpu, { timeout: within(40_000) }).toBeLessThan(1);

    host.write('web.yaml', shell('web', 'while true; do :; done & while true; do :; done', spin));
    host.apply();

    await expect.poll(() => pressures()[1], { timeout: within(15_000) }).toMatchObject({ cpu: expect.toSatisfy((share: number) => share > 10) as number });
    expect(pressures()[0]).toMatchObject({ cpu: expect.toSatisfy((share: number) => share < 5) as number, memory: 0, io: expect.any(Number) as number });
  });
});

describeUnified('the cgroups above the containers', () => {
  let host: Instance;
  let made: ReturnType<typeof makeOuterCgroup>;
  let stranger: ChildProcess;
  const outer = `recouter-${process.pid}`;
  beforeEach(() => {
    made = makeOuterCgroup(outer);
    host = openInstance({ above: `${outer}/`, onlyHere: true });
    stranger = spawn('sleep', ['100000'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    await endStranger();
    await host.close();
    made.remove();
  });

  async function endStranger(): Promise<void> {
    stranger.kill('SIGKILL');
    await expect.poll(() => readCgroup(outer, 'cgroup.procs')).toBe('');
  }

  it('get every controller, from the root down', () => {
    host.write('web.yaml', sleeper('web'));

    host.apply();

    for (const cgroup of ['', outer, host.parent]) expect(readCgroup(cgroup, 'cgroup.subtree_control').split(' ')).toEqual(expect.arrayContaining(controllers));
  });

  it('with a process of their own make an error that names each controller and the mend; once it is gone all is well', async () => {
    moveTo(made.folder, stranger.pid ?? 0);
    host.write('web.yaml', sleeper('web', ['  resources: {memory: {max: 32Mi}}']));

    const { status, stdout, stderr } = host.run('apply', '--yes', host.manifests);

    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(new RegExp(`enable controllers ${controllers.join(', ')}: write .* to \\S+/${outer}/cgroup.subtree_control: EBUSY`));
    expect(stdout + stderr).toMatch(/--cgroup-parent/);
    expect(readCgroup(outer, 'cgroup.subtree_control')).toBe('');
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    await endStranger();
    host.apply();
    expect(readCgroup(host.cgroup('web'), 'memory.max')).toBe(String(32 * 2 ** 20));
  });

  it('frozen by somebody hold the containers, which is an error that says where', async () => {
    host.write('web.yaml', sleeper('web'));
    host.apply();
    await freezeWhole(outer);

    const { status, stdout, stderr } = host.run('apply', '--yes', host.manifests);
    writeCgroup(outer, 'cgroup.freeze', '0');

    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/web: thaw \S+: a cgroup above \S+ is frozen/);
    expect(host.status()[0]).toMatchObject({ status: 'running', drift: [] });
  });
});
