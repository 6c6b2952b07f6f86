import { describe, expect, it } from 'vitest';
import { readTrace } from './strace.ts';

describe('a trace of strace', () => {
  it('names what a call does in an open folder by what that was opened for last, also where another thread came between', () => {
    const calls = readTrace(`\
7 openat(AT_FDCWD</>, "/proc/self/fdinfo/23", O_RDONLY) = 24</proc/7/fdinfo/23>
7 openat(AT_FDCWD</>, "/a", O_RDONLY|O_DIRECTORY <unfinished ...>
8 unlink("/c")                      = 0
7 <... openat resumed>)             = 24</a>
7 rmdir("/proc/self/fd/24/upper")   = 0
`);

    expect(calls.at(-1)).toMatchObject({ call: 'rmdir', paths: ['/a/upper'], changes: true });
  });

  it('has no program that is looked for in a folder where it is not', () => {
    const calls = readTrace(`\
7 execve("/sbin/sh", ["sh"], ["LANG=C"] <unfinished ...>
8 unlink("/c")                      = 0
7 <... execve resumed>)             = -1 ENOENT (No such file or directory)
7 execve("/bin/sh", ["sh"], ["LANG=C"]) = 0
`);

    expect(calls.filter(({ call }) => call === 'execve').map(({ words: [file] }) => file)).toEqual(['/bin/sh']);
  });
});
