import { resources } from './limits.ts';
import type { State } from './limits.ts';

export interface ManifestOptions {
  readonly name: string;
  readonly replicas?: number;
  readonly readonly?: boolean;
  readonly state?: State;
  /** Instead of what `state` says. */
  readonly resources?: string;
}

/** A container that does nothing but wait; a killed one is started again after ten milliseconds, the shortest back-off. */
export function manifest({ name, replicas, readonly = true, state = 0, resources: own }: ManifestOptions): string {
  return [
    'apiVersion: reconcile/v1',
    'kind: Container',
    `metadata: {name: ${name}}`,
    'spec:',
    ...(replicas === undefined ? [] : [`  replicas: ${replicas}`]),
    `  rootfs: {jail: {binaries: [/bin/busybox]}, readonly: ${readonly}}`,
    '  process: {args: [/bin/busybox, sleep, "100000"]}',
    '  stop: {timeout: 200ms, signal: KILL}',
    '  restart: {policy: always, backoff: {initial: 10ms, max: 1m, resetAfter: 10m}}',
    `  resources: ${own ?? resources[state]}`,
    '',
  ].join('\n');
}
