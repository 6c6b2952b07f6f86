import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lane } from './lane.ts';

/*
 * A second way of reading the kernel, which shares nothing with src: tests hold the program against it.
 */

export const mode: 'unified' | 'hybrid' | 'legacy' = existsSync('/sys/fs/cgroup/cgroup.controllers')
  ? 'unified'
  : existsSync('/sys/fs/cgroup/unified/cgroup.controllers')
    ? 'hybrid'
    : 'legacy';

const hierarchies = mode === 'unified' ? [''] : readdirSync('/sys/fs/cgroup').sort();

/** The file of a cgroup in the hierarchy that holds it. Throws ENOENT where none does. */
function cgroupFile(cgroup: string, file: string): string {
  const found = hierarchies.map((one) => join('/sys/fs/cgroup', one, cgroup, file)).filter((path) => existsSync(path));
  if (found[0] === undefined) throw Object.assign(new Error(`no hierarchy has ${cgroup}/${file}`), { code: 'ENOENT' });
  return found[0];
}

export function readCgroup(cgroup: string, file: string): string {
  return readFileSync(cgroupFile(cgroup, file), 'utf8').trim();
}

/** What somebody else on the host does. */
export function writeCgroup(cgroup: string, file: string, value: string): void {
  writeFileSync(cgroupFile(cgroup, file), value, { flag: 'r+' });
}

/** As `crun pause`, or a hand, does it. */
export function freeze(cgroup: string): void {
  if (mode === 'unified') writeCgroup(cgroup, 'cgroup.freeze', '1');
  else writeCgroup(cgroup, 'freezer.state', 'FROZEN');
}

/** Nothing that `freeze` wrote is left. */
export function isThawed(cgroup: string): boolean {
  return mode === 'unified' ? readCgroup(cgroup, 'cgroup.events').includes('frozen 0') : readCgroup(cgroup, 'freezer.state') === 'THAWED';
}

/** Every folder of a cgroup, over all hierarchies. */
export function cgroupFolders(cgroup: string): string[] {
  return hierarchies.map((one) => join('/sys/fs/cgroup', one, cgroup)).filter((path) => existsSync(path));
}

/** What was made where the unified hierarchy lies over other folders: nobody sees it, and it takes memory until the host ends. */
export function foldersBeneath(cgroup: string): string[] {
  if (mode !== 'hybrid') return [];
  const script = 'umount /sys/fs/cgroup/unified && test ! -e "/sys/fs/cgroup/unified/$1"';
  const { status, stderr } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', cgroup], { encoding: 'utf8' });
  return status === 0 ? [] : [`beneath the mount of the unified hierarchy: ${cgroup} ${stderr}`];
}

export function pidsOf(cgroup: string): number[] {
  const file = cgroupFolders(cgroup).map((folder) => join(folder, 'cgroup.procs'))[0];
  return file === undefined ? [] : readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    return /^State:\s+[^ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // ESRCH: it went between the opening and the reading.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Field 22 of /proc/PID/stat. */
export function startTimeOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[19];
}

export function namespaceOf(pid: number | 'self', type: string): string {
  return readlinkSync(`/proc/${pid}/ns/${type}`);
}

export function mountsBelow(folder: string): string[] {
  const points = readFileSync(lane.mountinfo, 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** Processes whose command line mentions `text`: monitors and runtimes of one instance. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => commandLine(entry).includes(text))
    .map(Number);
}

/** Its words with blanks between them; empty where it is gone. */
export function commandLine(pid: string | number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
