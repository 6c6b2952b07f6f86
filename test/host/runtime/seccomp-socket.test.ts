import { describe, expect, it } from 'vitest';
import type { OciSyscall, OciSyscallArg } from '../../../src/host/runtime/oci-types.ts';
import { withoutHostSockets } from '../../../src/host/runtime/seccomp-socket.ts';

const allow = (names: readonly string[], args?: readonly OciSyscallArg[]): OciSyscall => ({ names, action: 'SCMP_ACT_ALLOW', ...(args === undefined ? {} : { args }) });
const when = (index: number, op: string, value: number): OciSyscallArg => ({ index, value, op: `SCMP_CMP_${op}` });
const first = { names: ['socketcall'], action: 'SCMP_ACT_ERRNO', errnoRet: 97 };
const last = { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 97, args: [when(0, 'GE', 40)] };

/** The profiles of containers-common and of Docker: no socket for auditing, and no AF_VSOCK. */
const noAudit = [
  { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 22, args: [when(0, 'EQ', 16), when(2, 'EQ', 9)] },
  allow(['socket'], [when(2, 'NE', 9)]),
  allow(['socket'], [when(0, 'NE', 16)]),
];

/** Whether some rule lets a socket be opened, as a filter compares: by all 64 bits. */
function lets(rules: readonly OciSyscall[], family: number, protocol = 0): boolean {
  const given: Readonly<Record<number, number>> = { 0: family, 1: 1, 2: protocol };
  const holds = ({ index, op, value }: OciSyscallArg): boolean => {
    const is = given[index] ?? 0;
    return { SCMP_CMP_EQ: is === value, SCMP_CMP_NE: is !== value, SCMP_CMP_LT: is < value, SCMP_CMP_GE: is >= value, SCMP_CMP_GT: is > value }[op] === true;
  };
  return rules.some(({ names, action, args = [] }) => action === 'SCMP_ACT_ALLOW' && names.includes('socket') && args.every(holds));
}

describe('sockets that lead past every namespace', () => {
  it.each<[string, OciSyscall[]]>([
    ['allows every one', [allow(['socket'])]],
    ['allows them among other calls', [allow(['read', 'socket', 'socketcall'])]],
    ['allows none for auditing', noAudit],
    ['allows all but AF_VSOCK', [allow(['socket'], [when(0, 'NE', 40)])]],
    ['allows only some', [allow(['socket'], [when(0, 'LT', 50)])]],
  ])('are opened by no rule of a profile that %s, and the others as before', (_profile, rules) => {
    const limited = withoutHostSockets(rules);

    for (const family of [40, 41, 42, 45, 2 ** 32 + 40, 2 ** 40 + 42]) expect(lets(limited, family), `${family}`).toBe(false);
    for (const family of [1, 2, 10, 16, 38]) expect(lets(limited, family), `${family}`).toBe(lets(rules, family));
    expect(lets(limited, 16, 9)).toBe(lets(rules, 16, 9));
    expect([limited[0], limited.at(-1)]).toEqual([first, last]);
    expect(limited.filter(({ names }) => names.includes('socketcall'))).toEqual([first]);
  });

  it('are not let in by conditions of an unknown kind, nor by two on the family', () => {
    expect(withoutHostSockets([allow(['socket'], [when(0, 'MASKED_EQ', 8)]), allow(['socket'], [when(0, 'NE', 16), when(0, 'NE', 17)])])).toEqual([first, last]);
    expect(withoutHostSockets([allow(['socket'], [when(0, 'EQ', 40)])])).toEqual([first, last]);
  });

  it('change no other rule', () => {
    const rules = [allow(['read', 'bind']), { names: ['socket'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }];

    expect(withoutHostSockets(rules)).toEqual(rules);
    expect(withoutHostSockets([allow(['read', 'socketcall']), allow(['socket'], [when(0, 'EQ', 1)])])).toEqual([first, allow(['read']), allow(['socket'], [when(0, 'EQ', 1)]), last]);
  });
});
