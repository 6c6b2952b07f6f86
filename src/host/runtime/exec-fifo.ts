import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

const longestPauseMs = 10;

export interface Gate {
  /** Path of the fifo at which the process of a created container waits. */
  readonly fifo: string;
  /** False once there is no use in waiting on: the process is gone, or the time is over. */
  isWaiting(): boolean;
}

/**
 * Lets the process of a created container run its program, which is all that `start` of crun and runc does for
 * containers without hooks, at a hundredth of what a call of them costs. The process of crun reads a byte from the
 * fifo; that of runc waits for a reader, and writes one. Without the fifo the container counts as started, so it goes last.
 * False: nobody came to the fifo for as long as `isWaiting`. Throws a system error, ENOENT where there is no fifo.
 *
 * Source: libcrun_status_write_exec_fifo in crun's src/libcrun/status.c; awaitFifoOpen in runc's libcontainer.
 */
export async function openGate({ fifo, isWaiting }: Gate): Promise<boolean> {
  if (!giveByte(fifo) && !(await takeByte(fifo, isWaiting))) return false;
  unlinkSync(fifo);
  return true;
}

/** False where nobody reads. */
function giveByte(fifo: string): boolean {
  const fd = openWriter(fifo);
  if (fd === undefined) return false;
  try {
    return writeSync(fd, '\0') === 1;
  } finally {
    closeSync(fd);
  }
}

function openWriter(fifo: string): number | undefined {
  try {
    return openSync(fifo, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENXIO') return undefined;
    throw error;
  }
}

async function takeByte(fifo: string, isWaiting: () => boolean): Promise<boolean> {
  const fd = openSync(fifo, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    for (let pauseMs = 0; !readByte(fd); pauseMs = Math.min(pauseMs + 1, longestPauseMs)) {
      if (!isWaiting()) return false;
      await delay(pauseMs);
    }
    return true;
  } finally {
    closeSync(fd);
  }
}

/** False where nobody has the other end open, or has written yet. */
function readByte(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(1)) === 1;
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return false;
    throw error;
  }
}
