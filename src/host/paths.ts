import { join } from 'node:path';
import type { ContainerName } from '../state/container-name.ts';

/** What one instance of reconcile owns. Instances that differ in all of root, data and cgroupParent never meet. */
export interface Settings {
  /** Folder of run-time state; it may be lost with a reboot. */
  readonly root: string;
  /** Folder of jails, writable layers and logs; it outlives a reboot. */
  readonly data: string;
  readonly cgroupParent: string;
  /** `auto`, `crun`, `runc` or an absolute path. */
  readonly runtime: string;
}

/** Where everything lies below `--root` and `--data`. */
export interface Paths {
  readonly lock: string;
  readonly bundles: string;
  bundle(name: ContainerName): string;
  /** conmon's --exit-dir: the file NAME holds the exit code. */
  readonly exits: string;
  /** The runtime's own --root. */
  readonly runtimeState: string;
  /** Which version the runtime told when it was last asked. */
  readonly runtimeNote: string;
  /** What the runtime made of the seccomp profile. */
  readonly seccompFilter: string;
  readonly jails: string;
  jail(id: string): string;
  readonly layers: string;
  layer(name: ContainerName): string;
  readonly logs: string;
  log(name: ContainerName): string;
}

/** Names every path; makes none of them. */
export function pathsOf(settings: Pick<Settings, 'root' | 'data'>): Paths {
  const bundles = join(settings.root, 'bundles');
  const jails = join(settings.data, 'jails');
  const layers = join(settings.data, 'layers');
  const logs = join(settings.data, 'logs');
  return {
    lock: join(settings.root, 'lock'),
    bundles,
    bundle: (name) => join(bundles, name),
    exits: join(settings.root, 'exits'),
    runtimeState: join(settings.root, 'runtime'),
    runtimeNote: join(settings.root, 'runtime.json'),
    seccompFilter: join(settings.root, 'seccomp.json'),
    jails,
    jail: (id) => join(jails, id),
    layers,
    layer: (name) => join(layers, name),
    logs,
    log: (name) => join(logs, `${name}.log`),
  };
}
