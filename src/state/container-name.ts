/**
 * A container's name, unique on its `--root`: a DNS label of at most 63 characters. It is the runtime's id and
 * the cgroup's name.
 */
export type ContainerName = string & { readonly brand: 'ContainerName' };

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** True where `text` is safe as the name of a cgroup, a folder, a runtime's container and a host. */
export function isContainerName(text: string): text is ContainerName {
  return dnsLabel.test(text);
}
