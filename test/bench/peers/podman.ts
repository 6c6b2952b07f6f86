import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { openImage } from './image.ts';
import type { Maker } from './peer.ts';
import { requireProgram } from './peer.ts';

export interface Podman {
  /** `podman run -d`, several at once. */
  readonly run: Maker;
  /** `podman kube play`, a pod for each container. */
  readonly kube: Maker;
}

const imageName = 'localhost/bench:1';

const runtimeNote = 'under runc, as crun refuses a hybrid host that shows it all';

/** A Podman with a storage of its own. */
export async function openPodman(bench: Bench, atOnce: number): Promise<Podman> {
  const podman = requireProgram('podman');
  const { archive } = await openImage(bench);
  const folder = join(bench.folder, 'podman');
  const runFolder = join(bench.runFolder, 'podman');
  for (const path of [folder, runFolder]) mkdirSync(path, { recursive: true });
  const settings = join(folder, 'containers.conf');
  writeFileSync(settings, settingsText(folder));
  const env = { CONTAINERS_CONF: settings, CONTAINERS_STORAGE_CONF: join(folder, 'none'), TMPDIR: folder };
  writeFileSync(env.CONTAINERS_STORAGE_CONF, `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/root"\nrunroot = "${runFolder}/run"\n`);
  const command = [podman, '--root', join(folder, 'root'), '--runroot', join(runFolder, 'run'), '--tmpdir', join(runFolder, 'tmp'), '--cgroup-manager', 'cgroupfs', '--storage-driver', 'overlay'];
  const call = (...args: readonly string[]) => bench.children.run([...command, ...args], { env, cwd: folder, boundMs: 300_000 });
  const removeAll = async (): Promise<void> => {
    await call('pod', 'rm', '-f', '-a', '-t', '0');
    await call('rm', '-f', '-a', '-t', '0');
  };
  bench.defer(async () => {
    await removeAll();
    await bench.children.attempt(['umount', join(folder, 'root/overlay')]);
  });
  await call('import', archive, imageName);
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await act();
    return performance.now() - began;
  };
  const destroy = (): Promise<number> => timed(removeAll);
  const pods = join(folder, 'pods.yaml');
  return {
    run: {
      title: 'podman run -d',
      note: runtimeNote,
      create: (count) =>
        bench.floors.many([['run', ...command, 'run', '-d', '--network', 'none', '--cgroup-parent', `${bench.prefix}-podman`, '--name', 'c{}', imageName, '/bin/busybox', 'sleep', '100000']], { count, atOnce, env }),
      destroy,
    },
    kube: {
      title: 'podman kube play',
      note: `${runtimeNote}; each in a pod, which has an infra container besides`,
      create(count) {
        writeFileSync(pods, Array.from({ length: count }, (_, index) => podOf(`p${index}`)).join('---\n'));
        return timed(() => call('kube', 'play', pods));
      },
      destroy,
    },
  };
}

/** Its locks and networks would else be the whole host's, and it would raise hard limits, which not everybody may. */
function settingsText(folder: string): string {
  return [
    ...['[engine]', 'lock_type = "file"', 'events_logger = "none"', 'cgroup_manager = "cgroupfs"', 'runtime = "runc"'],
    ...['[containers]', 'log_driver = "k8s-file"', 'default_ulimits = ["nofile=1024:1024", "nproc=8192:8192"]'],
    ...['[network]', `network_config_dir = "${folder}/networks"`, ''],
  ].join('\n');
}

function podOf(name: string): string {
  return [
    'apiVersion: v1',
    'kind: Pod',
    `metadata: {name: ${name}}`,
    'spec:',
    '  hostNetwork: true',
    `  containers: [{name: web, image: "${imageName}", command: [/bin/busybox, sleep, "100000"]}]`,
    '',
  ].join('\n');
}
