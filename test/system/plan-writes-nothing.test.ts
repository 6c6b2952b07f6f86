import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { lane } from '../support/lane.ts';
import { sleeper } from '../support/manifest.ts';
import { many, within } from '../support/pace.ts';
import { entry } from '../support/program.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'strace', 'git'] });

// Node writes a compile cache where it is told to.
const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;

const [program = '', ...lead] = [...lane.prefix, 'env'];

/** System calls that change something by their name alone. */
const changing = [
  'mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat',
  'truncate', 'ftruncate', 'chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'lchown', 'fchownat', 'mknod', 'mknodat', 'setxattr',
  'mount', 'umount2', 'move_mount', 'open_tree', 'utimensat', 'fallocate', 'copy_file_range', 'sendfile', 'flock', 'setns', 'unshare',
];

const writing = ['open', 'openat', 'creat', 'write', 'writev', 'pwrite64', 'kill', 'tgkill', ...changing];

/** Every form of every command that only looks. */
const everyForm: readonly (readonly [title: string, ...args: string[]])[] = [
  ['plan', 'plan'],
  ['plan -o json', 'plan', '-o', 'json'],
  ['plan -o markdown', 'plan', '-o', 'markdown'],
  ['plan --compact', 'plan', '--compact'],
  ['plan --detailed-exitcode', 'plan', '--detailed-exitcode'],
  ['plan --reserve', 'plan', '--reserve', 'memory=1Gi'],
  ['plan --state', 'plan', '--state', 'host.json'],
  ['plan --from', 'plan', '--from', 'HEAD~1'],
  ['plan --from --to', 'plan', '--from', 'HEAD~1', '--to', 'HEAD'],
  ['validate', 'validate'],
  ['validate -o sarif', 'validate', '-o', 'sarif'],
  ['validate --policy', 'validate', '--policy', 'policy.yaml'],
  ['status', 'status'],
  ['status -o json', 'status', '-o', 'json'],
  ['snapshot', 'snapshot'],
];

const policy = `apiVersion: reconcile/v1
kind: Policy
metadata: {name: production}
spec:
  rules:
    - {name: private, message: no container is on the host's network, path: spec.namespaces.network, schema: {const: private}}
`;

/** A slow machine follows one form of each of these alone. */
const few = ['plan', 'snapshot'];
const forms = everyForm.filter(([title]) => many(everyForm.length, few.length) === everyForm.length || few.includes(title));

describeOnHost('what only looks', () => {
  let host: Instance;
  // Made once: a form that changed anything would be seen.
  beforeAll(() => {
    host = openInstance();
    git('init', '-q');
    host.write('a.yaml', sleeper('a'));
    host.apply();
    commit('one');
    host.write('a.yaml', sleeper('a', ['  resources: {pids: {max: 99}}']));
    host.write('b.yaml', sleeper('b'));
    commit('two');
    writeFileSync(join(host.folder, 'host.json'), host.run('snapshot').stdout);
    writeFileSync(join(host.folder, 'policy.yaml'), policy);
  });
  afterAll(() => host.close());

  const git = (...args: string[]): void => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    const { status, stderr } = spawnSync('git', [...identity, '-C', host.folder, ...args], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  };
  const commit = (message: string): void => {
    git('add', 'manifests');
    git('commit', '-qm', message);
  };

  // Not for what starts a container: its monitor would be followed for as long as it lives.
  const callsOf = (kinds: readonly string[], ...args: readonly string[]): string[] => {
    const trace = join(host.folder, 'trace');
    const flags = ['--root', host.root, '--data', host.data, '--cgroup-parent', host.parent];
    const strace = ['-f', '-y', '-qq', '-e', `trace=${kinds.join(',')}`, '-e', 'signal=none', '-o', trace];
    const [verb = '', ...rest] = args;
    // Another mount namespace begins in its own root folder.
    const command = [...lead, `--chdir=${host.folder}`, 'strace', ...strace, process.execPath, entry, verb, ...flags, ...rest];
    const { stderr } = spawnSync(program, command, { encoding: 'utf8', env, timeout: within(50_000) });
    const lines = readFileSync(trace, 'utf8').split('\n').filter((line) => line !== '');
    expect(lines.length, stderr).toBeGreaterThan(20);
    return lines;
  };
  const writesOf = (...args: string[]): string[] => callsOf(writing, ...args).filter(isWrite);

  it.each(forms)('%s writes nothing but its own output, with changes ahead and containers running', (_, ...args) => {
    expect(writesOf(...args)).toEqual([]);
  });

  it.each(['plan', 'status', 'snapshot'].slice(0, many(3, 1)))('%s writes nothing where nobody has applied anything yet', (command) => {
    expect(writesOf(command, '--root', join(host.folder, 'fresh'), '--data', join(host.folder, 'fresh-data'))).toEqual([]);
  });

  it('plan --out writes that file alone', () => {
    const writes = writesOf('plan', '--out', 'next.plan');

    expect(writes.length).toBeGreaterThan(0);
    expect(writes.filter((line) => !/"(?:\S*\/)?(?:\.tmp-)?next\.plan"|<\S*\/\.tmp-next\.plan>/.test(line))).toEqual([]);
  });

  it.each(forms.filter(([, , flag]) => flag === '--state' || flag === '--from'))('%s looks at no kernel, no container and no runtime', (_, ...args) => {
    const looking = ['open', 'openat', 'stat', 'lstat', 'statx', 'newfstatat', 'readlink', 'access', 'execve'];
    const pathsOf = (calls: readonly string[]): string[] => calls.flatMap((line) => /"(\/[^"]*)"/.exec(line)?.[1] ?? []);
    const ofNode = new Set(pathsOf(callsOf(looking, '--version')));

    const paths = pathsOf(callsOf(looking, ...args));

    expect(paths.filter((path) => path.endsWith('manifests') || path.endsWith('/git')).length).toBeGreaterThan(0);
    expect(paths.filter((path) => /^\/(?:proc|sys)\b|crun|runc|conmon/.test(path) || path.startsWith(host.root)).filter((path) => !ofNode.has(path) && !processors.test(path))).toEqual([]);
  });

  it('is held against a command that does write', () => {
    const writes = writesOf('destroy', '--yes', 'a');

    expect(writes.join('\n')).toMatch(/rmdir|unlink/);
    expect(writes.join('\n')).toMatch(/kill\(/);
  });
});

/** Node's clock and the C library's allocator look at them, sooner or later. */
const processors = /^\/sys\/devices\/system\/cpu\/(?:online|cpu0\/tsc_freq_khz)$/;

/** Pipes, eventfds and the terminal carry what a process tells itself or its reader; the null device nothing. */
const harmless = /^\d+<(?:(?:pipe|socket|anon_inode):.*|\/dev\/(?:null|pts\/\d+|tty))>|^[12]</;

function isWrite(line: string): boolean {
  const [, call = '', rest = ''] = /^\d+\s+(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$/.exec(line) ?? [];
  if (call.startsWith('open')) return /O_(?:WRONLY|RDWR|CREAT|TRUNC|TMPFILE)/.test(rest) && !/"\/dev\/(?:null|tty)"/.test(rest);
  if (call.includes('write')) return !harmless.test(rest) && !line.includes('resumed>');
  if (call === 'kill' || call === 'tgkill') return true;
  return changing.includes(call);
}
