import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Bench } from './bench-context.ts';
import { fullSizes, quickSizes } from './bench-context.ts';
import { openChildren } from './child.ts';
import type { Entry, Gap } from './entry.ts';
import { openFleet } from './fleet.ts';
import { openFloors } from './floors.ts';
import { openInstance } from './instance.ts';
import type { Instance } from './instance.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import { lookBefore, remainsOf, removeStrange } from './remains.ts';

/** A bench with what it has found so far. */
export interface Workshop {
  readonly bench: Bench;
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
  /** Lets the measure in hand fail, and begins no more. */
  interrupt(): void;
  /** Ends all that was begun and removes all that was made; what is left nevertheless. */
  close(): Promise<string[]>;
}

const project = new URL('../..', import.meta.url).pathname;

export function openWorkshop(options: Options, progress: Progress): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'rb-'));
  const runFolder = mkdtempSync(join(volatileFolder() ?? tmpdir(), 'rb-'));
  const prefix = `recbench-${process.pid}`;
  const before = lookBefore();
  const children = openChildren();
  const program = programOf(options);
  const sizes = options.quick ? quickSizes : fullSizes;
  const closers: (() => Promise<unknown>)[] = [];
  const [entries, gaps]: [Entry[], Gap[]] = [[], []];
  let interrupted = false;
  const opened = new Map<string, Instance>();
  const instance = (name: string): Instance => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const made = openInstance({ folder: join(folder, name), runFolder: join(runFolder, name) }, `${prefix}-${name}`, { program, children });
    opened.set(name, made);
    closers.push(() => made.destroy());
    return made;
  };
  const fleet = openFleet({ open: () => instance('fleet'), stages: sizes.stages, children, note: progress.note });
  const bench: Bench = {
    ...{ options, sizes, children, progress, folder, runFolder, prefix, program, fleet, instance },
    unified: existsSync('/sys/fs/cgroup/cgroup.controllers'),
    floors: openFloors(join(folder, 'floor'), children),
    add: (entry) => { entries.push(entry); },
    found: (id) => entries.find((entry) => entry.id === id),
    async attempt(id, act) {
      if (interrupted) return;
      try {
        await act();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!gaps.some((gap) => gap.id === id)) gaps.push({ id, reason });
        progress.note(`${id}: ${reason}`);
      }
    },
    defer: (close) => { closers.push(close); },
  };
  return {
    ...{ bench, entries, gaps },
    interrupt() {
      interrupted = true;
      children.interrupt();
    },
    async close() {
      await fleet.stopWatch();
      for (const close of closers.splice(0).reverse()) {
        await close().catch((error: unknown) => { progress.note(`cleaning up: ${String(error)}`); });
      }
      children.killAll();
      removeStrange(prefix, before);
      const left = remainsOf(prefix, [folder, runFolder]);
      if (left.length === 0) for (const each of [folder, runFolder]) rmSync(each, { recursive: true, force: true });
      return left;
    },
  };
}

/** Where a file system in memory is. Most hosts have one at /run, the default place of --root. */
function volatileFolder(): string | undefined {
  return ['/run', '/dev/shm'].find((path) => existsSync(path) && statfsSync(path).type === tmpfsMagic);
}

/** TMPFS_MAGIC of linux/magic.h. */
const tmpfsMagic = 0x01021994;

function programOf({ program }: Options): string[] {
  if (program === undefined) return [join(project, 'dist/reconcile')];
  const path = resolve(program);
  return /\.[cm]?[jt]s$/.test(path) ? [process.execPath, path] : [path];
}
