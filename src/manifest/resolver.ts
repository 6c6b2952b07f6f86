import type { LoadedSource, ManifestFile } from '../source/source.ts';
import { withContainers } from '../state/desired.ts';
import type { DesiredContainer } from '../state/desired.ts';
import type { ResolvedFile, ResolvedManifests } from './manifest.ts';
import { mergeFiles, resolveFile } from './manifest.ts';

/** What the last source was resolved to: one of `resolved` for each of `files`, in their order. */
interface Last {
  readonly files: readonly ManifestFile[];
  readonly resolved: readonly ResolvedFile[];
  readonly manifests: ResolvedManifests;
}

/**
 * `resolveManifests` that remembers: a file whose text is the same as last time is not read again, and one that makes the
 * same containers as before has them put in the place of the old ones.
 */
export function createResolver(): (source: LoadedSource) => ResolvedManifests {
  let last: Last | undefined;
  return (source) => {
    const resolved = resolveFiles(source.files, last);
    const manifests = withReplaced(source, resolved, last) ?? mergeFiles(source, resolved);
    last = { files: source.files, resolved, manifests };
    return manifests;
  };
}

/** Most files are the same object in the same place, and one that was saved again has the place that it had. */
function resolveFiles(files: readonly ManifestFile[], last: Last | undefined): readonly ResolvedFile[] {
  let places: ReadonlyMap<string, number> | undefined;
  return files.map((one, index) => {
    const place = last?.files[index]?.file === one.file ? index : (places ??= placesOf(last?.files ?? [])).get(one.file);
    const isSame = place !== undefined && last?.files[place]?.text === one.text;
    return (isSame ? last.resolved[place] : undefined) ?? resolveFile(one.file, one.text);
  });
}

function placesOf(files: readonly ManifestFile[]): ReadonlyMap<string, number> {
  return new Map(files.map(({ file }, index) => [file, index]));
}

/** The last manifests with the containers of the files that changed; undefined where more than these is different. */
function withReplaced({ revision, files, diagnostics }: LoadedSource, resolved: readonly ResolvedFile[], last: Last | undefined): ResolvedManifests | undefined {
  if (last === undefined || last.manifests.diagnostics.length > 0 || diagnostics.length > 0 || files.length !== last.files.length) return undefined;
  const replaced: DesiredContainer[] = [];
  for (let index = 0; index < resolved.length; index += 1) {
    const [before, after] = [last.resolved[index], resolved[index]];
    if (before === after) continue;
    if (before === undefined || after === undefined || !hasNamesOf(before, after)) return undefined;
    replaced.push(...containersOf(after));
  }
  return { desired: withContainers(last.manifests.desired, revision, replaced), diagnostics: [] };
}

/** True where both are without fault, and make containers of the same names in the same groups: no other file can be in their way. */
function hasNamesOf(one: ResolvedFile, other: ResolvedFile): boolean {
  return one.file === other.file && one.diagnostics.length + other.diagnostics.length === 0 && namesOf(one) === namesOf(other);
}

function namesOf({ documents }: ResolvedFile): string {
  return documents.map(({ group, containers }) => [group, ...containers.map(({ name }) => name)].join(' ')).join('\n');
}

function containersOf({ documents }: ResolvedFile): readonly DesiredContainer[] {
  return documents.flatMap((document) => document.containers);
}
