import { readExamples } from './examples.ts';

const manifest = (name: string, lines: readonly string[]): string => [
  ...['apiVersion: reconcile/v1', 'kind: Container', `metadata: {name: ${name}}`, 'spec:'],
  ...['  rootfs: {jail: {binaries: [/bin/busybox]}}', '  process:', '    args: [/bin/busybox, sleep, "100"]', ...lines, ''],
].join('\n');

/** Ways of writing a manifest, of which each may be cut where what is left means something. */
const endings: readonly (readonly string[])[] = [
  ['  replicas: 12'],
  ['  restart: {policy: never}'],
  ['  resources:', '    pids:', '      max: 100', '    memory:', '      max: 64Mi'],
  ['  mounts:', '    - type: tmpfs', '      target: /run', '      size: 1Mi', '    - type: tmpfs', '      target: /tmp', '      size: 1Mi'],
  ['  hostname: somewhere-else', '  stop:', '    timeout: 10s'],
];

/** The examples of the repository, and files of one to four containers each: fifty. */
export const manifestKinds: readonly string[] = [
  ...readExamples().map(({ text }) => text),
  ...Array.from({ length: 50 - readExamples().length }, (_, index) => {
    const parts = Array.from({ length: 1 + (index % 4) }, (_part, number) => manifest(`c${index}-${number}`, endings[(index + number) % endings.length] ?? []));
    return parts.join('---\n');
  }),
];
