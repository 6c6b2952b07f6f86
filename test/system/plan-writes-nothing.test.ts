import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { lane } from '../support/lane.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { entry } from '../support/program.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'strace'] });

// Node writes a compile cache where it is told to.
const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;

const [program = '', ...lead] = [...lane.prefix, 'env'];

/** System calls that change something by their name alone. */
const changing = [
  'mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat',
  'truncate', 'ftruncate', 'chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'lchown', 'fchownat', 'mknod', 'mknodat', 'setxattr',
  'mount', 'umount2', 'move_mount', 'open_tree', 'utimensat', 'fallocate', 'copy_file_range', 'sendfile', 'flock', 'setns', 'unshare',
];

describeOnHost('plan, validate and status', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  // Not for what starts a container: its monitor would be followed for as long as it lives.
  const writesOf = (...args: string[]): string[] => {
    const trace = join(host.folder, 'trace');
    const flags = ['--root', host.root, '--data', host.data, '--cgroup-parent', host.parent];
    const calls = ['open', 'openat', 'creat', 'write', 'writev', 'pwrite64', 'kill', 'tgkill', ...changing].join(',');
    const strace = ['-f', '-y', '-qq', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', trace];
    const { stderr } = spawnSync(program, [...lead, 'strace', ...strace, process.execPath, entry, ...args, ...flags], { encoding: 'utf8', env, timeout: within(50_000) });
    const lines = readFileSync(trace, 'utf8').split('\n').filter((line) => line !== '');
    expect(lines.length, stderr).toBeGreaterThan(50);
    return lines.filter(isWrite);
  };

  it.each(['plan', 'validate', 'status'])('%s writes nothing but its own output, with changes ahead and containers running', (command) => {
    host.write('a.yaml', sleeper('a'));
    host.apply();
    host.write('a.yaml', sleeper('a', ['  resources: {pids: {max: 99}}']));
    host.write('b.yaml', sleeper('b'));

    expect(writesOf(command, host.manifests)).toEqual([]);
  });

  it('is held against a command that does write', () => {
    host.write('a.yaml', sleeper('a'));
    host.apply();

    const writes = writesOf('destroy', '--yes', 'a');

    expect(writes.join('\n')).toMatch(/rmdir|unlink/);
    expect(writes.join('\n')).toMatch(/kill\(/);
  });
});

/** Pipes, eventfds and the terminal carry what a process tells itself or its reader; the null device nothing. */
const harmless = /^\d+<(?:(?:pipe|socket|anon_inode):.*|\/dev\/(?:null|pts\/\d+|tty))>|^[12]</;

function isWrite(line: string): boolean {
  const [, call = '', rest = ''] = /^\d+\s+(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$/.exec(line) ?? [];
  // crun starts from a copy of itself, even to tell its version.
  if (/"\/(?:tmp\/crun\.\w+|run\/crun)"/.test(rest)) return false;
  if (call.startsWith('open')) return /O_(?:WRONLY|RDWR|CREAT|TRUNC|TMPFILE)/.test(rest) && !/"\/dev\/(?:null|tty)"/.test(rest);
  if (call.includes('write')) return !harmless.test(rest) && !line.includes('resumed>');
  // Go's runtime, in runc --version, wakes its own threads so.
  if (call === 'tgkill' && rest.includes('SIGURG')) return false;
  if (call === 'kill' || call === 'tgkill') return true;
  return changing.includes(call);
}
