/** True where the absolute `path` is one of `folders` or lies in one. Texts alone are compared: no link is followed. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`));
}
