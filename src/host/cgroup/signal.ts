import { errnoOf } from '../../errors.ts';
import { pidsOfSubtree } from './cgroup-dir.ts';

/** Forks can outrun a reading of cgroup.procs; each round ends those that the round before brought forth. */
const rounds = 100;

/**
 * Sends SIGKILL to every process in `dirs` and below, and again to those that were forked meanwhile.
 * The caller froze them where it could: a frozen process keeps its pid, so none can be a stranger's by now.
 * Our own process is left out: whoever moved it there did not ask us to end.
 */
export function killAll(dirs: readonly string[]): void {
  const killed = new Set([process.pid]);
  for (let round = 0; round < rounds; round += 1) {
    const fresh = dirs.flatMap(pidsOfSubtree).filter((pid) => !killed.has(pid));
    if (fresh.length === 0) return;
    for (const pid of new Set(fresh)) {
      killOne(pid);
      killed.add(pid);
    }
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
