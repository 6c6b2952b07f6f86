import { expect, it } from 'vitest';
import { runtimeWords } from '../../../src/host/runtime/runtime-words.ts';

const time = 'time="2026-11-22T18:51:42Z"';

it.each([
  {
    name: 'runc',
    stderr: `${time} level=error msg="exec: \\"/bin/nope\\": stat /bin/nope: no such file or directory"\n`,
    words: 'exec: "/bin/nope": stat /bin/nope: no such file or directory',
  },
  {
    name: 'runc with lesser messages',
    stderr: `${time} level=warning msg="noise"\n${time} level=error msg="the cause"\n`,
    words: 'the cause',
  },
  {
    name: 'crun',
    stderr: '2026-11-22T18:51:42.000000Z: executable file `/bin/nope` not found in $PATH: No such file or directory\n',
    words: 'executable file `/bin/nope` not found in $PATH: No such file or directory',
  },
  { name: 'something else', stderr: 'Segmentation fault\n', words: 'Segmentation fault' },
  { name: 'a quoting that is not JSON’s', stderr: 'level=error msg="a\\x1bb"\n', words: 'a\\x1bb' },
  { name: 'silence', stderr: '', words: '' },
])('keeps the words of $name', ({ stderr, words }) => {
  expect(runtimeWords(stderr)).toBe(words);
});
