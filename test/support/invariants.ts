import { listBoundaries, withoutLock } from './failpoint-runs.ts';
import type { Boundary } from './failpoints.ts';
import { initsOf } from './inits.ts';
import type { Instance } from './instance.ts';
import { cgroupFolders, startTimeOf } from './kernel.ts';
import { misfitsOf } from './misfits.ts';
import type { CommandResult } from './program.ts';
import { foldersIn } from './remains.ts';
import { readWanted } from './wanted.ts';

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

function startTimeOrNone(pid: number): string {
  try {
    return startTimeOf(pid) ?? 'gone';
  } catch {
    return 'gone';
  }
}
