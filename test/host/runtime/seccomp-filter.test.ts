import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSeccompFilter } from '../../../src/host/runtime/seccomp-filter.ts';
import type { OciSeccomp } from '../../../src/host/runtime/oci-types.ts';
import { name } from '../../support/containers.ts';

const profile: OciSeccomp = { defaultAction: 'SCMP_ACT_ERRNO', architectures: ['SCMP_ARCH_X86_64'], syscalls: [] };
const program = Buffer.from('0600000000000500', 'hex');

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-bpf-'));
  mkdirSync(join(dir, 'state/web'), { recursive: true });
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function open({ seccomp = profile, runtimeIdentity = 'crun 1' }: { seccomp?: OciSeccomp | undefined; runtimeIdentity?: string } = {}) {
  return openSeccompFilter({ file: join(dir, 'seccomp.json'), runtimeState: join(dir, 'state'), runtimeIdentity, seccomp: () => seccomp });
}

const made = (bytes: Buffer): void => { writeFileSync(join(dir, 'state/web/seccomp.bpf'), bytes); };

describe('a seccomp filter', () => {
  it('is known once the runtime has made it for a container, also to a later run', () => {
    made(program);
    const filter = open();
    const before = filter.known();

    filter.learn(name('web'));

    expect(before).toBeUndefined();
    expect(filter.known()).toBe(program.toString('base64'));
    expect(open().known()).toBe(program.toString('base64'));
  });

  it.each([
    ['another profile', { seccomp: { ...profile, defaultAction: 'SCMP_ACT_KILL' } }],
    ['another runtime', { runtimeIdentity: 'crun 2' }],
  ])('is not taken for %s', (_title, options) => {
    made(program);
    open().learn(name('web'));

    expect(open(options).known()).toBeUndefined();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half an instruction', program.subarray(0, 12 - 8)],
  ])('is not made of %s', (_title, bytes) => {
    made(bytes);
    const filter = open();

    filter.learn(name('web'));

    expect(filter.known()).toBeUndefined();
  });

  it.each(['', 'null', '{"key":1}', (text: string) => text.replace('BgAA', 'AAAA')])('is made anew where what was kept is damaged: %s', (damage) => {
    made(program);
    open().learn(name('web'));
    const file = join(dir, 'seccomp.json');
    writeFileSync(file, typeof damage === 'string' ? damage : damage(readFileSync(file, 'utf8')));

    expect(open().known()).toBeUndefined();
  });

  it('is nothing where this host has no profile, and where the runtime keeps none', () => {
    const filter = openSeccompFilter({ file: join(dir, 'seccomp.json'), runtimeState: join(dir, 'state'), runtimeIdentity: '', seccomp: () => undefined });
    made(program);
    filter.learn(name('web'));
    const other = open();
    other.learn(name('gone'));

    expect([filter.known(), other.known()]).toEqual([undefined, undefined]);
  });
});
