import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostNamespaces, readNamespaces } from '../../../src/host/proc/namespaces.ts';
import { namespaceTypes } from '../../../src/state/desired.ts';

describe('readNamespaces', () => {
  it('gives the inode of each namespace', () => {
    const inodes = readNamespaces(process.pid);

    expect(inodes).toMatchObject({
      mount: statSync('/proc/self/ns/mnt').ino,
      network: statSync('/proc/self/ns/net').ino,
      cgroup: statSync('/proc/self/ns/cgroup').ino,
    });
    expect(Object.keys(inodes ?? {}).sort()).toEqual([...namespaceTypes].sort());
  });

  it('finds a child in the namespaces of the host', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');

    const inodes = readNamespaces(child.pid ?? 0);

    child.kill('SIGKILL');
    expect(inodes).toEqual(hostNamespaces());
  });

  it('gives nothing for a process that is gone', () => {
    expect(readNamespaces(2 ** 30)).toBeUndefined();
  });
});
