import { expect, it } from 'vitest';
import { findUnsupported } from '../../../src/host/cgroup/requirement.ts';

it('looks at each controller once, however many fields it has, and asks for no file twice', () => {
  const asked: string[] = [];
  const evidence = (controller: string) => {
    asked.push(controller);
    return { root: false, has: (file: string) => asked.push(file) > 0 };
  };

  const { unsupported } = findUnsupported(
    [
      { field: 'memory.max', controller: 'memory', files: [{ file: 'memory.max' }] },
      { field: 'memory.high', controller: 'memory', files: [{ file: 'memory.high' }] },
      { field: 'pids.max', controller: 'pids', files: [{ file: 'pids.max' }] },
    ],
    { evidence, absence: () => '' },
  );

  expect(unsupported).toEqual({});
  expect(asked).toEqual(['memory', 'pids', 'memory.max', 'memory.high', 'pids.max']);
});
