import type { BundleRecord } from '../state/observed.ts';
import type { AnnouncedValues, FileValues, ResourceCodec } from '../state/resources.ts';

/**
 * Whether a limit file shows what we wrote, or left as it was, in a run that was killed before it could note that.
 *
 * @param applied what the file holds once the recorded limits are written
 */
export function isOurWrite(file: string, { announced }: BundleRecord, { files, applied, codec }: { readonly files: FileValues; readonly applied: FileValues; readonly codec: ResourceCodec }): boolean {
  const values = announced?.[file];
  return values !== undefined && [applied[file] ?? '', ...values].some((value) => isShown(file, value, { files, codec }));
}

/**
 * All that the limit files may hold by our doing once `writing` is written, or is not: also what an earlier run left in
 * them that was killed before it could note it.
 */
export function valuesToAnnounce(writing: FileValues, earlier: AnnouncedValues = {}, look: { readonly files: FileValues; readonly codec: ResourceCodec }): AnnouncedValues {
  const left = Object.entries(earlier).map(([file, values]) => [file, values.filter((value) => isShown(file, value, look))] as const);
  const values = new Map(left.filter(([, shown]) => shown.length > 0));
  for (const [file, value] of Object.entries(writing)) values.set(file, [...new Set([...(values.get(file) ?? []), value])]);
  return Object.fromEntries(values);
}

/** The kernel rounds, and says things its own way. */
function isShown(file: string, value: string, { files, codec }: { readonly files: FileValues; readonly codec: ResourceCodec }): boolean {
  const asShown = (all: FileValues): string | undefined => codec.toFiles(codec.fromFiles(all))[file];
  return asShown(files) === asShown({ ...files, [file]: value });
}
