import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readProcess } from '../../src/host/proc/process.ts';
import type { ProcessIdentity } from '../../src/host/proc/process.ts';
import type { ObservedCgroup } from '../../src/state/observed.ts';
import type { FileValues } from '../../src/state/resources.ts';
import { openFakeHost } from './fake-host.ts';
import type { FakeHost } from './fake-host.ts';

/** A process that has every namespace to itself, for hosts in memory whose containers run. */
export interface Init extends ProcessIdentity {
  end(): void;
}

/** Resolves once the kernel shows the process. Needs root and `unshare`. */
export async function startInit(): Promise<Init> {
  const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--fork', '--kill-child'];
  const parent = spawn('unshare', [...flags, 'sleep', '100000'], { stdio: 'ignore' });
  for (;;) {
    const pid = Number(readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim());
    const stat = readProcess(pid);
    if (stat?.comm === 'sleep') return { pid, startTime: stat.startTime, end: () => { parent.kill('SIGKILL'); } };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * A host in memory whose containers run: all by the one process `init`, which nothing is ever sent to. What would end or
 * make a container stands in `calls`.
 */
export function openRunningHost(root: string, { pid, startTime }: ProcessIdentity): FakeHost {
  const host = openFakeHost({ root });
  const shown = new WeakMap<FileValues, ObservedCgroup>();
  const read = (name: string): ObservedCgroup | undefined => {
    const files = host.kernel.get(name);
    if (files === undefined) return undefined;
    // Above wherever the process is, so that it is in it.
    const cgroup = shown.get(files) ?? { path: '', files };
    shown.set(files, cgroup);
    return cgroup;
  };
  const { create } = host.runtime;
  return {
    ...host,
    cgroups: { ...host.cgroups, read },
    runtime: { ...host.runtime, create: async (...args) => ({ ...(await create(...args)), pid }) },
    bundles: {
      ...host.bundles,
      writeRun: (container, run) => {
        const bundle = host.memory.get(container);
        if (bundle !== undefined) host.memory.set(container, { ...bundle, run: { ...run, startTime, mounts: [] } });
      },
    },
    processes: {
      ...host.processes,
      signal: (_identity, signal) => {
        host.calls.push(`signal ${signal}`);
        return false;
      },
    },
  };
}
