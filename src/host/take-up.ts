import type { Host } from './host.ts';
import { noteRuntime } from './runtime/runtime-note.ts';

/** What is due once the lock of --root is held, before anything else: what an earlier process left half done goes. */
export async function takeUp({ paths, runtime, bundles, rootfs }: Host): Promise<void> {
  noteRuntime(paths, runtime);
  bundles.sweep();
  await rootfs.sweep();
}
