import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { initsOf } from './inits.ts';
import type { Instance } from './instance.ts';
import { cgroupFolders, commandLine, isThawed, mode, mountsBelow, pidsOf, processesNaming, readCgroup } from './kernel.ts';
import { filesIn, foldersIn } from './remains.ts';
import type { Wanted } from './wanted.ts';

/** Everything of an instance that does not fit what its manifests ask for, in words; empty where all does. Nothing is changed. */
export function misfitsOf(host: Instance, wanted: readonly Wanted[]): string[] {
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
    ...[host.root, host.data].flatMap(temporaryIn).map((file) => `${file} is left over`),
    ...['bundles', 'exits'].flatMap((folder) => filesIn(host.root, folder)).filter((file) => file.startsWith('.')).map((file) => `${file} is left over`),
    ...wanted.flatMap((one) => [...instanceProblems(host, one, monitors.filter(({ words }) => words.includes(`${host.root}/bundles/${one.name} `)).length), ...limitProblems(host, one)]),
  ];
}

function instanceProblems(host: Instance, { name, mayEnd, isKept }: Wanted, monitors: number): string[] {
  const inits = initsOf(host, name);
  if (inits.length > 1) return [`${name} runs ${inits.length} times: ${inits.join(' ')}`];
  if (monitors > 1) return [`${name} has ${monitors} monitors`];
  if (mayEnd) return [];
  if (inits.length === 0) return [`${name} does not run`];
  return !isKept ? [] : [...(monitors === 0 ? [`${name} has no monitor`] : []), ...(isThawed(host.cgroup(name)) ? [] : [`${name} is frozen`])];
}

function limitProblems(host: Instance, { name, limits }: Wanted): string[] {
  if (initsOf(host, name).length === 0) return [];
  return limits.flatMap(({ file, held }) => {
    const value = readCgroup(host.cgroup(name), file[mode === 'unified' ? 'v2' : 'v1']);
    return held(value) ? [] : [`${name}: ${file.v2} is ${value}, which is not what its manifest says`];
  });
}

/** Folders that hold what a container wrote. */
const insides = ['upper', 'work'];

/** What an interrupted write or removal leaves, wherever it is. */
function temporaryIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.tmp-')) return [path];
    return entry.isDirectory() && !insides.includes(entry.name) ? temporaryIn(path) : [];
  });
}
