/** One system call that strace saw begin. */
export interface Call {
  readonly pid: number;
  readonly call: string;
  /** Of execve: the file and the arguments. */
  readonly words: readonly string[];
  /** Of execve: NAME=value. */
  readonly env: readonly string[];
  /** Files that it names or has open, relative ones behind the folder that they are relative to. */
  readonly paths: readonly string[];
  /** It could change what `paths` name. */
  readonly changes: boolean;
  /** Whom it sends a signal that is more than a question. */
  readonly signalled?: number;
}

/** What `strace -f -y -v -o` wrote of one process and the programs that it starts, as calls. */
export function readTrace(text: string): Call[] {
  const folders = new Map<string, string>();
  const lines = text.split('\n');
  // The answer of a call that another thread came between is aligned with blanks, on a line of its own.
  return lines.flatMap((line, index) => {
    const [, fd, path] = /^\d+\s+(?:open(?:at)?\(|<\.\.\. open(?:at)? resumed>).*\)\s+= (\d+)<((?:[^>\\]|\\.)*)>$/.exec(line) ?? [];
    if (fd !== undefined && path !== undefined) folders.set(fd, path);
    const [, pid = '', call = '', rest = ''] = /^(\d+)\s+(\w+)\((.*)$/.exec(line) ?? [];
    if (call === '' || (call === 'execve' && isMissing(line, lines.slice(index + 1)))) return [];
    return [toCall({ pid: Number(pid), call, rest }, folders)];
  });
}

/** A program that was looked for in a folder where it is not; the answer may stand on a later line. */
function isMissing(line: string, later: readonly string[]): boolean {
  const [pid = ''] = line.split(' ');
  const answer = line.endsWith('<unfinished ...>') ? later.find((one) => one.startsWith(`${pid} `) && one.includes('execve resumed>')) : line;
  return answer?.includes(' = -1 ENOENT') === true;
}

interface Line {
  readonly pid: number;
  readonly call: string;
  readonly rest: string;
}

/** @param folders what each descriptor was opened for last */
function toCall({ pid, call, rest }: Line, folders: ReadonlyMap<string, string>): Call {
  const plain = { pid, call, words: [], env: [], paths: [], changes: false };
  if (call === 'execve') return { ...plain, ...started(rest) };
  if (/kill$|^pidfd_send_signal$/.test(call)) {
    const [, target = '', signal = ''] = /^(-?\d+)(?:, \d+)?, (\w+)/.exec(rest) ?? [];
    return signal === '0' ? plain : { ...plain, signalled: Number(target) };
  }
  const named = call.includes('write') ? descriptors(rest) : pathsIn(rest).slice(call.startsWith('symlink') ? 1 : 0);
  const paths = named.map((path) => path.replace(/^\/proc\/self\/fd\/(\d+)/, (whole, fd: string) => folders.get(fd) ?? whole));
  return { ...plain, paths, changes: !call.startsWith('open') || /O_(?:WRONLY|RDWR|CREAT|TRUNC|TMPFILE)/.test(rest) };
}

const list = String.raw`\[((?:"(?:[^"\\]|\\.)*"(?:, )?)*)\]`;
const execution = new RegExp(String.raw`^("(?:[^"\\]|\\.)*"), ${list}, ${list}`);

function started(rest: string): Pick<Call, 'words' | 'env'> {
  const [, file = '', argv = '', env = ''] = execution.exec(rest) ?? [];
  if (file === '') throw new Error(`not understood: execve(${rest.slice(0, 500)}`);
  return { words: [...quoted(file), ...quoted(argv).slice(1)], env: quoted(env) };
}

function descriptors(rest: string): string[] {
  const [, path] = /^\d+<((?:[^>\\]|\\.)*)>/.exec(rest) ?? [];
  return path === undefined ? [] : [path];
}

/** `"/a"`, and `"b"` after a folder: `AT_FDCWD</x>, "b"` or `7</x>, "b"`. */
function pathsIn(rest: string): string[] {
  const found = [...rest.matchAll(/(?:(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"/g)];
  return found.map(([, folder = '', path = '']) => unescaped(path.startsWith('/') || folder === '' ? path : `${folder}/${path}`));
}

function quoted(words: string): string[] {
  return [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => unescaped(word));
}

function unescaped(word: string): string {
  return word.replaceAll(/\\(["\\])/g, '$1');
}
