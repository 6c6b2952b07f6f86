import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ContainerName } from '../../state/container-name.ts';
import { parseJson } from '../../state/checks.ts';
import { readBytesIfExists, readTextIfExists, writeFileAtomic, unlessFailing } from '../file.ts';
import type { OciSeccomp } from './oci-types.ts';

/**
 * The BPF program that the runtime made of our seccomp profile, to be handed to it with the next container: making it
 * takes a third of what crun needs to create one.
 */
export interface SeccompFilter {
  /** In base64; undefined where none was made of this profile by this runtime yet. */
  known(): string | undefined;
  /** Keeps what the runtime made for a container that it has created. Never throws: without it the next one takes longer. */
  learn(name: ContainerName): void;
}

export interface SeccompFilterOptions {
  /** Where the program is kept, for later runs. */
  readonly file: string;
  /** The runtime's --root, in which crun keeps the program of each container. */
  readonly runtimeState: string;
  /** Tells one runtime from another that takes its place. */
  readonly runtimeIdentity: string;
  seccomp(): OciSeccomp | undefined;
}

interface Kept {
  readonly key: string;
  readonly bpf: string;
}

export function openSeccompFilter({ file, runtimeState, runtimeIdentity, seccomp }: SeccompFilterOptions): SeccompFilter {
  let kept: Kept | undefined;
  let key: string | undefined;
  const keyNow = (): string => (key ??= digestOf([JSON.stringify(seccomp()), runtimeIdentity].join('\n')));
  return {
    known() {
      if (seccomp() === undefined) return undefined;
      kept ??= readKept(file, keyNow());
      return kept?.bpf;
    },
    learn(name) {
      if (kept !== undefined || seccomp() === undefined) return;
      kept = readMade(join(runtimeState, name, 'seccomp.bpf'), keyNow());
      if (kept !== undefined) keep(file, kept);
    },
  };
}

function readKept(file: string, key: string): Kept | undefined {
  const value = parseJson(unlessFailing(() => readTextIfExists(file)) ?? '') as Partial<Kept & { readonly digest: string }> | null | undefined;
  const { key: found, bpf, digest } = value ?? {};
  return found === key && typeof bpf === 'string' && digest === digestOf(bpf) ? { key, bpf } : undefined;
}

/** struct sock_filter of linux/filter.h. */
const instructionBytes = 8;

function readMade(file: string, key: string): Kept | undefined {
  const bytes = unlessFailing(() => readBytesIfExists(file));
  if (bytes === undefined || bytes.length === 0 || bytes.length % instructionBytes !== 0) return undefined;
  return { key, bpf: bytes.toString('base64') };
}

function keep(file: string, kept: Kept): void {
  unlessFailing(() => { writeFileAtomic(file, `${JSON.stringify({ ...kept, digest: digestOf(kept.bpf) })}\n`); });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
