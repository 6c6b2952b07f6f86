import { describe, expect, it } from 'vitest';
import { farewell } from '../../src/render/farewell.ts';

const fromNpm = { npm_package_name: 'reconcile' };

describe('farewell', () => {
  it.each([
    ['on PATH', {}, {}, ['  reconcile status   shows them', '  reconcile destroy  removes them']],
    ['begun by npm', {}, fromNpm, ['  npm run reconcile status   shows them', '  npm run reconcile destroy  removes them']],
    ['begun by the npm script of another package', {}, { npm_package_name: 'shop' }, ['  reconcile status   shows them', '  reconcile destroy  removes them']],
    [
      'of an instance of its own',
      { root: '/tmp/run', yes: true, data: '/tmp/data' },
      {},
      ['  reconcile status --root /tmp/run --data /tmp/data   shows them', '  reconcile destroy --root /tmp/run --data /tmp/data  removes them'],
    ],
    [
      'of an instance of its own, begun by npm',
      { root: '/tmp/run' },
      fromNpm,
      ['  npm run reconcile status -- --root /tmp/run   shows them', '  npm run reconcile destroy -- --root /tmp/run  removes them'],
    ],
  ])('names the commands as they work for a program %s', (_case, flags, env, commands) => {
    const lines = farewell(flags, env).split('\n');

    expect(lines).toEqual(['Stopped watching. The containers go on running.', ...commands]);
  });
});
