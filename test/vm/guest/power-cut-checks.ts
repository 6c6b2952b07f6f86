import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JailEntry } from '../../../src/host/rootfs/jail-entry.ts';
import { jailId } from '../../../src/host/rootfs/jail-entry.ts';
import { openChance } from '../../sim/chance.ts';
import { cgroupFolders, mountsBelow, pidsOf, readCgroup } from '../../support/kernel.ts';
import { shell } from '../../support/manifest.ts';
import { within } from '../../support/pace.ts';
import { misfits } from '../../support/remains.ts';

/*
 * One life of a machine between two power cuts, inside a guest: a watch brings what the last life left on the disk to
 * what manifests ask now; all of that is looked at; then the manifests change without end, until the power goes. The last
 * life destroys all, and ends by itself.
 */

/** What is told of a life, a line each. */
export type PowerCutLine =
  | { readonly began: true }
  /** As asked, looked at from all sides, so many milliseconds after the watch was started. */
  | { readonly convergedMs: number; readonly jails: number }
  /** A manifest was changed. */
  | { readonly step: string }
  | { readonly destroyed: true }
  | { readonly failed: string };

/** KEPT: how many lives before this one were to come to their convergence, and came to it. */
const { SEED: seed = '0', LIFE: life = '0', KEPT: keptBefore = '0', LAST: last = '' } = process.env;
const program = process.env['PROGRAM'] ?? '';
const chance = openChance(Number(seed) * 1_000 + Number(life));

const [root, data, manifests] = ['/run/reconcile', '/var/lib/reconcile', '/srv/manifests'];
const host = { root, data, parent: 'reconcile', cgroup: (name: string): string => `reconcile/${name}` };

/** Never changed: what it wrote stays from life to life. */
const keeper = 'keeper';
const kept = join(data, 'layers', keeper, 'upper/kept');
const names = ['a', 'b', 'c'] as const;

const jails = [
  '{binaries: [/bin/busybox]}',
  '{binaries: [/bin/busybox, /usr/bin/perl]}',
  '{binaries: [/bin/busybox, /usr/bin/git], files: [/usr/share/git-core]}',
  '{binaries: [/bin/busybox, /usr/bin/strace]}',
];

/** What is asked of one container that may change. */
interface Wish {
  readonly jail: string;
  readonly pids: number;
  readonly memoryMebibytes: number;
}

const results = openSync(process.env['RESULTS'] ?? '/dev/stdout', 'w');
const wishes = new Map<string, Wish>();

try {
  await live();
} catch (error) {
  say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
// The watch is a child that goes on.
process.exit();

async function live(): Promise<void> {
  mkdirSync(manifests, { recursive: true });
  writeFileSync(join(manifests, `${keeper}.yaml`), shell(keeper, 'echo life >>/kept; exec /bin/busybox sleep 100000'));
  // All jails that the life before may have left half made.
  for (const [index, name] of names.entries()) ask(name, { ...someWish(), jail: jails[index + 1] ?? '' });
  const startedMs = performance.now();
  const watch = startWatch();
  say({ began: true });
  await until(isConverged, within(30_000));
  const convergedMs = Math.round(performance.now() - startedMs);
  await until(() => { assert.ok(keptLines() > Number(keptBefore), `${keptLines()} of ${keptBefore} lines and one are left`); }, within(10_000));
  keepForGood();
  checkAll();
  say({ convergedMs, jails: storedJails().length });
  if (last === '') await workUntilCut();
  else await destroyAll(watch);
}

/** Some change to some container, again and again, mostly before the one before it has ended. */
async function workUntilCut(): Promise<never> {
  for (;;) {
    const name = chance.pick(names);
    const before = wishes.get(name);
    const wish = before === undefined || chance.happens(0.5) ? someWish() : { ...before, pids: 20 + chance.below(40) };
    const goes = before !== undefined && chance.happens(0.3);
    say({ step: goes ? `${name} goes` : `${name}: ${JSON.stringify(wish)}` });
    ask(name, goes ? undefined : wish);
    await delay(50 + chance.below(1_500));
  }
}

async function destroyAll(watch: ChildProcess): Promise<void> {
  watch.kill('SIGTERM');
  await new Promise((resolve) => watch.once('close', resolve));
  run('destroy', '--yes');
  const left = ['layers', 'jails', 'logs'].flatMap((folder) => namesIn(join(data, folder)));
  const state = ['bundles', 'exits', 'runtime', 'sockets'].flatMap((folder) => namesIn(join(root, folder)));
  assert.deepEqual([...left, ...state, ...cgroupFolders(host.parent), ...mountsBelow(root), ...mountsBelow(data).slice(1)], []);
  say({ destroyed: true });
}

function someWish(): Wish {
  return { jail: chance.pick(jails), pids: 20 + chance.below(40), memoryMebibytes: 32 + chance.below(32) };
}

function ask(name: string, wish: Wish | undefined): void {
  const file = join(manifests, `${name}.yaml`);
  if (wish === undefined) {
    wishes.delete(name);
    rmSync(file);
    return;
  }
  wishes.set(name, wish);
  const { jail, pids, memoryMebibytes } = wish;
  const text = shell(name, 'exec /bin/busybox sleep 100000', [`  resources: {pids: {max: ${pids}}, memory: {max: ${memoryMebibytes}Mi}}`]);
  writeFileSync(`${file}.new`, text.replace('{binaries: [/bin/busybox]}', jail));
  // As an editor saves.
  writeFileSync(file, readFileSync(`${file}.new`));
  rmSync(`${file}.new`);
}

function startWatch(): ChildProcess {
  return spawn(process.execPath, [program, 'watch', '--allow-prune', '--resync', '5s', manifests], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function isConverged(): void {
  assert.equal(misfits(host, [keeper, ...wishes.keys()]).join('\n'), '');
  for (const [name, { pids, memoryMebibytes }] of wishes) {
    assert.deepEqual(['pids.max', 'memory.max'].map((file) => readCgroup(host.cgroup(name), file)), [String(pids), String(memoryMebibytes << 20)], name);
  }
  assert.equal(storedJails().length, new Set(['{binaries: [/bin/busybox]}', ...[...wishes.values()].map(({ jail }) => jail)]).size, 'jails');
}

/** Nothing of this asks the program what it believes. */
function checkAll(): void {
  for (const id of storedJails()) {
    const entries = [...entriesOf(join(data, 'jails', id))];
    assert.equal(jailId(entries), id, `jail ${id} does not hold what its name promises`);
    for (const entry of entries) if (entry.type === 'file' && entry.path !== '/etc/ld.so.cache') assert.equal(entry.sha256, hashOf(entry.path), entry.path);
  }
  for (const name of [keeper, ...wishes.keys()]) {
    const [pid] = pidsOf(host.cgroup(name));
    assert.equal(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '/bin/busybox\0sleep\x00100000\0', name);
    assert.equal(hashOf(`/proc/${pid}/root/bin/busybox`), hashOf('/bin/busybox'), name);
  }
  assert.match(run('plan', '--detailed-exitcode', manifests), /No changes\.\n$/);
}

function* entriesOf(jail: string, folder = '/'): Generator<JailEntry> {
  for (const name of namesIn(join(jail, folder))) {
    const path = join(folder, name);
    const stats = lstatSync(join(jail, path));
    const owned = { path, uid: stats.uid, gid: stats.gid };
    if (stats.isSymbolicLink()) yield { ...owned, type: 'link', target: readlinkSync(join(jail, path)) };
    else if (stats.isDirectory()) yield { ...owned, type: 'folder', mode: stats.mode & 0o7777 };
    else yield { ...owned, type: 'file', mode: stats.mode & 0o7777, sizeBytes: stats.size, sha256: hashOf(join(jail, path)) };
    if (stats.isDirectory()) yield* entriesOf(jail, path);
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function storedJails(): readonly string[] {
  return namesIn(join(data, 'jails')).filter((name) => !name.endsWith('.json'));
}

function keptLines(): number {
  return existsSync(kept) ? readFileSync(kept, 'utf8').split('\n').length - 1 : 0;
}

function keepForGood(): void {
  fsyncSync(openSync(kept, 'r'));
}

function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  assert.equal(status, 0, `${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function say(line: PowerCutLine): void {
  writeSync(results, `${JSON.stringify(line)}\n`);
}

async function until(check: () => void, boundMs: number): Promise<void> {
  const endMs = performance.now() + boundMs;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await delay(100);
    }
  }
}
