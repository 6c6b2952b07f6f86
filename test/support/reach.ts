import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstance } from './instance.ts';
import type { Instance } from './instance.ts';
import { freeze, mode, pidsOf, readCgroup, writeCgroup } from './kernel.ts';
import { lane } from './lane.ts';
import { many, within } from './pace.ts';
import { entry } from './program.ts';
import { monitorOf } from './remains.ts';
import { readTrace } from './strace.ts';
import type { Call } from './strace.ts';

/** Legal names that mean something to the kernel, to a shell, to a runtime or to a path. */
const names = ['a--b', '0', 'memory', 'cgroup', 'init', 'n'.repeat(63)].slice(0, many(6, 2));

/** Stands in every text of the manifests, and nowhere else. */
const mark = 'bluebell';
const secret = 'caged-canary';
const odd = `-x $(touch ${mark}) \`id\`; ' "`;

// Node writes a compile cache where it is told to.
const { NODE_COMPILE_CACHE: _cache, ...ownEnv } = process.env;

const manifest = (name: string, tasks: number, source: string): string => `apiVersion: reconcile/v1
kind: Container
metadata:
  name: "${name}"
  labels: {note: ${JSON.stringify(odd)}}
  annotations: {run.oci.handler: ${JSON.stringify(odd)}}
spec:
  rootfs: {jail: {binaries: [/bin/busybox]}}
  process:
    args: [/bin/busybox, sh, -c, "sleep 100000", ${JSON.stringify(odd)}, --help]
    env: {NOTE: ${JSON.stringify(odd)}, SECRET: ${secret}}
  mounts: [{source: ${JSON.stringify(source)}, target: ${JSON.stringify(`/${mark}/${odd}`)}, readonly: true}]
  stop: {timeout: 200ms, signal: KILL}
  resources: {pids: {max: ${tasks}}, memory: {max: 64Mi}, cpu: {max: 0.5, weight: 200}}
`;

/** The calls of each part of a session. */
type Session = Readonly<Record<'created' | 'monitors' | 'resized' | 'healed' | 'asked' | 'destroyed', readonly Call[]>>;

/** Calls that open, make, remove or rename by a path, that write, or that signal. */
const traced = [
  'execve', 'open', 'openat', 'creat', 'mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'linkat',
  'symlink', 'symlinkat', 'truncate', 'chmod', 'fchmodat', 'chown', 'lchown', 'fchownat', 'mknod', 'mknodat', 'mount', 'umount2', 'write', 'pwrite64',
  'writev', 'kill', 'tgkill', 'pidfd_send_signal',
];

/**
 * What is started, written and signalled in `rounds` sessions of create, resize, heal, thaw, exec and destroy, as strace
 * saw it: nothing of a manifest or of the caller leads out of what is ours.
 */
export function describeReach(rounds: number): void {
  let host: Instance;
  let sessions: readonly Session[];
  let calls: readonly Call[];
  /** Processes of ours: those of the containers, their monitors. */
  const ours = new Set<number>();

  beforeAll(() => {
    host = openInstance();
    const source = join(host.folder, odd);
    mkdirSync(source);
    const put = (tasks: number): void => { for (const name of names) host.write(`${name}.yaml`, manifest(name, tasks, source)); };
    sessions = Array.from({ length: rounds }, () => {
      put(40);
      const created = follow('apply', '--yes', host.manifests);
      const monitors = noteOurs();
      put(50);
      const resized = follow('apply', '--yes', host.manifests);
      for (const name of names) {
        writeCgroup(host.cgroup(name), 'pids.max', '7');
        freeze(host.cgroup(name));
      }
      const healed = follow('apply', '--yes', host.manifests);
      expect(names.map((name) => readCgroup(host.cgroup(name), 'pids.max'))).toEqual(names.map(() => '50'));
      const asked = follow('exec', names[0] ?? '', '--', '/bin/busybox', 'echo', odd);
      return { created, monitors, resized, healed, asked, destroyed: follow('destroy', '--yes') };
    });
    calls = sessions.flatMap((session) => Object.values(session).flat());
  }, within(60_000 * rounds));
  afterAll(() => host.close());

  /** Programs that it starts are let go as soon as they are that program: what counts is how they were started. */
  const follow = (command: string, ...args: readonly string[]): Call[] => {
    const trace = join(host.folder, 'trace');
    const strace = ['-f', '-y', '-v', '-qq', '-s', '8192', '-b', 'execve', '-e', `trace=${traced.join(',')}`, '-e', 'signal=none', '-o', trace];
    const [program = '', ...rest] = [...lane.prefix, 'env', `--chdir=${host.folder}`, 'strace', ...strace, process.execPath, entry, command, ...host.flags, ...args];
    const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8', env: { ...ownEnv, CANARY: secret }, stdio: ['ignore', 'pipe', 'pipe'], timeout: within(50_000) });
    expect([status, stderr.replaceAll(/^(created|updated|deleted|restarted) .*\n/gm, '')], command).toEqual([0, expect.any(String)]);
    return readTrace(readFileSync(trace, 'utf8'));
  };

  /** The monitors were started by a shell, which was let go: what they were given is what they have. */
  const noteOurs = (): Call[] => {
    const monitors = names.map((name) => monitorOf(host, name));
    for (const pid of [...monitors, ...names.flatMap((name) => pidsOf(host.cgroup(name)))]) ours.add(pid);
    const wordsIn = (pid: number, file: string): string[] => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
    return monitors.map((pid) => ({ pid, call: 'execve', words: [readlinkSync(`/proc/${pid}/exe`), ...wordsIn(pid, 'cmdline')], env: wordsIn(pid, 'environ'), paths: [], changes: false }));
  };

  const isStart = ({ call, words }: Call): boolean => call === 'execve' && words[0] !== process.execPath;
  const started = (): Call[] => calls.filter(isStart);

  describe('the programs that a session starts', () => {
    it('get PATH and LANG of the system and what is theirs, and nothing of the caller’s environment', () => {
      const variables = started().flatMap(({ env }) => env);

      expect([...new Set(variables)].sort()).toEqual(['LANG=C', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', '_OCI_SYNCPIPE=3']);
    });

    it('are named by the system’s own folders alone', () => {
      const files = [...new Set(started().map(({ words: [file = ''] }) => file))];

      expect(files.filter((file) => !/^\/(?:usr\/)?s?bin\/(?:flock|mount|umount|sync|unshare|nsenter|conmon|crun|runc|sh)$/.test(file))).toEqual([]);
      expect(files.length).toBeGreaterThan(3);
    });

    it('have no text of a manifest among their arguments but names, and none of these could be taken for a flag', () => {
      const words = started().flatMap(({ words: [, ...argv] }) => argv);

      expect(words.filter((word) => word.includes(mark) || word.includes(secret))).toEqual([]);
      expect(words.filter((word) => word === names[0]).length).toBeGreaterThan(2);
      expect(words.filter((word) => word.startsWith('-') && names.some((name) => name.length > 1 && word.includes(name) && !word.includes(`/${name}`)))).toEqual([]);
    });

    it('are a shell with two fixed scripts at most', () => {
      const scripts = started().flatMap(({ words }) => (words.includes('sh') ? words.filter((_word, index) => /^-e?c$/.test(words[index - 1] ?? '')) : []));

      expect(new Set(scripts).size).toBeLessThanOrEqual(2);
      expect([...new Set(scripts)].filter((script) => [host.folder, host.parent, ...names].some((text) => text.length > 3 && script.includes(text)))).toEqual([]);
    });
  });

  describe('what a session costs', () => {
    it('is a monitor for each container, and each other program once, however many containers there are', () => {
      for (const { created, monitors } of sessions) {
        const programs = created.filter(isStart).map(({ words: [file = ''] }) => basename(file));

        expect(programs).toEqual([...new Set(programs)]);
        expect(programs.length).toBeGreaterThan(2);
        expect(monitors.length).toBe(names.length);
      }
    });

    it('is no program but the lock’s where limits are written and containers thawed', () => {
      for (const { resized, healed } of sessions) expect([resized, healed].map((part) => part.filter(isStart).map(({ words: [file = ''] }) => basename(file)))).toEqual([['flock'], ['flock']]);
    });

    it('is one write for each limit that differs, and one for each thaw', () => {
      const writesIn = (part: readonly Call[]): string[] => part.flatMap(({ call, paths: [path = ''] }) => (call.includes('write') && path.startsWith('/sys/') ? [path.split('/').slice(-2).join('/')] : [])).sort();
      const thaw = mode === 'unified' ? 'cgroup.freeze' : 'freezer.state';
      const limits = names.map((name) => `${name}/pids.max`).sort();

      for (const { resized, healed } of sessions) {
        expect(writesIn(resized)).toEqual(limits);
        expect(writesIn(healed)).toEqual([...limits, ...names.map((name) => `${name}/${thaw}`)].sort());
      }
    });
  });

  describe('what a session changes', () => {
    it('lies beneath its own cgroup, but for the controllers that the cgroups above it are to pass on', ({ task }) => {
      const touched = calls.filter(({ changes }) => changes).flatMap(({ call, paths }) => paths.filter((path) => path.startsWith('/sys/')).map((path) => `${call} ${path}`));
      const root = mode === 'unified' ? '' : '/[a-z_,]+';
      const beneath = new RegExp(`^\\w+ /sys/fs/cgroup${root}/${host.parent}(?:/(?!\\.\\.)[^/]+)*$`);

      const outside = touched.filter((line) => !beneath.test(line) && !/^(?:open(?:at)?|write) \/sys\/fs\/cgroup(?:\/unified)?\/cgroup\.subtree_control$/.test(line));

      task.meta.faultTrials = { fault: 'a path leads out of our cgroup', how: 'containers with odd names, made, resized, thawed and removed under strace: each of its calls that changes something below /sys/fs/cgroup', trials: touched.length };
      expect(outside).toEqual([]);
      expect(touched.length).toBeGreaterThan(names.length * 15);
    });

    it('lies beneath --root and --data otherwise', () => {
      const elsewhere = calls
        .filter(({ changes }) => changes)
        .flatMap(({ call, paths }) => paths.map((path) => ({ call, path })))
        .filter(({ path }) => !path.startsWith('/sys/') && ![host.root, host.data].some((folder) => path === folder || path.startsWith(`${folder}/`)))
        .filter(({ path }) => !/^(?:\/dev\/(?:null|tty|pts\/\d+)|(?:pipe|socket|anon_inode):.*|\/proc\/self\/\w+)$/.test(path));

      expect(elsewhere.map(({ call, path }) => `${call} ${path}`)).toEqual([]);
    });

    it('are no processes but its own', () => {
      const own = new Set([...ours, ...calls.map(({ pid }) => pid)]);
      const signalled = calls.flatMap(({ signalled: pid }) => (pid === undefined ? [] : [pid]));

      expect(signalled.filter((pid) => !own.has(pid))).toEqual([]);
      expect(signalled.length).toBeGreaterThan(0);
    });
  });
}
