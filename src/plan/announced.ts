import type { BundleRecord } from '../state/observed.ts';
import type { AnnouncedValues, FileValues, ResourceCodec } from '../state/resources.ts';

/** What a container's limit files show, and how to read it. */
interface Look {
  readonly files: FileValues;
  readonly codec: ResourceCodec;
}

/**
 * Whether a limit file shows what we wrote, or left as it was, in a run that was killed before it could note that.
 *
 * @param applied what each file holds once the recorded limits are written
 */
export function isOurWrite(file: string, { announced }: BundleRecord, { applied, ...look }: Look & { readonly applied: FileValues }): boolean {
  const values = announced?.[file];
  return values !== undefined && [applied[file] ?? '', ...values].some((value) => isShown(file, value, look));
}

/**
 * All that the limit files may hold by our doing once `writing` is written, or is not: also what an earlier run left in
 * them that was killed before it could note it.
 */
export function valuesToAnnounce(writing: FileValues, earlier: AnnouncedValues | undefined, look: Look): AnnouncedValues {
  const left = Object.entries(earlier ?? {}).map(([file, values]) => [file, values.filter((value) => isShown(file, value, look))] as const);
  const announced = new Map(left.filter(([, values]) => values.length > 0));
  for (const [file, value] of Object.entries(writing)) announced.set(file, [...new Set([...(announced.get(file) ?? []), value])]);
  return Object.fromEntries(announced);
}

/** The kernel rounds, and says things its own way. */
function isShown(file: string, value: string, { files, codec }: Look): boolean {
  const asShown = (all: FileValues): string | undefined => codec.toFiles(codec.fromFiles(all))[file];
  return asShown(files) === asShown({ ...files, [file]: value });
}
