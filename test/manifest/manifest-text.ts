/** A manifest with the given lines below `spec` in place of the minimum's, at the same lines in every test. */
export function manifest(spec: string, name = 'web'): string {
  return `apiVersion: reconcile/v1\nkind: Container\nmetadata: {name: ${name}}\nspec:\n  ${spec}\n${completion(spec)}`;
}

function completion(spec: string): string {
  const rootfs = /^rootfs:/m.test(spec) || spec.includes('\n  rootfs:') ? '' : '  rootfs: {path: /srv/shop}\n';
  const process = spec.startsWith('process:') || spec.includes('\n  process:') ? '' : '  process: {args: [/bin/httpd]}\n';
  return rootfs + process;
}
