import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { notMounted, withOverlay } from '../../../src/host/runtime/launch.ts';
import type { Launch } from '../../../src/host/runtime/launch.ts';
import type { Overlay } from '../../../src/host/rootfs/overlay.ts';
import { requires } from '../../support/requires.ts';

let dir: string;
let overlay: Overlay;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "reconcile launch '"));
  for (const folder of ['lower', 'upper', 'work', 'root', 'cwd']) mkdirSync(join(dir, folder));
  overlay = { mountPoint: join(dir, 'root'), folder: dir, layers: ['lowerdir=lower', 'upperdir=upper', 'workdir=work'], tag: `reconcile-test-${process.pid}-launch` };
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const run = ({ file, args, cwd }: Launch) => spawnSync(file, [...args], { cwd, encoding: 'utf8' });
const shell = (script: string, ...args: string[]): Launch => ({ file: 'sh', args: ['-c', script, 'sh', ...args], cwd: join(dir, 'cwd') });

requires({ root: true })('a launch with an overlay', () => {
  it('sees what is written to the overlay, in its own working folder and with its arguments as they are', () => {
    const { stdout } = run(withOverlay(shell('echo x > "$1/file"; ls "$1"; pwd; echo "$2"', overlay.mountPoint, '$HOME "quoted"'), overlay));

    expect(stdout).toBe(`file\n${join(dir, 'cwd')}\n$HOME "quoted"\n`);
    expect(readFileSync(join(dir, 'upper/file'), 'utf8')).toBe('x\n');
  });

  it('leaves no mount to the host, not even while it runs', () => {
    const { stdout } = run(withOverlay(shell('readlink /proc/self/ns/mnt; grep -c "$1" /proc/self/mountinfo; grep -c "$1" /proc/$PPID/mountinfo', overlay.tag), overlay));

    const [namespace, inside, outside] = stdout.trim().split('\n');
    expect(namespace).not.toBe(readlinkSync('/proc/self/ns/mnt'));
    expect([inside, outside]).toEqual(['1', '0']);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(overlay.tag);
  });

  it('ends with a line of its own where the overlay cannot be mounted, after the words of mount', () => {
    const { status, stdout, stderr } = run(withOverlay(shell('echo started'), { ...overlay, layers: ['lowerdir=gone'] }));

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/mount: .*root: /);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(notMounted);
  });
});
