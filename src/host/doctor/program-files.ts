import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { unlessFailing } from '../file.ts';
import { otherWriter } from '../others.ts';
import { bad, good } from './check.ts';
import type { Check } from './check.ts';

/** A file, folder or link that the kernel passes on its way to a program. */
export interface WayPart {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** As many links as the kernel follows: path_resolution(7). */
const mostLinks = 40;

const root: ReadonlySet<number> = new Set([0]);

/** All that lies on the way to `path`, from the root folder to the file itself, through links; it ends where nothing is. */
export function readWay(path: string, linksLeft = mostLinks): readonly WayPart[] {
  const steps = stepsTo(resolve(path));
  const at = steps.findIndex((step) => unlessFailing(() => readlinkSync(step)) !== undefined);
  const link = steps[at];
  if (link === undefined) return steps.flatMap(partAt);
  const passed = steps.slice(0, at + 1).flatMap(partAt);
  const onwards = join(resolve(dirname(link), readlinkSync(link)), resolve(path).slice(link.length));
  return linksLeft === 0 ? passed : [...passed, ...readWay(onwards, linksLeft - 1)];
}

/** `/`, `/usr`, `/usr/bin`, `/usr/bin/crun`. */
function stepsTo(path: string): readonly string[] {
  return path === sep ? [sep] : [...stepsTo(dirname(path)), path];
}

function partAt(path: string): readonly WayPart[] {
  const found = unlessFailing(() => lstatSync(path));
  return found === undefined ? [] : [{ path, uid: found.uid, gid: found.gid, mode: found.mode }];
}

/** Whoever can write one of these decides what root runs. Pure. */
export function programFileChecks(ways: Readonly<Record<string, readonly WayPart[]>>): readonly Check[] {
  const parts = new Map(Object.values(ways).flat().map((part) => [part.path, part]));
  const faults = [...parts.values()].flatMap((part) => {
    const who = isLink(part) ? linkOwner(part) : otherWriter(withoutSticky(part), root);
    return who === undefined ? [] : [bad('program files', `${part.path}: can be written by ${who}, who so decides what root runs`, mendOf(part))];
  });
  if (faults.length > 0) return faults;
  return [good('program files', `root alone can write ${Object.keys(ways).join(', ')} and the folders on the way`)];
}

const kindOf = (mode: number): number => mode & 0o170000;

/** Its rights say nothing: who can write the folder around it can. In one that is sticky its owner can, too. */
function isLink({ mode }: WayPart): boolean {
  return kindOf(mode) === 0o120000;
}

function linkOwner({ uid }: WayPart): string | undefined {
  return root.has(uid) ? undefined : `user ${uid}`;
}

/** In a sticky folder nobody can replace what is root's, and all on the way must be root's: inode(7). */
function withoutSticky(part: WayPart): WayPart {
  const isSticky = kindOf(part.mode) === 0o040000 && (part.mode & 0o1000) !== 0;
  return isSticky ? { ...part, mode: part.mode & ~0o022 } : part;
}

function mendOf(part: WayPart): string {
  if (root.has(part.uid)) return `chmod go-w ${part.path}`;
  return isLink(part) ? `chown -h root:root ${part.path}` : `chown root:root ${part.path}; chmod go-w ${part.path}`;
}
