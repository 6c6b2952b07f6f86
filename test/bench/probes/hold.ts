import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const buffer = Buffer.alloc(4096);

/** Writes `value` where the file has another one. */
export function hold(path: string, value: string): void {
  const fd = openSync(path, 'r+');
  const length = readSync(fd, buffer, 0, buffer.length, 0);
  if (buffer.toString('latin1', 0, length).trimEnd() !== value) writeSync(fd, value, 0);
  closeSync(fd);
}
