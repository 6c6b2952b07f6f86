import { accessSync, constants } from 'node:fs';

/** Whether something at `path` can be run by this user. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
