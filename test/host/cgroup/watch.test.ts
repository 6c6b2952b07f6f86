import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchCgroups } from '../../../src/host/cgroup/watch.ts';
import type { CgroupWatch } from '../../../src/host/cgroup/watch.ts';
import { countCalls } from '../../support/count-calls.ts';
import type { ContainerName } from '../../../src/state/container-name.ts';

const web = 'web' as ContainerName;

/** What the cgroup's files are known to hold. */
const known = 'as it was';

interface Watching {
  readonly dir: string;
  readonly events: ContainerName[];
  readonly watch: CgroupWatch;
}

function startWatching(): Watching {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  const events: ContainerName[] = [];
  const directories = (name: string): string[] => [join(root, 'memory', name), join(root, 'pids', name)];
  const isNews = (_name: string, dir: string, file: string): boolean => readFileSync(join(dir, file), 'utf8') !== known;
  const watch = watchCgroups({ directories, isNews }, (name) => events.push(name));
  onTestFinished(() => {
    watch.close();
    rmSync(root, { recursive: true, force: true });
  });
  const dir = join(root, 'memory', web);
  mkdirSync(dir, { recursive: true });
  return { dir, events, watch };
}

describe('watchCgroups', () => {
  it('tells the container in whose cgroup a file was written', async () => {
    const { dir, events, watch } = startWatching();
    watch.add(web);

    writeFileSync(join(dir, 'memory.max'), '9');

    await expect.poll(() => events).toContain(web);
  });

  it('passes over a write that leaves a file as it is known to be', async () => {
    const { dir, events, watch } = startWatching();
    writeFileSync(join(dir, 'memory.max'), known);
    watch.add(web);

    writeFileSync(join(dir, 'memory.max'), known, { flag: 'r+' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const afterOurs = events.length;
    writeFileSync(join(dir, 'memory.max'), 'otherwise', { flag: 'r+' });

    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(afterOurs).toBe(0);
  });

  it('passes over the counters that the kernel writes itself', async () => {
    const { dir, events, watch } = startWatching();
    writeFileSync(join(dir, 'memory.events'), '');
    writeFileSync(join(dir, 'cgroup.events'), '');
    watch.add(web);

    writeFileSync(join(dir, 'memory.events'), 'oom_kill 1', { flag: 'r+' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const afterCounter = events.length;
    writeFileSync(join(dir, 'cgroup.events'), 'populated 0', { flag: 'r+' });

    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(afterCounter).toBe(0);
  });

  it('watches what is there, once, and nothing that is gone', () => {
    const { watch } = startWatching();

    watch.add(web);
    watch.add(web);
    watch.add('gone' as ContainerName);

    expect(watch.count).toBe(1);
  });

  it('watches a cgroup anew that was removed and made again', async () => {
    const { dir, events, watch } = startWatching();
    watch.add(web);
    // While it is open its inode goes to nobody, as in cgroupfs.
    const held = openSync(dir, 'r');
    rmdirSync(dir);
    mkdirSync(dir);
    watch.add(web);
    closeSync(held);
    // The removal itself is told too.
    await new Promise((resolve) => setTimeout(resolve, 30));
    events.length = 0;

    writeFileSync(join(dir, 'memory.max'), '9');

    await expect.poll(() => events).toContain(web);
  });

  it('looks at nothing while the process is the same and all is watched', async () => {
    const { dir, watch } = startWatching();
    mkdirSync(join(dir, '..', '..', 'pids', web), { recursive: true });
    watch.add(web, 7);

    expect(await countCalls(() => { watch.add(web, 7); })).toEqual({});
    expect(await countCalls(() => { watch.add(web, 8); })).toEqual({ statSync: 2 });
  });

  it('looks again for what it could not watch, also while the process is the same', async () => {
    const { dir, watch } = startWatching();
    watch.add(web, 7);
    mkdirSync(join(dir, '..', '..', 'pids', web), { recursive: true });

    watch.add(web, 7);

    expect(watch.count).toBe(2);
  });

  it('knows whether all of a cgroup is watched, for the process that it was told of', () => {
    const { dir, watch } = startWatching();
    const pids = join(dir, '..', '..', 'pids', web);
    watch.add(web, 7);
    const withoutOne = watch.isWhole(web);
    mkdirSync(pids, { recursive: true });
    watch.add(web);
    const withoutLife = watch.isWhole(web);
    watch.add(web, 7);
    const whole = watch.isWhole(web);
    watch.add(web);
    const askedAgain = watch.isWhole(web);
    rmdirSync(pids);
    watch.add(web);

    expect([withoutOne, withoutLife, whole, askedAgain, watch.isWhole(web)]).toEqual([false, false, true, true, false]);
  });

  it('tells nothing more after remove, and takes nothing on after close', async () => {
    const { dir, events, watch } = startWatching();
    watch.add(web);

    watch.remove(web);
    writeFileSync(join(dir, 'memory.max'), '9');
    watch.close();
    watch.add(web);
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(events).toEqual([]);
    expect(watch.count).toBe(0);
  });
});
