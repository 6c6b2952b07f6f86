import { join } from 'node:path';
import { isProgram } from '../../support/is-program.ts';

/** Something that makes containers that do nothing but wait, and removes them. Milliseconds for all of them together. */
export interface Maker {
  readonly title: string;
  /** What it does otherwise than the others, for a reader who compares. */
  readonly note?: string;
  create(count: number): Promise<number>;
  destroy(count: number): Promise<number>;
}

const folders = ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Absolute path of a program of the system; throws, with what installs it, where it is not there. */
export function requireProgram(name: string, debianPackage = name): string {
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  if (found === undefined) throw new Error(`${name} is not installed: npm run bench -- --install-peers, or apt-get install ${debianPackage}`);
  return found;
}
