import { describe, expect, it } from 'vitest';
import { ownersOf } from '../../src/commands/sources.ts';
import { ownerProblem } from '../../src/source/owners.ts';

const root = new Set([0]);
const isRoot = process.geteuid?.() === 0;

describe('a manifest', () => {
  it.each([
    ['root alone', { uid: 0, gid: 0, mode: 0o100644 }],
    ['root and the group of root', { uid: 0, gid: 0, mode: 0o100664 }],
  ])('that %s can write is taken', (_who, stats) => {
    expect(ownerProblem('web.yaml', stats, root)).toBeUndefined();
  });

  it.each([
    ['user 1000', { uid: 1000, gid: 0, mode: 0o100600 }, 'chown root web.yaml'],
    ['group 50', { uid: 0, gid: 50, mode: 0o100664 }, 'chmod go-w web.yaml'],
    ['anybody', { uid: 0, gid: 0, mode: 0o100666 }, 'chmod go-w web.yaml'],
    ['anybody', { uid: 0, gid: 0, mode: 0o041777 }, 'chmod go-w web.yaml'],
  ])('that %s can write is not, with the mend', (who, stats, mend) => {
    expect(ownerProblem('web.yaml', stats, root)).toEqual({
      ...{ file: 'web.yaml', line: 1, column: 1, path: '' },
      message: `can be written by ${who}, who would so decide what root does`,
      hint: `${mend}; or allow it with --any-owner`,
    });
    expect(ownerProblem('web.yaml', stats, undefined)).toBeUndefined();
  });

  it('may belong to whoever became root for the command, and to anybody where that is allowed', () => {
    expect(ownersOf({}, { SUDO_UID: '1000' })).toEqual(isRoot ? new Set([0, 1000]) : undefined);
    expect(ownersOf({}, { SUDO_UID: 'x' })).toEqual(isRoot ? root : undefined);
    expect(ownersOf({ 'any-owner': true }, {})).toBeUndefined();
  });
});
