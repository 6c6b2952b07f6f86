import { signalOfStatus } from '../manifest/signal.ts';
import type { Change, FieldChange } from '../plan/types.ts';
import { counted } from './layout.ts';
import type { Entry } from './plan-entries.ts';

/** Why: `manifest changed`, `drift: memory.max was written by someone else`, `exited 137, killed for memory`. Not escaped. */
export function reasonText({ first, fields, primary, acts, section }: Entry): string {
  if (primary && first.reason !== 'unchanged') return ownReason(first, fields);
  if (section !== 'drift') return 'manifest changed';
  return acts || first.reason === 'refused' || first.reason === 'waiting' ? driftText(fields) : `${driftText(fields)}; reported only`;
}

function ownReason(change: Change, fields: readonly FieldChange[]): string {
  switch (change.reason) {
    case 'not-on-host':
      return 'not on this host';
    case 'manifest-changed':
      return 'manifest changed';
    case 'drift':
    case 'monitor-lost':
    case 'rootfs-changed':
    case 'unchanged':
      return driftText(fields);
    case 'exited':
    case 'killed-for-memory':
      return exitText(change.exit);
    case 'create-interrupted':
      return 'its creation was interrupted';
    case 'removal-interrupted':
      return 'its removal did not end';
    case 'not-in-manifests':
      return 'not in the manifests';
    case 'destroy-asked':
      return 'as asked';
    case 'waiting':
      return waitingText(change);
    case 'refused':
      return 'refused';
    default:
      return change.reason satisfies never;
  }
}

function exitText(exit: Change['exit']): string {
  if (exit?.code === undefined) return 'ended, and nobody saw how';
  if (exit.oomKilled) return `exited ${exit.code}, killed for memory`;
  const signal = signalOfStatus(exit.code);
  return `exited ${exit.code}${signal === undefined ? '' : ` (${signal})`}`;
}

function waitingText({ exit, notBeforeMs }: Change): string {
  if (notBeforeMs === undefined) return 'waits until the manifests are still';
  return exit === undefined ? 'waits before the next attempt' : `${exitText(exit)}; waits before the next restart`;
}

const mostFiles = 3;

/** What somebody did on the host, by what the fields show. */
function driftText(fields: readonly FieldChange[]): string {
  const rootfs = fields.find(({ path }) => path === 'rootfs.id');
  const others = fields.filter((field) => field !== rootfs);
  const files = [...new Set(others.flatMap(({ kernel }) => (kernel === undefined ? [] : [kernel.file])))];
  const written = files.length > mostFiles ? counted(files.length, 'file') : inWords(files);
  const deeds = [
    ...(files.length === 0 ? [] : [`${written} ${files.length === 1 ? 'was' : 'were'} written by someone else`]),
    ...others.flatMap((field) => (field.kernel === undefined ? [deedOf(field)] : [])),
  ];
  return [
    ...(rootfs === undefined ? [] : [rootfsText(rootfs)]),
    ...(deeds.length === 0 ? [] : [`drift: ${deeds.join(', ')}`]),
  ].join('; ');
}

function rootfsText({ files }: FieldChange): string {
  return files === undefined ? 'rootfs changed' : `rootfs changed: ${counted(files.count, 'file')}`;
}

function deedOf({ path, before }: FieldChange): string {
  const [head = '', ...rest] = path.split('.');
  if (head === 'namespaces') return `its ${rest.join('.')} namespace is ${before === 'host' ? "the host's" : 'not the one asked for'}`;
  if (head === 'mounts') return `${rest.join('.')} was unmounted`;
  if (path === 'cgroup') return 'its process was moved to another cgroup';
  if (path === 'cgroup.freeze') return 'its processes were frozen';
  if (path === 'monitor') return 'its monitor is gone';
  if (path === 'monitor.state') return 'its monitor was stopped';
  return `${path} was changed`;
}

/** "a", "a and b", "a, b and c". */
function inWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
