import type { Overlay } from '../rootfs/overlay.ts';
import { mountWords } from '../rootfs/overlay.ts';

/** A program and where it runs. Pure data. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
}

/** The last line of a launch whose overlay could not be mounted. */
export const notMounted = 'reconcile: the overlay is not mounted';

/** In the overlay's folder, so that its layers go by short names that need no escaping; then on as the program itself. */
const mountAndGoOn = `cd "$1" && shift && mount "$1" "$2" "$3" "$4" "$5" "$6" "$7" || { echo '${notMounted}' >&2; exit 1; }; shift 7; cd "$1" && shift && unset PWD OLDPWD && exec "$@"`;

/**
 * `launch` in a mount namespace of its own in which `overlay` is mounted. The host does not see the mount, which goes with
 * the last process: none can be left over, and no other container's namespace begins as a copy of it.
 */
export function withOverlay({ file, args, cwd }: Launch, overlay: Overlay): Launch {
  const shell = ['sh', '-c', mountAndGoOn, 'sh', overlay.folder, ...mountWords(overlay), cwd, file, ...args];
  return { file: 'unshare', args: ['--mount', '--propagation', 'slave', '--', ...shell], cwd: '/' };
}
