import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isContainerName } from '../../src/state/container-name.ts';

describe('the name of a container', () => {
  it.each(['web', 'a', '0', 'web-0', 'a--b', 'x'.repeat(63)])('may be %s', (text) => {
    expect(isContainerName(text)).toBe(true);
  });

  // What the runtimes take for an id, and more.
  it.each(['', '-x', 'x-', '--help', 'x;id', 'x$(id)', 'a b', '../zz', '.', '..', 'a/b', 'Web', 'a_b', 'a.b', 'é', 'a\n', 'a\0', 'x'.repeat(64)])(
    'must not be %j',
    (text) => {
      expect(isContainerName(text)).toBe(false);
    },
  );

  it('holds nothing but lower-case letters, digits and -, whatever it is', () => {
    const near = fc.string({ unit: fc.constantFrom(...'aZ09-_./ \n\0$é'), maxLength: 70 });
    fc.assert(fc.property(near, (text) => !isContainerName(text) || (/^[a-z0-9-]+$/.test(text) && text.length <= 63)));
  });
});
