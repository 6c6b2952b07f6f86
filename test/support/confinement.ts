/*
 * What test/support/confinement-probe.pl says of a container, and when one container is looser than another.
 */

/** Facts by name, as the probe prints them. */
export type Facts = ReadonlyMap<string, string>;

/** Throws where the probe did not come to its end, or could not tell something. */
export function parseFacts(text: string): Facts {
  const facts = new Map(text.split('\n').filter((line) => line.includes('=')).map((line) => splitAt(line, line.indexOf('='))));
  const unknown = [...facts].filter(([, value]) => value.startsWith('unknown'));
  if (!facts.has('end') || unknown.length > 0) throw new Error(`the probe failed: ${unknown.join(' ')}\n${text.slice(-2000)}`);
  return facts;
}

function splitAt(line: string, index: number): [string, string] {
  return [line.slice(0, index), line.slice(index + 1)];
}

/** What the probe could do: names without `can.`. */
export function allowedIn(facts: Facts): string[] {
  return [...facts].filter(([name, value]) => name.startsWith('can.') && value === 'allowed').map(([name]) => name.slice('can.'.length));
}

/** Each fact in which the first is looser than the second, with both values; `hostNamespaces` by type: mnt, pid … */
export function looserThan(ours: Facts, theirs: Facts, hostNamespaces: Readonly<Record<string, string>>): string[] {
  return [...ours]
    .filter(([name, value]) => !isAsTight(name, value, theirs.get(name), hostNamespaces))
    .map(([name, value]) => `${name}: ${value}, theirs ${theirs.get(name)}`);
}

type Rule = (ours: string, theirs: string | undefined) => boolean;

const rules: Readonly<Record<string, Rule>> = {
  caps: (ours, theirs = '0') => (BigInt(`0x${ours}`) & ~BigInt(`0x${theirs}`)) === 0n,
  can: (ours, theirs) => ours !== 'allowed' || theirs === 'allowed',
  rlimit: (ours, theirs = '') => ours.split(' ').every((limit, index) => amount(limit) <= amount(theirs.split(' ')[index])),
  propagation: (ours) => !ours.includes('shared:'),
  no_new_privs: atLeast,
  seccomp: atLeast,
  oom_score_adj: atLeast,
  processes: atMost,
  limit: atMost,
  umask: (ours, theirs = '0') => (Number.parseInt(theirs, 8) & ~Number.parseInt(ours, 8)) === 0,
  descriptors: isSubset,
  environment: isSubset,
  user: (ours, theirs) => ours === theirs,
  map: (ours, theirs) => ours === theirs,
  signals: (ours, theirs) => ours === theirs,
  end: () => true,
};

function isAsTight(name: string, ours: string, theirs: string | undefined, hostNamespaces: Readonly<Record<string, string>>): boolean {
  const [kind = '', detail = ''] = name.split('.');
  if (kind === 'namespace') return ours !== hostNamespaces[detail] || theirs === hostNamespaces[detail];
  if (kind === 'mount') return isMountAsTight(name.slice('mount.'.length), ours, theirs);
  if (name === 'cgroup.paths') return ours === 'root of its own' || ours === theirs;
  if (name === 'user.Groups') return ours === '' || isSubset(ours, theirs);
  if (name === 'cgroup.release_agents') return atMost(ours, theirs);
  const rule = rules[kind];
  if (rule === undefined) throw new Error(`no rule says when ${name} is tighter`);
  return rule(ours, theirs);
}

/** All flags that theirs has. One that ours alone has must hide something of the kernel. */
function isMountAsTight(point: string, ours: string, theirs: string | undefined): boolean {
  const [type = '', ...flags] = ours.split(' ');
  if (theirs === undefined) return /^\/(proc|sys)\//.test(point) && ['tmpfs', 'devtmpfs'].includes(type);
  const [, ...wanted] = theirs.split(' ');
  // The host's /dev/null, with which crun hides a file: nothing runs there.
  if (type === 'devtmpfs' && flags.includes('ro')) return true;
  // The kernel runs no program and opens no device of proc, whatever the flags: crun leaves them out where it makes one read-only.
  if (type === 'proc' && theirs.startsWith('proc ro')) return flags.includes('ro');
  return wanted.every((flag) => flags.includes(flag));
}

function amount(text: string | undefined): number {
  return text === 'unlimited' || text === 'max' || text === 'not seen' ? Infinity : Number(text ?? 0);
}

function atLeast(ours: string, theirs: string | undefined): boolean {
  return amount(ours) >= amount(theirs);
}

function atMost(ours: string, theirs: string | undefined): boolean {
  return amount(ours) <= amount(theirs);
}

function isSubset(ours: string, theirs = ''): boolean {
  const held = new Set(theirs.split(' '));
  return ours.split(' ').every((word) => held.has(word));
}
