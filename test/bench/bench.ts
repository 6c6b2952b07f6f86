import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Measure } from './bench-context.ts';
import { pause } from './child.ts';
import { describeMachine, loadAverage } from './machine.ts';
import { measures } from './measures/table.ts';
import type { Options } from './options.ts';
import { parseOptions, usage } from './options.ts';
import { openProgress } from './progress.ts';
import { putTable } from './readme.ts';
import { revisionOf } from './revision.ts';
import { formatReport, renderReport } from './table.ts';
import type { Report } from './table.ts';
import { openWorkshop } from './workshop.ts';
import type { Workshop } from './workshop.ts';

/*
 * npm run bench: measures the built program against the least that the kernel and the runtime can take and against its
 * peers, all on this machine, in turns. Writes bench.json and a table.
 */

const project = new URL('../..', import.meta.url).pathname;

/** What `--install-peers` brings, beside what the tests need. */
const peerPackages = ['podman', 'catatonit', 'lxc', 'docker.io', 'docker-compose', 'qemu-system-x86', 'gcc', 'libc6-dev'];

const say = (text: string): void => { process.stderr.write(text); };

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { names: measures.map(({ name }) => name), cpus: availableParallelism() });
  if (options.list) return list();
  if (process.getuid?.() !== 0) throw new Error('containers need root');
  if (options.installPeers) installPeers();
  if (options.program === undefined) build();
  const chosen = measures.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  return measure(chosen, options, args);
}

function list(): number {
  for (const { name, title, seconds } of measures) process.stdout.write(`${name.padEnd(12)} ${title} (about ${seconds} s)\n`);
  return 0;
}

function installPeers(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['-q', 'install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...peerPackages];
  for (const words of [['-q', 'update'], install]) execFileSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function build(): void {
  say('bench: building dist/reconcile.js\n');
  execFileSync(join(project, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts', '--log-level', 'warn'], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function measure(chosen: readonly Measure[], options: Options, args: readonly string[]): Promise<number> {
  const [began, startedAt, load] = [performance.now(), new Date().toISOString(), loadAverage()];
  const progress = openProgress(chosen.map(({ seconds }) => (options.quick ? seconds / 6 : seconds)), say);
  const workshop = openWorkshop(options, progress);
  const stop = stopped();
  const revision = revisionOf(project, options.program);
  const machine = { ...(revision === undefined ? {} : { revision }), ...describeMachine(workshop.bench.floors.compiler), 'load before': load };
  const all = runAll(chosen, workshop, stop.isAsked);
  await Promise.race([all, stop.asked]);
  if (stop.isAsked()) {
    workshop.interrupt();
    await Promise.race([all, pause(3000)]);
  }
  say('bench: cleaning up\n');
  const left = await workshop.close();
  for (const each of left) say(`bench: left behind: ${each}\n`);
  const { entries, gaps } = workshop;
  const command = ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ');
  const asked = options.only.length === 0 ? {} : { only: options.only };
  const report: Report = { formatVersion: '1', startedAt, durationSeconds: (performance.now() - began) / 1000, command, ...asked, machine, entries, gaps };
  if (entries.length > 0 && !stop.isAsked()) writeReport(report, options);
  if (stop.isAsked()) return 130;
  return left.length > 0 || entries.length === 0 ? 1 : 0;
}

async function runAll(chosen: readonly Measure[], { bench, entries }: Workshop, isAsked: () => boolean): Promise<void> {
  for (const one of chosen) {
    if (isAsked()) return;
    const [began, before] = [performance.now(), entries.length];
    bench.progress.begin(`${one.name}: ${one.title}`);
    await bench.attempt(one.name, () => one.run(bench));
    bench.progress.end(`${entries.length - before} numbers in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

/** The first ctrl-C ends the measuring, not the cleaning up; the second ends everything. */
function stopped(): { readonly asked: Promise<void>; isAsked(): boolean } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    });
  }
  return { asked: promise, isAsked: () => asked };
}

function writeReport(report: Report, { out, updateReadme }: Options): void {
  const file = out ?? join(project, 'test/bench/bench.json');
  const table = renderReport(report);
  writeFileSync(file, formatReport(report));
  writeFileSync(file.replace(/(?:\.json)?$/, '.md'), table);
  process.stdout.write(table);
  const readme = join(project, 'README.md');
  if (updateReadme) writeFileSync(readme, putTable(readFileSync(readme, 'utf8'), table));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}\n${error instanceof TypeError || error instanceof RangeError ? `${usage}\n` : ''}`);
  process.exitCode = 1;
}
