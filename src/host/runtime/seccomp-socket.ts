import type { OciSyscall, OciSyscallArg } from './oci-types.ts';

/**
 * From AF_VSOCK on, families lead past every namespace: to the hypervisor (40), to other processors of the machine
 * (AF_QIPCRTR, AF_MCTP). None of them is needed for a network of a container.
 */
const firstRefused = 40;

/** EAFNOSUPPORT, which programs know from kernels without the family. */
const refusedErrno = 97;

/**
 * The rules without what opens a socket of a family from AF_VSOCK on. The kernel takes the lower half of the number and
 * a filter compares all of it, so only a rule for what is smaller lets in no 40 in disguise. `socketcall` of 32-bit
 * programs hides the family from any filter: it is refused, in the first rule, since libseccomp adds it to each rule for
 * `socket` unless it stands by itself.
 */
export function withoutHostSockets(rules: readonly OciSyscall[]): OciSyscall[] {
  if (!rules.some(opensSockets)) return [...rules];
  return [refusing('socketcall'), ...rules.flatMap((rule) => (opensSockets(rule) ? limited(rule) : [rule])), refusing('socket', { index: 0, value: firstRefused, op: 'SCMP_CMP_GE' })];
}

const socketCalls: ReadonlySet<string> = new Set(['socket', 'socketcall']);

function opensSockets({ names, action }: OciSyscall): boolean {
  return action === 'SCMP_ACT_ALLOW' && names.some((name) => socketCalls.has(name));
}

function refusing(name: string, ...args: readonly OciSyscallArg[]): OciSyscall {
  return { names: [name], action: 'SCMP_ACT_ERRNO', errnoRet: refusedErrno, ...(args.length === 0 ? {} : { args }) };
}

function limited(rule: OciSyscall): OciSyscall[] {
  const others = rule.names.filter((name) => !socketCalls.has(name));
  const args = rule.names.includes('socket') ? limitedArgs(rule.args ?? []) : undefined;
  return [
    ...(others.length === 0 ? [] : [{ ...rule, names: others }]),
    ...(args === undefined ? [] : [{ ...rule, names: ['socket'], args }]),
  ];
}

/** Two conditions on one argument are either of them for runc: there is one on the family, the stricter; undefined: nothing is left. */
function limitedArgs(args: readonly OciSyscallArg[]): OciSyscallArg[] | undefined {
  const [family, ...more] = args.filter(({ index }) => index === 0);
  const bound = more.length > 0 ? undefined : boundOf(family);
  return bound === undefined ? undefined : [bound, ...args.filter(({ index }) => index !== 0)];
}

/** What a condition on the family leaves below 40. Of one that takes out a family, what lies below that: the rest needs a rule without. */
function boundOf(family: OciSyscallArg | undefined): OciSyscallArg | undefined {
  if (family === undefined) return below(firstRefused);
  const { op, value } = family;
  if (op === 'SCMP_CMP_EQ') return value < firstRefused ? family : undefined;
  return op === 'SCMP_CMP_NE' || op === 'SCMP_CMP_LT' ? below(Math.min(value, firstRefused)) : undefined;
}

function below(value: number): OciSyscallArg {
  return { index: 0, value, op: 'SCMP_CMP_LT' };
}
