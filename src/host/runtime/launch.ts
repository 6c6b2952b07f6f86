import type { Overlay } from '../rootfs/overlay.ts';
import { mountWords } from '../rootfs/overlay.ts';

/** A program and where it runs. Pure data. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
}

/** Exit status of a launch whose overlay could not be mounted: conmon has no such status of its own. */
export const notMountedStatus = 72;

/** In the overlay's folder, so that its layers go by short names that need no escaping; then on as the program itself. */
const mountAndGoOn = `cd "$1" && shift && mount "$1" "$2" "$3" "$4" "$5" "$6" "$7" || exit ${notMountedStatus}; shift 7; cd "$1" && shift && exec "$@"`;

/**
 * `launch` in a mount namespace of its own in which `overlay` is mounted. The host does not see the mount, which goes with
 * the last process: none can be left over, and no other container's namespace begins as a copy of it.
 */
export function withOverlay({ file, args, cwd }: Launch, overlay: Overlay): Launch {
  const shell = ['sh', '-c', mountAndGoOn, 'sh', overlay.folder, ...mountWords(overlay), cwd, file, ...args];
  return { file: 'unshare', args: ['--mount', '--propagation', 'slave', '--', ...shell], cwd: '/' };
}

/** `launch` after `entry`, words that lead a program into a namespace and keep its working folder. */
export function throughEntry(launch: Launch, entry: readonly string[]): Launch {
  const [file, ...args] = entry;
  return file === undefined ? launch : { file, args: [...args, launch.file, ...launch.args], cwd: launch.cwd };
}
