/** A call for a file, as floor/observe.c makes it. */
export interface Call {
  /** r: open, `count` reads, close; p: `count` reads of a file that is kept open; l: readlink; s: stat; a: access; d: a folder's entries. */
  readonly op: 'r' | 'p' | 'l' | 's' | 'a' | 'd';
  readonly count: number;
  readonly path: string;
}

/** What probes/pass.ts looks for before each pass. */
export const passMark = '/reconcile-bench-pass';

/** The calls between the last two marks of a log of `strace -y`, in their order. */
export function lastPassOf(log: string): Call[] {
  const calls: Call[] = [];
  const marks = log.split(passMark);
  const lines = (marks.at(-1) ?? '').split('\n').slice(1);
  for (const line of lines) take(line, calls);
  return calls;
}

/** The calls that ask the kernel about containers: what reconcile itself keeps is left out. */
export function kernelCalls(calls: readonly Call[]): Call[] {
  return calls.filter(({ path }) => /^\/(?:proc|sys)\//.test(path));
}

export function formatCalls(calls: readonly Call[]): string {
  return calls.map(({ op, count, path }) => `${op} ${count} ${path}\n`).join('');
}

const ops = { openat: 'r', open: 'r', readlink: 'l', readlinkat: 'l', access: 'a', faccessat: 'a', faccessat2: 'a', stat: 's', lstat: 's', statx: 's', newfstatat: 's' } as const;

function take(line: string, calls: Call[]): void {
  const [, name = '', rest = ''] = /^(?:\d+\s+)?(\w+)\((.*)$/.exec(line) ?? [];
  if (name === 'read' || name === 'pread64') return countRead(/^\d+<([^>]+)>/.exec(rest)?.[1], calls);
  if (name === 'getdents64') return turnIntoList(/^\d+<([^>]+)>/.exec(rest)?.[1], calls);
  const path = /^[^"]*"(\/[^"]*)"/.exec(rest)?.[1];
  if (path === undefined || !(name in ops)) return;
  calls.push({ op: ops[name as keyof typeof ops], count: name.startsWith('open') ? 0 : 1, path });
}

function countRead(path: string | undefined, calls: Call[]): void {
  if (path?.startsWith('/') !== true) return;
  const last = calls.at(-1);
  if (last?.path === path && (last.op === 'r' || last.op === 'p')) calls[calls.length - 1] = { ...last, count: last.count + 1 };
  else calls.push({ op: 'p', count: 1, path });
}

function turnIntoList(path: string | undefined, calls: Call[]): void {
  const at = calls.findLastIndex((call) => call.path === path);
  const found = calls[at];
  if (found?.op === 'r') calls[at] = { ...found, op: 'd', count: 1 };
}
