import { mergeFiles, resolveFile } from '../../src/manifest/manifest.ts';
import type { ContainerSpec, DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import type { FileValues } from '../../src/state/resources.ts';
import type { Chance } from './chance.ts';
import { theirs } from './world.ts';

/** What each manifest says, by `metadata.name`. */
export type Manifests = Readonly<Record<string, Settings>>;

/** Everything in which manifests differ here, as it is written. */
export interface Settings {
  readonly replicas: number;
  readonly rootfs: string;
  readonly readonly: boolean;
  readonly seconds: string;
  readonly hostname: string;
  readonly policy: string;
  readonly timeout: string;
  readonly pids: string;
  readonly memory: string;
  readonly weight: string;
  readonly drift: string;
}

const groups = ['a', 'b', 'c', 'web', 'web', theirs] as const;

const choices: { readonly [Key in keyof Settings]: readonly Settings[Key][] } = {
  replicas: [1, 2, 3],
  rootfs: ['jail: {binaries: [/bin/busybox]}', 'jail: {binaries: [/bin/busybox]}', 'jail: {binaries: [/bin/busybox, /bin/true]}', 'path: /srv/root'],
  readonly: [true, false],
  seconds: ['1', '2'],
  hostname: ['one', 'two'],
  policy: ['always', 'on-failure', 'never'],
  timeout: ['100ms', '1s'],
  pids: ['10', '20'],
  memory: ['16Mi', '32Mi', '64Mi', 'max'],
  weight: ['50', '200'],
  drift: ['{}', '{}', '{rootfs: report}', '{rootfs: ignore}', '{resources.pids: report}', '{resources.pids: report}'],
};

const keys = Object.keys(choices) as (keyof Settings)[];

/** A manifest is new, gone, or says something else: of one thing, which often is a limit, or of all. */
export function edit(manifests: Manifests, chance: Chance): Manifests {
  const group = chance.pick(groups);
  const { [group]: before, ...others } = manifests;
  if (chance.happens(0.25)) return others;
  if (before === undefined || chance.happens(0.3)) return { ...others, [group]: anySettings(chance) };
  const key = chance.pick([...keys, 'memory', 'memory', 'pids', 'pids', 'pids'] as const);
  return { ...others, [group]: { ...before, [key]: chance.pick<Settings[typeof key]>(choices[key]) } };
}

function anySettings(chance: Chance): Settings {
  return Object.fromEntries(keys.map((key) => [key, chance.pick<Settings[typeof key]>(choices[key])])) as unknown as Settings;
}

const lines = new WeakMap<Settings, string>();

/** The manifest in one line, for a story. */
export function lineOf(group: string, settings: Settings): string {
  const line = lines.get(settings) ?? textOf(group, settings).replace(/\s+/g, ' ');
  lines.set(settings, line);
  return line;
}

function textOf(group: string, settings: Settings): string {
  return [
    'apiVersion: reconcile/v1',
    'kind: Container',
    `metadata: {name: ${group}}`,
    'spec:',
    ...(group === 'web' ? [`  replicas: ${settings.replicas}`] : []),
    `  rootfs: {${settings.rootfs}, readonly: ${settings.readonly}}`,
    `  process: {args: [/bin/busybox, sleep, "${settings.seconds}"]}`,
    `  hostname: ${settings.hostname}`,
    `  restart: {policy: ${settings.policy}}`,
    `  stop: {timeout: ${settings.timeout}, signal: TERM}`,
    `  drift: {paths: ${settings.drift}}`,
    `  resources: {pids: {max: ${settings.pids}}, memory: {max: ${settings.memory}}, cpu: {weight: ${settings.weight}}}`,
    '',
  ].join('\n');
}

export function resolve(manifests: Manifests): DesiredState {
  const containers = Object.entries(manifests).flatMap(([group, settings]) => containersOf(group, settings));
  return { revision: 'r', complete: true, containers: containers.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** While a manifest says the same, what it asks for is the same object. */
const known = new WeakMap<Settings, readonly DesiredContainer[]>();

function containersOf(group: string, settings: Settings): readonly DesiredContainer[] {
  const containers = known.get(settings) ?? put(group, settings);
  known.set(settings, containers);
  return containers;
}

/** Each thing that can be said is read as the program reads it, once: to read every manifest whole takes longer than to live by it. */
function put(group: string, settings: Settings): DesiredContainer[] {
  return read(group, 'replicas', settings.replicas).map((container) => {
    const said = (key: keyof Settings): ContainerSpec => specOf(read('a', key, settings[key]));
    const resources = { ...said('pids').resources, 'memory.max': said('memory').resources['memory.max'], 'cpu.weight': said('weight').resources['cpu.weight'] };
    return {
      ...container,
      spec: {
        ...container.spec,
        rootfs: { ...said('rootfs').rootfs, readonly: settings.readonly },
        process: said('seconds').process,
        hostname: settings.hostname,
        restart: said('policy').restart,
        stop: said('timeout').stop,
        drift: said('drift').drift,
        resources: resources as ContainerSpec['resources'],
      },
    };
  });
}

const plain: Settings = {
  ...{ replicas: 1, rootfs: 'path: /srv/root', readonly: false, seconds: '1', hostname: 'one', policy: 'never', timeout: '1s' },
  ...{ pids: '10', memory: '16Mi', weight: '50', drift: '{}' },
};

const manifestsRead = new Map<string, readonly DesiredContainer[]>();

/** What a plain manifest that says this one thing asks for. */
function read<Key extends keyof Settings>(group: string, key: Key, value: Settings[Key]): readonly DesiredContainer[] {
  const name = `${group} ${key} ${value}`;
  const found = manifestsRead.get(name) ?? resolveText(group, textOf(group, { ...plain, [key]: value }));
  manifestsRead.set(name, found);
  return found;
}

function resolveText(group: string, text: string): readonly DesiredContainer[] {
  const { desired, diagnostics } = mergeFiles({ revision: 'r', files: [], diagnostics: [] }, [resolveFile(`${group}.yaml`, text)]);
  if (diagnostics.length > 0) throw new Error(`the manifests of a life are good: ${JSON.stringify(diagnostics)}`);
  return desired.containers;
}

function specOf([container]: readonly DesiredContainer[]): ContainerSpec {
  if (container === undefined) throw new Error('a manifest asks for a container');
  return container.spec;
}

/** The limits that a manifest asks for, as its kernel shows them. */
export function limitsOf({ resources }: ContainerSpec): FileValues {
  const fields = ['pids.max', 'memory.max', 'cpu.weight'] as const;
  return Object.fromEntries(fields.map((field) => [field, String(resources[field])]));
}

/** How limits differ from what a manifest asks for. */
export function unlikeLimits(files: FileValues, spec: ContainerSpec): string[] {
  return Object.entries(limitsOf(spec)).filter(([file, value]) => files[file] !== value).map(([file]) => `${file} is ${files[file]}`);
}

/** Whether what others change there is to be put right. */
export function isEnforced({ drift }: ContainerSpec, path: 'rootfs' | 'resources.pids'): boolean {
  return drift.paths[path] === undefined;
}
