import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { manifest } from '../manifest.ts';

/** What reconcile itself makes of a container: peers run exactly the same. */
export interface Image {
  /** The root filesystem: busybox and the folders that a container needs. */
  readonly rootfs: string;
  /** The same as a tar archive. */
  readonly archive: string;
  /** The config.json of the container `name` in the cgroup `cgroup`, over the root filesystem at `root`. */
  configOf(options: { readonly name: string; readonly cgroup: string; readonly root: string; readonly writable: boolean }): string;
  /** The runtime that reconcile took, such as runc. */
  readonly runtime: string;
  /** With its version, as the plan says. */
  readonly runtimeVersion: string;
}

interface Config {
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly linux: { readonly cgroupsPath: string };
}

let made: Promise<Image> | undefined;

/** Applies two containers after a first one, and keeps what their bundles hold. */
export function openImage(bench: Bench): Promise<Image> {
  made ??= makeImage(bench);
  return made;
}

async function makeImage(bench: Bench): Promise<Image> {
  const instance = bench.instance('image');
  const folder = join(bench.folder, 'image');
  const [rootfs, archive] = [join(folder, 'rootfs'), join(folder, 'rootfs.tar')];
  // What reconcile hands the runtime with every container but the first, such as its own seccomp program, the floor has too.
  instance.write('zero.yaml', manifest({ name: 'bench-first' }));
  await instance.apply();
  instance.write('one.yaml', manifest({ name: 'bench-readonly' }));
  instance.write('two.yaml', manifest({ name: 'bench-writable', readonly: false }));
  await instance.apply();
  const [readonly = '', writable = ''] = ['bench-readonly', 'bench-writable'].map((name) => readFileSync(join(instance.bundle(name), 'config.json'), 'utf8'));
  const jails = join(instance.data, 'jails');
  const jail = readdirSync(jails, { withFileTypes: true }).find((entry) => entry.isDirectory())?.name ?? '';
  mkdirSync(folder, { recursive: true });
  cpSync(join(jails, jail), rootfs, { recursive: true, verbatimSymlinks: true });
  await bench.children.run(['tar', '-cf', archive, '-C', rootfs, '.']);
  const { stdout } = await instance.run('plan', '-o', 'json', instance.manifests);
  const { host } = JSON.parse(stdout) as { readonly host: { readonly runtime: string } };
  await instance.destroy();
  return {
    ...{ rootfs, archive, runtime: host.runtime.split(' ')[0] ?? '', runtimeVersion: host.runtime },
    configOf: (options) => configOf(options.writable ? writable : readonly, options),
  };
}

function configOf(text: string, { name, cgroup, root, writable }: Parameters<Image['configOf']>[0]): string {
  const config = JSON.parse(text.replaceAll(/bench-(?:readonly|writable)/g, name)) as Config;
  return JSON.stringify({
    ...config,
    root: { path: root, readonly: !writable },
    linux: { ...config.linux, cgroupsPath: `/${cgroup}` },
  });
}
