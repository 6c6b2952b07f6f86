import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAllowedMounts } from '../../src/source/allowed-mounts.ts';
import { requires } from '../support/requires.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allowed-'));
  file = join(folder, 'mounts');
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const refusal = (message: RegExp): unknown => expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringMatching(message) as string });

describe('a list of what may be mounted', () => {
  it('has a path a line, with comments and empty lines', () => {
    writeFileSync(file, '# what the proxy needs\n/run/docker.sock\n\n  /dev/dri  \r\n');

    expect(readAllowedMounts(file)).toEqual(['/run/docker.sock', '/dev/dri']);
  });

  it.each([['run', 'run is not an absolute path'], ['/run/../etc', '/run/../etc has a .. in it'], ['/run/', '/run/ is not written plainly']])('takes no line such as %s', (line, words) => {
    writeFileSync(file, `${line}\n`);

    expect(() => readAllowedMounts(file)).toThrow(refusal(new RegExp(`^--allow-mounts .*${words.replaceAll('.', '\\.')}`)));
  });

  it('must be there', () => {
    expect(() => readAllowedMounts(file)).toThrow(refusal(/mounts: cannot be read: ENOENT$/));
  });
});

requires({ root: true })('a list that others than root can write', () => {
  it.each<[string, () => void]>([
    ['its owner', () => { chownSync(file, 65_534, 0); }],
    ['anybody', () => { chmodSync(file, 0o666); }],
  ])('allows nothing: %s', (_, give) => {
    writeFileSync(file, '/run/docker.sock\n');
    give();

    expect(() => readAllowedMounts(file)).toThrow(refusal(/mounts: can be written by (?:user 65534|anybody)/));
  });
});
