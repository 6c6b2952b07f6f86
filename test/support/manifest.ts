/** Lines below `spec:` of a container whose root filesystem is a jail of busybox and which does nothing, well. */
export function sleeper(name: string, lines: readonly string[] = []): string {
  return container(name, ['  process: {args: [/bin/busybox, sleep, "100000"]}', '  stop: {timeout: 200ms, signal: KILL}', ...lines]);
}

/** A container that runs a line of shell. */
export function shell(name: string, script: string, lines: readonly string[] = []): string {
  return container(name, [
    '  process:',
    '    args: [/bin/busybox, sh, -c, ' + JSON.stringify(script) + ']',
    '  stop: {timeout: 200ms, signal: KILL}',
    ...lines,
  ]);
}

function container(name: string, lines: readonly string[]): string {
  return [
    'apiVersion: reconcile/v1',
    'kind: Container',
    `metadata: {name: ${name}}`,
    'spec:',
    '  rootfs: {jail: {binaries: [/bin/busybox]}}',
    ...lines,
    '',
  ].join('\n');
}
