import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFolders } from './kernel.ts';

export interface Podman {
  /** What a container with Podman's defaults prints until it ends; `flags` come before its root filesystem. */
  run(rootfs: string, command: readonly string[], flags?: readonly string[]): string;
  close(): void;
}

/**
 * A Podman with a storage and cgroups of its own, under runc, as crun does not work on every host. Its containers have its
 * defaults but for two: no network, which is what reconcile gives too, and the limits (ulimits) of the caller, as not
 * everybody may raise them.
 */
export function openPodman(folder: string, cgroup: string): Podman {
  const place = (name: string): string => join(folder, name);
  mkdirSync(place('networks'), { recursive: true });
  writeFileSync(place('containers.conf'), settingsText(folder));
  writeFileSync(place('storage.conf'), `[storage]\ndriver = "overlay"\ngraphroot = "${place('root')}"\nrunroot = "${place('run')}"\n`);
  const env = { ...process.env, CONTAINERS_CONF: place('containers.conf'), CONTAINERS_STORAGE_CONF: place('storage.conf'), TMPDIR: folder };
  const podman = ['--root', place('root'), '--runroot', place('run'), '--tmpdir', place('tmp'), '--cgroup-manager', 'cgroupfs', '--storage-driver', 'overlay'];
  return {
    run(rootfs, command, flags = []) {
      const args = [...podman, 'run', '--rm', '--network', 'none', '--cgroup-parent', cgroup, ...flags, '--rootfs', rootfs, ...command];
      const { status, stdout, stderr } = spawnSync('podman', args, { env, cwd: folder, encoding: 'utf8', timeout: 60_000 });
      if (status !== 0) throw new Error(`podman: status ${status}\n${stderr}`);
      return stdout;
    },
    close() {
      spawnSync('podman', [...podman, 'rm', '--force', '--all', '--time', '0'], { env, cwd: folder });
      spawnSync('umount', [place('root/overlay')]);
      rmSync(folder, { recursive: true });
      removeCgroups(cgroup);
    },
  };
}

/** With what Podman made below; its monitors take a moment to go. Throws where one stays. */
function removeCgroups(cgroup: string): void {
  for (let tries = 0; cgroupFolders(cgroup).length > 0; tries += 1) {
    if (tries > 100) throw new Error(`left: ${cgroupFolders(cgroup).join(' ')}`);
    if (tries > 0) spawnSync('sleep', ['0.05']);
    spawnSync('find', [...cgroupFolders(cgroup), '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
  }
}

/** Its locks and networks would else be the whole host's. */
function settingsText(folder: string): string {
  return [
    ...['[engine]', 'lock_type = "file"', 'events_logger = "none"', 'cgroup_manager = "cgroupfs"', 'runtime = "runc"'],
    ...['[containers]', 'log_driver = "k8s-file"', 'default_ulimits = []'],
    ...['[network]', `network_config_dir = "${folder}/networks"`, ''],
  ].join('\n');
}
