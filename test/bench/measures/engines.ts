import type { Bench, Measure } from '../bench-context.ts';
import { manifest } from '../manifest.ts';
import { openDocker } from '../peers/docker.ts';
import { openImage } from '../peers/image.ts';
import type { Maker } from '../peers/peer.ts';
import { openPodman } from '../peers/podman.ts';

/** Whole container engines: so slow that they make fewer, and are compared by the container. */
export const engines: Measure = {
  name: 'engines',
  title: 'create, against Podman and Docker Compose',
  seconds: 90,
  async run(bench) {
    const { concurrency } = bench.options;
    await bench.attempt('create.podman-kube', async () => {
      const { kube, run } = await openPodman(bench, concurrency);
      await bench.attempt('create.podman-run', () => compare(bench, 'create.podman-run', run));
      await compare(bench, 'create.podman-kube', kube);
    });
    await bench.attempt('create.docker-compose', async () => {
      await compare(bench, 'create.docker-compose', (await openDocker(bench)).compose);
    });
  },
};

async function compare(bench: Bench, id: string, maker: Maker): Promise<void> {
  const { batch, slowPeer } = bench.sizes;
  const { runtime } = await openImage(bench);
  const instance = bench.instance(id.replace('.', '-'));
  const [values, theirs]: [number[], number[]] = [[], []];
  instance.write('web.yaml', manifest({ name: 'web', replicas: batch, readonly: false }));
  for (let round = 0; round < Math.min(bench.sizes.rounds, 3); round += 1) {
    values.push((await instance.apply()).ms / batch);
    await instance.destroy();
    theirs.push((await maker.create(slowPeer)) / slowPeer);
    await maker.destroy(slowPeer);
  }
  const note = `${batch} of ours under ${runtime}, with a writable root filesystem; ${slowPeer} of theirs${maker.note === undefined ? '' : ` ${maker.note}`}`;
  bench.add({ id, title: 'create, a container', unit: 'ms', values, against: { title: maker.title, values: theirs, inPairs: true }, note });
}
