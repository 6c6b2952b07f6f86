import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Children, Ended, Started } from './child.ts';

/** A reconcile with a root, data folder, cgroup parent and manifests of its own. */
export interface Instance {
  readonly manifests: string;
  readonly root: string;
  readonly data: string;
  readonly parent: string;
  readonly flags: readonly string[];
  write(file: string, text: string): void;
  /** The flags of this instance come after the verb. */
  run(verb: string, ...args: readonly string[]): Promise<Ended>;
  apply(): Promise<Ended>;
  destroy(): Promise<Ended>;
  /** Starts a watch and waits until it watches. */
  watch(...args: readonly string[]): Promise<Started>;
  bundle(name: string): string;
  pidOf(name: string): number;
  monitorOf(name: string): number;
  /** Where a container's cgroup is, beneath the root of a hierarchy. */
  cgroup(name: string): string;
}

/** Long enough for thousands of containers on a slow machine. */
const boundMs = 600_000;

export function openInstance({ folder, runFolder }: { readonly folder: string; readonly runFolder: string }, parent: string, { program, children }: { readonly program: readonly string[]; readonly children: Children }): Instance {
  const [manifests, data] = ['manifests', 'data'].map((name) => join(folder, name)) as [string, string];
  const root = join(runFolder, 'run');
  mkdirSync(manifests, { recursive: true });
  const flags = ['--root', root, '--data', data, '--cgroup-parent', parent];
  const run = (verb: string, ...args: readonly string[]): Promise<Ended> => children.run([...program, verb, ...flags, ...args], { cwd: folder, boundMs });
  const numberIn = (file: string): number => Number(readFileSync(file, 'utf8'));
  const bundle = (name: string): string => join(root, 'bundles', name);
  return {
    ...{ manifests, root, data, parent, flags, run, bundle },
    write: (file, text) => { writeFileSync(join(manifests, file), text); },
    apply: () => run('apply', '--yes', '--allow-prune', manifests),
    destroy: () => run('destroy', '--yes'),
    async watch(...args) {
      const watching = children.start([...program, 'watch', ...flags, ...args, manifests], { cwd: folder, boundMs });
      await watching.until(/watching/i);
      return watching;
    },
    pidOf: (name) => numberIn(join(bundle(name), 'pid')),
    monitorOf: (name) => numberIn(join(bundle(name), 'conmon.pid')),
    cgroup: (name) => `${parent}/${name}`,
  };
}
