import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { openImage } from './image.ts';
import type { Maker } from './peer.ts';
import { requireProgram } from './peer.ts';

export interface Docker {
  readonly compose: Maker;
  /** `docker update` of the containers of `compose`, one after the other: milliseconds for each. */
  update(count: number): Promise<number[]>;
}

let opened: Promise<Docker> | undefined;

/** A dockerd of its own, without a network; the same for every measure. */
export function openDocker(bench: Bench): Promise<Docker> {
  opened ??= startDocker(bench);
  return opened;
}

async function startDocker(bench: Bench): Promise<Docker> {
  const [dockerd, compose] = [requireProgram('dockerd', 'docker.io'), requireProgram('docker-compose')];
  // Not whatever PATH has first: the client that came with this daemon.
  const docker = '/usr/bin/docker';
  const { archive } = await openImage(bench);
  const folder = join(bench.folder, 'docker');
  mkdirSync(folder, { recursive: true });
  const socket = `unix://${folder}/sock`;
  const places = ['--data-root', join(folder, 'data'), '--exec-root', join(bench.runFolder, 'docker-exec'), '--pidfile', join(folder, 'pid'), '-H', socket];
  const plain = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false', '--cgroup-parent', `${bench.prefix}-docker`, '--storage-driver', 'overlay2'];
  const daemon = bench.children.start([dockerd, ...places, ...plain], { boundMs: 60_000 });
  bench.defer(() => daemon.stop());
  await daemon.until(/API listen on/);
  const env = { DOCKER_HOST: socket, COMPOSE_PARALLEL_LIMIT: '64' };
  const call = (command: readonly string[]) => bench.children.run(command, { env, cwd: folder, boundMs: 300_000 });
  await call([docker, 'import', archive, 'bench:1']);
  writeFileSync(join(folder, 'docker-compose.yml'), 'version: "2.4"\nservices:\n  web:\n    image: bench:1\n    network_mode: none\n    command: [/bin/busybox, sleep, "100000"]\n');
  const project = [compose, '-p', 'bench'];
  bench.defer(async () => { await call([...project, 'down', '-t', '0']); });
  return {
    compose: {
      title: 'docker-compose up',
      note: 'under runc, which dockerd takes by itself',
      create: async (count) => (await call([...project, 'up', '-d', '--scale', `web=${count}`])).ms,
      destroy: async () => (await call([...project, 'down', '-t', '0'])).ms,
    },
    async update(count) {
      const { stdout } = await call([docker, 'ps', '-q']);
      const times: number[] = [];
      for (const id of stdout.split('\n').filter((line) => line !== '').slice(0, count)) {
        times.push((await call([docker, 'update', '--cpus', '0.5', '--cpu-shares', '512', '--memory', '64m', '--memory-swap', '96m', '--pids-limit', '32', id])).ms);
      }
      return times;
    },
  };
}
