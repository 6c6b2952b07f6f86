import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listBoundaries, withoutLock } from './failpoint-runs.ts';
import type { Boundary } from './failpoints.ts';
import type { Instance } from './instance.ts';
import { cgroupFolders, commandLine, mode, mountsBelow, pidsOf, processesNaming, readCgroup, startTimeOf } from './kernel.ts';
import type { CommandResult } from './program.ts';
import { filesIn, foldersIn } from './remains.ts';
import { readWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

/*
 * What holds of every instance once a test is over with it, whatever the test did: everything is as the manifests say, or
 * becomes so without a restart of what was; the run after that changes nothing; nobody is there twice; nothing is left over.
 */

/**
 * What is wrong, in words; empty where all is well. Read from the kernel, the folders of the instance and the manifests,
 * never from what the program says of itself.
 *
 * @param refused why the program cannot do what the manifests say: an apply must then fail, and change nothing when repeated
 */
export function brokenInvariants(host: Instance, refused?: string): string[] {
  const before = startTimes(host);
  const first = applyListed(host);
  if ((first.result.status === 0) !== (refused === undefined)) {
    return [`apply at the end: status ${first.result.status}, ${refused ?? 'nothing is said to be refused'}\n${first.result.stdout}${first.result.stderr}`];
  }
  const wanted = refused === undefined ? readWanted(host.manifests) : [];
  const ended = new Set([...endedContainers(host), ...wanted.filter(({ mayEnd }) => mayEnd).map(({ name }) => name)]);
  // What a killed run left half written goes with the first one, whatever else that does.
  const second = isIdle(first.result) && first.calls.length === 0 ? first : applyListed(host);
  const problems = [...(refused === undefined ? settledProblems(second, ended) : []), ...restarted(host, before, touchedBy(first.result)), ...strayWrites(host, [...first.calls, ...second.calls])];
  return refused === undefined ? [...problems, ...misfitsOf(host, wanted)] : problems;
}

interface Listed {
  readonly result: CommandResult;
  /** What it changed outside itself; nothing in a guest, where it is not listed. */
  readonly calls: readonly Boundary[];
}

/** Guests have one process that carries out all command lines, which nothing can be loaded before. */
const lists = process.env['RESIDENT'] === undefined;

function applyListed(host: Instance): Listed {
  const apply = ['apply', '--yes', '--allow-prune', host.manifests];
  if (!lists) return { result: host.run(...apply), calls: [] };
  const { result, boundaries } = listBoundaries(host, apply);
  return { result, calls: withoutLock(boundaries, host) };
}

function isIdle({ stdout }: CommandResult): boolean {
  return /^No changes\.$/m.test(stdout);
}

/** What a second apply may still do is to start again what ended by itself. */
function settledProblems({ result, calls }: Listed, ended: ReadonlySet<string>): string[] {
  const touched = touchedBy(result);
  if (touched.size > 0 && [...touched].every((name) => ended.has(name))) return [];
  const idle = isIdle(result) ? [] : [`a second apply still finds something to do:\n${result.stdout}${result.stderr}`];
  return [...idle, ...calls.map(({ site, subject }) => `a second apply changes something: ${site} ${subject}`)];
}

function endedContainers(host: Instance): ReadonlySet<string> {
  return new Set([...startTimes(host)].filter(([, then]) => then === '').map(([name]) => name));
}

/** Containers that an apply says it did something to; on a terminal, in the place of its progress. */
function touchedBy({ stdout, stderr }: CommandResult): ReadonlySet<string> {
  return new Set([...`${stdout}\n${stderr}`.replaceAll(/\r|\u001b\[K/g, '\n').matchAll(/^(?:created|deleted|restarted|replaced|started|failed|skipped) (\S+)/gm)].map(([, name]) => name ?? ''));
}

/** Start times of the processes of each container, the first ones in their pid namespaces. */
function startTimes(host: Instance): ReadonlyMap<string, string> {
  const names = [...new Set(cgroupFolders(host.parent).flatMap(foldersIn))];
  return new Map(names.map((name) => [name, initsOf(host, name).map((pid) => `${pid}@${startTimeOrNone(pid)}`).join(' ')]));
}

function restarted(host: Instance, before: ReadonlyMap<string, string>, touched: ReadonlySet<string>): string[] {
  const after = startTimes(host);
  return [...before].flatMap(([name, then]) => {
    const now = after.get(name) ?? 'gone';
    return then === '' || now === then || touched.has(name) ? [] : [`${name} was not to be touched: its process was ${then} and is ${now}`];
  });
}

/** The cgroups that hold our parent give it their controllers, and are else nobody's business of ours. */
function strayWrites({ root, data, parent, folder }: Instance, calls: readonly Boundary[]): string[] {
  const isOurs = (path: string): boolean =>
    [root, data, folder].some((own) => path.startsWith(`${own}/`) || path === own) ||
    new RegExp(`^/sys/fs/cgroup/(?:[^/]+/)?${parent}(?:/|$)`).test(path) ||
    /^\/sys\/fs\/cgroup\/.*cgroup\.subtree_control$/.test(path) ||
    path === '/dev/null';
  return calls.filter(({ kind, subject }) => (kind === 'file' || kind === 'cgroup') && !isOurs(subject)).map(({ site, subject }) => `written outside of what is ours: ${site} ${subject}`);
}

/** Everything of an instance that does not fit what its manifests ask for. */
function misfitsOf(host: Instance, wanted: readonly Wanted[]): string[] {
  const names = new Set(wanted.map(({ name }) => name));
  const found: Readonly<Record<string, readonly string[]>> = {
    cgroup: [...new Set(cgroupFolders(host.parent).flatMap(foldersIn))],
    bundle: filesIn(host.root, 'bundles'),
    'runtime state': filesIn(host.root, 'runtime'),
    'exit file': filesIn(host.root, 'exits'),
    layer: filesIn(host.data, 'layers'),
    log: filesIn(host.data, 'logs').map((file) => file.replace(/\.log$/, '')),
  };
  const strangers = Object.entries(found).flatMap(([what, present]) => present.filter((name) => !names.has(name)).map((name) => `${what} of nobody: ${name}`));
  const ours = processesNaming(join(host.root, 'bundles')).map((pid) => ({ pid, words: commandLine(pid) }));
  const inside = new Set([...names].flatMap((name) => pidsOf(host.cgroup(name))));
  const monitors = ours.filter(({ pid, words }) => !inside.has(pid) && /(?:^|\/)conmon\S* /.test(words));
  const others = ours.filter(({ pid, words }) => !inside.has(pid) && words !== '' && !monitors.some((monitor) => monitor.pid === pid));
  return [
    ...strangers,
    ...others.map(({ pid, words }) => `process ${pid} is left over: ${words}`),
    ...mountsBelow(join(host.root, 'bundles')).slice(1).map((point) => `mount ${point} shows on the host`),
    ...[host.root, host.data].flatMap((folder) => filesIn(folder)).filter((file) => file.startsWith('.tmp-')).map((file) => `${file} is left over`),
    ...['bundles', 'exits'].flatMap((folder) => filesIn(host.root, folder)).filter((file) => file.startsWith('.')).map((file) => `${file} is left over`),
    ...wanted.flatMap((one) => [...instanceProblems(host, one, monitors.filter(({ words }) => words.includes(`${host.root}/bundles/${one.name} `)).length), ...limitProblems(host, one)]),
  ];
}

function instanceProblems(host: Instance, { name, mayEnd }: Wanted, monitors: number): string[] {
  const inits = initsOf(host, name);
  if (inits.length > 1) return [`${name} runs ${inits.length} times: ${inits.join(' ')}`];
  if (monitors > 1) return [`${name} has ${monitors} monitors`];
  return inits.length === 0 && !mayEnd ? [`${name} does not run`] : [];
}

function limitProblems(host: Instance, { name, limits }: Wanted): string[] {
  if (initsOf(host, name).length === 0) return [];
  return limits.flatMap(({ file, held }) => {
    const value = readCgroup(host.cgroup(name), file[mode === 'unified' ? 'v2' : 'v1']);
    return held(value) ? [] : [`${name}: ${file.v2} is ${value}, which is not what its manifest says`];
  });
}

/** Processes of a container that are the first in a pid namespace of their own, or whose parent is outside. */
function initsOf(host: Instance, name: string): number[] {
  const pids = pidsOf(host.cgroup(name));
  return pids.filter((pid) => {
    const [, parent = '0', inside = ''] = /^PPid:\s+(\d+)$.*?^NSpid:([^\n]*)$/ms.exec(statusOf(pid)) ?? [];
    const numbers = inside.trim().split(/\s+/);
    return numbers.length > 1 ? numbers.at(-1) === '1' : !pids.includes(Number(parent)) && /conmon$/.test(programOf(parent));
  });
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function programOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}

function startTimeOrNone(pid: number): string {
  try {
    return startTimeOf(pid) ?? 'gone';
  } catch {
    return 'gone';
  }
}
