import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allowedIn, looserThan, parseFacts } from '../support/confinement.ts';
import type { Facts } from '../support/confinement.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { openPodman } from '../support/podman.ts';
import type { Podman } from '../support/podman.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'crun', 'runc', 'podman', 'perl', 'unshare'] });

const probe = new URL('../support/confinement-probe.pl', import.meta.url).pathname;
const runtimes = ['crun', 'runc'] as const;
const cases = runtimes.flatMap((runtime) => [0, 1000].map((user) => ({ runtime, user })));

/** What a process may do in a default container; the rest of what the probe tries must fail, whatever Podman lets it do. */
const harmless: readonly RegExp[] = [
  /^device\.(null|zero|full|random|urandom|tty|ptmx|console)$/,
  // Its own root filesystem and processes.
  /^(chroot|ptrace\.child|lock\.memory)$/,
  // All rights in a user namespace are rights over what that namespace made.
  /^(unshare|clone|clone3)\.user$/,
  /^user-namespace\.mount$/,
  // Not raw ones of a network, nor AF_PACKET, nor those past every namespace, such as AF_VSOCK (40), which Podman lets in.
  /^socket\.(?!17\.|4\d\.)\d+\.(stream|datagram)$/,
  /^socket\.(1|16)\.raw$/,
  // A process that writes there is told of pressure; nothing changes for others.
  /^write\.\/proc\/pressure\/\w+$/,
  /^learn\.\/proc\/(?!interrupts$|keys$|kcore$|timer_|sched_debug$|latency_stats$|acpi\/|scsi\/)/,
];

/** Where this container is looser than Podman's, and why that opens nothing. */
const exceptions: Readonly<Record<string, string>> = {
  'rlimit.processes': 'counts the processes of a user over the whole host; pids.max, the same 2048, counts those of the container',
};

describeOnHost('a default container seen from inside', () => {
  let host: Instance;
  let podman: Podman;
  let folder: string;
  let baits: string[];
  /** Of what was made so far, last first. */
  const undo: (() => unknown)[] = [];
  const theirs: Record<string, Facts> = {};

  const hostNamespaces = Object.fromEntries(readdirSync('/proc/self/ns').map((type) => [type, readlinkSync(`/proc/self/ns/${type}`)]));
  const command = (mode: string): string[] => ['/usr/bin/perl', probe, mode, ...baits];
  const manifest = (name: string, mode: string, user: number): string => JSON.stringify({
    apiVersion: 'reconcile/v1',
    kind: 'Container',
    metadata: { name },
    spec: {
      rootfs: { jail: { binaries: ['/usr/bin/perl'], files: [probe] } },
      process: { args: command(mode), user: { uid: user, gid: user } },
      stop: { timeout: '200ms', signal: 'KILL' },
    },
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reconcile-confinement-'));
    undo.push(() => { rmSync(folder, { recursive: true }); });
    host = openInstance();
    undo.push(() => host.close());
    baits = await layBaits();
    host.write('neighbour.yaml', manifest('neighbour', 'listen', 0));
    host.apply();
    await eventually(() => { expect(host.run('logs', 'neighbour').stdout).toContain('end='); });
    baits.push(`otherpid=${host.pid('neighbour')}`);
    podman = openPodman(join(folder, 'podman'), `${host.parent}-podman`);
    undo.push(() => { podman.close(); });
    for (const runtime of runtimes) {
      for (const user of [0, 1000]) host.write(`${named(runtime, user)}.yaml`, manifest(named(runtime, user), 'stay', user));
      host.apply('--runtime', runtime);
    }
    const rootfs = copyJail();
    for (const user of [0, 1000]) theirs[user] = parseFacts(podman.run(rootfs, command('once'), ['--user', `${user}:${user}`]));
    await eventually(() => { for (const { runtime, user } of cases) expect(host.run('logs', named(runtime, user)).stdout).toContain('end='); });
  });

  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  /** What a container would find if it could look at the host. */
  async function layBaits(): Promise<string[]> {
    const [abstract, neighbour, file, key] = ['host', 'neighbour', 'file', 'key'].map((what) => `${host.parent}-${what}`) as [string, string, string, string];
    const listeners = [await listening({ path: `\0${abstract}` }), await listening({ port: 0, host: '127.0.0.1' })];
    undo.push(() => { for (const listener of listeners) listener.close(); });
    const port = (listeners[1]?.address() as AddressInfo).port;
    for (const path of [join(folder, file), `/dev/shm/${file}`]) writeFileSync(path, 'secret');
    undo.push(() => { rmSync(`/dev/shm/${file}`); });
    onHost(`shmget(${port}, 4096, 0600 | 01000) // die $!`);
    undo.push(() => { onHost(`shmctl(shmget(${port}, 1, 0), 0, 0) // die $!`); });
    onHost(`my ($type, $name, $value) = ("user", "${key}", "secret"); syscall(248, $type, $name, $value, 6, -4) > 0 or die $!`);
    undo.push(() => { onHost(`my ($type, $name) = ("user", "${key}"); syscall(250, 9, syscall(250, 10, -4, $type, $name, 0), -4) == 0 or die $!`); });
    const disk = statSync('/').dev;
    return [
      ...[`hostmnt=${hostNamespaces['mnt']}`, `file=${join(folder, file)}`, `hostpid=${process.pid}`, `hostname=${abstract}`, `hostport=${port}`],
      ...[`othername=${neighbour}`, 'otherport=4242', `shmkey=${port}`, `shmname=${file}`, `key=${key}`, `disk=${disk >> 8 & 0xfff}:${disk & 0xff}`],
    ];
  }

  /** The very files that our containers have. */
  function copyJail(): string {
    const jails = readdirSync(join(host.data, 'jails'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const rootfs = join(folder, 'rootfs');
    cpSync(join(host.data, 'jails', jails[0]?.name ?? ''), rootfs, { recursive: true, verbatimSymlinks: true });
    return rootfs;
  }

  const named = (runtime: string, user: number): string => `${runtime}-${user}`;

  function factsOf(name: string): Facts {
    return parseFacts(host.run('logs', name).stdout);
  }

  function check(ours: Facts, user: number): void {
    const allowed = allowedIn(ours);
    expect(allowed.length).toBeGreaterThan(10);
    expect(allowed.filter((name) => !harmless.some((pattern) => pattern.test(name)))).toEqual([]);
    const looser = looserThan(ours, theirs[user] ?? new Map(), hostNamespaces);
    expect(looser.filter((line) => exceptions[line.split(':')[0] ?? ''] === undefined)).toEqual([]);
    for (const type of ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup']) expect(ours.get(`namespace.${type}`)).not.toBe(hostNamespaces[type]);
    expect(Object.fromEntries(['no_new_privs', 'seccomp.mode', 'caps.Inh', 'caps.Amb', 'caps.Bnd', 'limit.pids', 'descriptors', 'cgroup.paths'].map((name) => [name, ours.get(name)]))).toEqual({
      ...{ no_new_privs: '1', 'seccomp.mode': '2', 'caps.Inh': '0000000000000000', 'caps.Amb': '0000000000000000', 'caps.Bnd': '00000000800405fb' },
      ...{ 'limit.pids': '2048', descriptors: '0 1 2', 'cgroup.paths': 'root of its own' },
    });
  }

  it.for(cases)(
    'is as tight as Podman’s in all that it can see, write, signal, mount or reach, and tighter where that matters: $runtime, user $user',
    ({ runtime, user }, { task }) => {
      task.meta.faultTrials = { fault: 'a container looks for a way out', how: 'a probe tries some 200 things in it, and in Podman’s', trials: 1 };

      const ours = factsOf(named(runtime, user));

      expect(ours.get('processes')).toBe('1');
      expect(ours.get('can.signal.all')).toMatch(/^refused/);
      expect(parseInt(ours.get('caps.Eff') ?? '', 16)).toBe(user === 0 ? 0x800405fb : 0);
      check(ours, user);
    },
  );

  it.for(runtimes)('holds a command of exec as it holds its first process: %s', (runtime) => {
    const { status, stdout, stderr } = host.run('exec', named(runtime, 0), '--', ...command('once'));

    expect([status, stderr]).toEqual([0, '']);
    const facts = new Map(parseFacts(stdout));
    // The others in the container.
    for (const name of ['processes', 'can.signal.all']) facts.delete(name);
    check(facts, 0);
    expect(looserThan(facts, factsOf(named(runtime, 0)), hostNamespaces)).toEqual([]);
  });
});

requires({ root: true, programs: ['perl', 'unshare'] })('the probe of a container', () => {
  it.each([
    ['shows the threads of the kernel', ''],
    ['its mounts are those of the host', '--pid --fork --kill-child --mount-proc'],
  ])('is refused outside of one, where it would be at the host itself: %s', (reason, flags) => {
    // Should it go on nevertheless, it is among mounts and names of its own, and knows no such mode.
    const run = `unshare --mount --propagation private --net --ipc --uts ${flags} sh -c 'exec perl ${probe} none "hostmnt=$(readlink /proc/self/ns/mnt)"'`;

    const { status, stderr } = spawnSync('sh', ['-c', run], { encoding: 'utf8' });

    expect(status).not.toBe(0);
    expect(stderr).toContain(reason);
  });
});

function listening(where: { readonly path: string } | { readonly port: number; readonly host: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(where, () => { resolve(server); });
  });
}

/** Some perl outside of any container; throws where it fails. */
function onHost(text: string): void {
  const { status, stderr } = spawnSync('perl', ['-e', text], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`perl: ${stderr}`);
}
