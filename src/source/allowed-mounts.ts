import { readFileSync } from 'node:fs';
import { errnoOf, ReconcileError } from '../errors.ts';
import { absolutePathFault } from '../manifest/path-rules.ts';
import { pathProblem } from './owners.ts';

/**
 * The paths in a list of what containers may mount: one a line, as absolute paths, with comments behind # and empty lines
 * between. Throws ERR_USAGE where it cannot be read, others than root can write it, or a line is no such path.
 */
export function readAllowedMounts(file: string): readonly string[] {
  const lines = readList(file).split('\n').map((line) => line.replace(/^\s*#.*$/, '').trim());
  return lines.flatMap((path, index) => {
    const fault = path === '' ? undefined : absolutePathFault(path);
    if (fault !== undefined) throw listError(`${file}:${index + 1}: ${path} ${fault.message}`, fault.hint);
    return path === '' ? [] : [path];
  });
}

function readList(file: string): string {
  try {
    const problem = pathProblem(file, file, new Set([0]));
    if (problem !== undefined && process.geteuid?.() === 0) throw listError(`${file}: ${problem.message}`, `chown root ${file}; chmod go-w ${file}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined || error instanceof ReconcileError) throw error;
    throw listError(`${file}: cannot be read: ${errno}`, 'name a file that lists absolute paths, one a line');
  }
}

function listError(message: string, hint: string): ReconcileError {
  return new ReconcileError('ERR_USAGE', `--allow-mounts ${message}`, { hint });
}
