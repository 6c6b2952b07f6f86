import equal from 'fast-deep-equal';
import type { ManifestFile } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import { byName, containersNamed } from '../state/desired.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';

/** The manifests at one moment: what was read, and what it asks for. */
export interface Reading {
  readonly files: readonly ManifestFile[];
  readonly desired: DesiredState;
}

/** What is different from one reading to the next. */
export interface Edits {
  /** Files that read differently, that came and that went. */
  readonly files: readonly string[];
  readonly containers: readonly ContainerEdit[];
}

/** A container that came, that runs differently, or that is asked for no more: maybe since its file could not be read. */
export interface ContainerEdit {
  readonly name: ContainerName;
  /** The file that asks for it, or did. */
  readonly file: string;
  readonly gone: boolean;
}

const noEdits: Edits = { files: [], containers: [] };

/** @param changed the containers that are new, or asked for differently, in `after` */
export function editsBetween(before: Reading, after: Reading, changed: ReadonlySet<ContainerName>): Edits {
  if (before.desired.revision === after.desired.revision) return noEdits;
  const old = byName(before.desired);
  const edited = containersNamed(after.desired, changed).filter((one) => !equal(old.get(one.name)?.spec, one.spec));
  return {
    files: changedFiles(before.files, after.files),
    containers: [
      ...edited.map(({ name, manifest: { file } }) => ({ name, file, gone: false })),
      ...goneContainers(before.desired, after.desired).map(({ name, manifest: { file } }) => ({ name, file, gone: true })),
    ],
  };
}

/** Most are the same object in the same place. */
function changedFiles(before: readonly ManifestFile[], after: readonly ManifestFile[]): string[] {
  const isMoved = before.length !== after.length || before.some((one, index) => one.file !== after[index]?.file);
  if (!isMoved) return after.filter((one, index) => one.text !== before[index]?.text).map(({ file }) => file);
  const [old, present] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...present.keys()])].filter((file) => old.get(file) !== present.get(file));
}

function textsOf(files: readonly ManifestFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ file, text }) => [file, text]));
}

/** Where each is in its place nobody is gone. */
function goneContainers({ containers }: DesiredState, after: DesiredState): readonly DesiredContainer[] {
  if (containers.length === after.containers.length && containers.every(({ name }, index) => name === after.containers[index]?.name)) return [];
  const present = byName(after);
  return containers.filter(({ name }) => !present.has(name));
}
