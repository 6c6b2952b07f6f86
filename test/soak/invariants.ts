import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costsOf } from '../support/costs.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders, commandLine, isAlive, namespaceOf, pidsOf, startTimeOf } from '../support/kernel.ts';
import { misfitsOf } from '../support/misfits.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { readWanted } from '../support/wanted.ts';
import { namesOf } from './groups.ts';
import type { Group } from './groups.ts';

/** Which process a container has: its pid and when it started. */
export type Processes = ReadonlyMap<string, string>;

/** Whatever on the host is not as the manifests say, by the kernel and the folders, read by what looks at every test; empty where all is well. */
export function violations(host: Instance, groups: readonly Group[]): string[] {
  try {
    return look(host, groups);
  } catch (error) {
    // What a folder told of a moment ago may be gone.
    if (!['ENOENT', 'ENODEV', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return [`something went while it was looked at: ${String(error)}`];
  }
}

function look(host: Instance, groups: readonly Group[]): string[] {
  const names = groups.flatMap(namesOf);
  return [
    ...misfits(host, names),
    ...misfitsOf(host, readWanted(host.manifests)),
    ...groups.flatMap((group) => namesOf(group).flatMap((name) => wrongProgram(host, name, group))),
    ...strangers(host, names),
    ...wrongMonitors(host, names),
    ...sharedNetworks(host, names),
  ];
}

/** What the watch holds that it must not: ended children, and more descriptors than `most`. It must be there, too. */
export function heldByWatch(pid: number | undefined, mostDescriptors: number): string[] {
  if (pid === undefined) return ['the watch has ended'];
  const { descriptors } = costsOf(pid);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [
    ...(descriptors > mostDescriptors ? [`the watch has ${descriptors} descriptors, not ${mostDescriptors}`] : []),
    ...children.filter((child) => !isAlive(child)).map((child) => `the watch has not waited for its child ${child}`),
  ];
}

export function processesOf(host: Instance, names: readonly string[]): Processes {
  return new Map(names.map((name) => {
    const pid = pidsOf(host.cgroup(name))[0] ?? 0;
    return [name, pid === 0 ? 'none' : `${pid}, started at ${startTimeOf(pid)}`];
  }));
}

/** Containers that nobody touched and that have another process nevertheless. */
export function changedProcesses(before: Processes, after: Processes, touched: ReadonlySet<string>): string[] {
  return [...before]
    .filter(([name, process]) => !touched.has(name) && after.has(name) && after.get(name) !== process)
    .map(([name, process]) => `${name} has another process though nobody touched it: ${process}, now ${after.get(name)}`);
}

/** A change of the manifest that another process must answer. */
function wrongProgram(host: Instance, name: string, { version }: Group): string[] {
  return pidsOf(host.cgroup(name)).flatMap((pid) => {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.includes(`VERSION=${version}`) ? [] : [`${name}: process ${pid} is not of version ${version}`];
  });
}

/** Processes that lie in none of our cgroups though they belong to a container, or in one that is not a container's own. */
function strangers(host: Instance, names: readonly string[]): string[] {
  const above = cgroupFolders(host.parent).flatMap((folder) => readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean));
  const nested = names.flatMap((name) => cgroupFolders(host.cgroup(name)).flatMap((folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))));
  return [...above.map((pid) => `process ${pid} lies in the parent: ${commandLine(pid)}`), ...nested.map((folder) => `cgroup ${folder} is nobody's`)];
}

/** By their notes: by their arguments they are looked for already. */
function wrongMonitors(host: Instance, names: readonly string[]): string[] {
  const pids = names.map((name) => unlessGone(() => monitorOf(host, name)));
  const dead = names.filter((_, index) => !isAlive(pids[index] ?? 0));
  return [...dead.map((name) => `the monitor that ${name} has noted is gone`), ...(new Set(pids).size === names.length ? [] : ['two containers have one monitor'])];
}

function sharedNetworks(host: Instance, names: readonly string[]): string[] {
  const networks = names.flatMap((name) => pidsOf(host.cgroup(name)).map((pid) => unlessGone(() => namespaceOf(pid, 'net'))));
  const own = new Set([...networks, namespaceOf('self', 'net')]);
  return own.size === networks.length + 1 ? [] : [`${networks.length} processes have ${own.size - 1} network namespaces of their own`];
}

function unlessGone<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
