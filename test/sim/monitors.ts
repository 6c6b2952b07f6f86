import type { ContainerName } from '../../src/state/container-name.ts';
import type { ModelProcess, Parts, World } from './world.ts';
import { partsOf } from './world.ts';

/** What keeps the log of a container and writes down how its process ends: a process of its own, which lives on whoever else is killed. */
export interface ModelMonitor {
  readonly name: ContainerName;
  /** Of all creations, the one that it belongs to. */
  readonly life: number;
  /** How long it takes to write the end down: for ever, where it hangs. */
  readonly lingersMs: number;
  /** When it writes the end down, once that has come. */
  writes?: { readonly atMs: number; readonly exit: NonNullable<Parts['exit']> };
  /** It stands still: what ends meanwhile it hears of when it goes on. */
  stopped?: { heard?: number };
  /** Its bundle was removed beside it. */
  forgotten?: true;
}

/** How long the program waits for a monitor to end. */
export const monitorWaitMs = 2_000;

/** Removes what could be taken for the end of the one that it is to watch, as a creation begins with that. */
export function startMonitor(world: World, name: ContainerName, lingersMs: number): void {
  const parts = partsOf(world, name);
  delete parts.exit;
  const monitor = { name, life: (world.lives.get(name) ?? 0) + 1, lingersMs };
  world.lives.set(name, monitor.life);
  world.monitors.add(monitor);
  Object.assign(parts, { monitor, log: true });
}

/** The one that is noted, unless it ended; without a note all that the name ever had. */
export function monitorsOf(world: World, name: ContainerName): ModelMonitor[] {
  const noted = world.containers.get(name)?.monitor;
  return [...world.monitors].filter((monitor) => (noted === undefined ? monitor.name === name : monitor === noted));
}

export function killMonitors(world: World, name: ContainerName): void {
  for (const monitor of world.monitors) if (monitor.name === name) world.monitors.delete(monitor);
}

export function isWatched({ monitors }: World, { monitor }: Parts): boolean {
  return monitor !== undefined && monitors.has(monitor);
}

/** Its process ended: it writes that down when it comes to it, and ends. */
export function hearOfEnd(world: World, { monitor }: Pick<ModelProcess, 'monitor'>, code: number): void {
  if (monitor === undefined || !world.monitors.has(monitor) || monitor.lingersMs === Infinity) return;
  if (monitor.stopped !== undefined) {
    monitor.stopped.heard = code;
    return;
  }
  const { nowMs } = world.time;
  monitor.writes = { atMs: nowMs + monitor.lingersMs, exit: { code, atMs: nowMs } };
  const write = (): void => {
    if (!world.monitors.delete(monitor)) return;
    const { name, life } = monitor;
    if (monitor.forgotten === true || world.lives.get(name) !== life) world.violations.push(`the end of an earlier ${name} was written down when that was removed`);
    partsOf(world, name).exit = { code, atMs: nowMs };
  };
  if (monitor.lingersMs === 0) write();
  else world.time.at(nowMs + monitor.lingersMs, write);
}

/** Somebody lets those of a container go on. */
export function continueMonitors(world: World, name: ContainerName): void {
  for (const monitor of monitorsOf(world, name)) {
    const heard = monitor.stopped?.heard;
    delete monitor.stopped;
    if (heard !== undefined) hearOfEnd(world, { monitor }, heard);
  }
}

/** As src/observe has it. */
const patienceMs = 100;

/** How the process of a container ended, as a look at it tells: that waits a little for what is about to be written down. */
export function exitOf(world: World, { exit, monitor }: Parts): Parts['exit'] {
  const isSoon = monitor?.writes !== undefined && world.monitors.has(monitor) && monitor.writes.atMs <= world.time.nowMs + patienceMs;
  return exit ?? (isSoon ? monitor.writes?.exit : undefined);
}

/** Those that watch nothing that anybody knows of. */
export function monitorsLeft({ monitors, containers }: World): ModelMonitor[] {
  return [...monitors].filter((monitor) => containers.get(monitor.name)?.monitor !== monitor);
}
