import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** Each program that may take part, and the line of its own that tells its version. */
const programs: readonly (readonly [name: string, command: readonly string[], pattern: RegExp])[] = [
  ['crun', ['crun', '--version'], /version (\S+)/],
  ['runc', ['runc', '--version'], /version (\S+)/],
  ['conmon', ['conmon', '--version'], /version (\S+)/],
  ['lxc', ['lxc-start', '--version'], /(\S+)/],
  ['podman', ['podman', '--version'], /version (\S+)/],
  ['dockerd', ['dockerd', '--version'], /version ([^\s,]+)/],
  ['docker-compose', ['docker-compose', 'version', '--short'], /(\S+)/],
  ['qemu', ['qemu-system-x86_64', '--version'], /version (\S+)/],
];

/** The machine and what runs on it, for the head of the table. */
export function describeMachine(compiler: string | undefined): Record<string, string> {
  const versions = programs.map(([name, command, pattern]) => [name, versionOf(command, pattern)] as const);
  return {
    CPUs: `${availableParallelism()} of ${cpus()[0]?.model.trim() ?? 'an unknown kind'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    kernel: `Linux ${release()}, ${cgroupsOf()} cgroups`,
    system: /^PRETTY_NAME="(.*)"$/m.exec(readIfThere('/etc/os-release'))?.[1] ?? 'unknown',
    node: process.versions.node,
    compiler: compiler ?? 'none',
    ...Object.fromEntries(versions.filter(([, version]) => version !== undefined)),
  };
}

/** The load of the machine as a run begins: other work makes every number worse. */
export function loadAverage(): string {
  return readIfThere('/proc/loadavg').split(' ').slice(0, 3).join(' ');
}

function cgroupsOf(): string {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'unified';
  return existsSync('/sys/fs/cgroup/unified/cgroup.controllers') ? 'hybrid' : 'legacy';
}

function versionOf([file = '', ...args]: readonly string[], pattern: RegExp): string | undefined {
  try {
    const env = { PATH: '/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
    return pattern.exec(execFileSync(file, args, { encoding: 'utf8', stdio: 'pipe', env }))?.[1];
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
