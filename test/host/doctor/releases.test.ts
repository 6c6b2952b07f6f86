import { describe, expect, it } from 'vitest';
import { compareReleases, lineOf, withoutCandidate } from '../../../src/host/doctor/releases.ts';

describe('releases', () => {
  it('have an order, in which candidates come before what they are candidates of', () => {
    const order = ['0.1.1', '1.0.0-beta', '1.0.0-rc6', '1.0.0~rc93+ds1', '1.0.0', '1.4', '1.4.4', '1.9', '1.20', '2.0-rc.1', '2'];

    expect(order.toReversed().sort(compareReleases)).toEqual(order);
  });

  it.each([
    ['1.4', '1.4.0'],
    ['1.1.5', '1.1.5+ds1-1+deb12u1'],
    ['6.1.0', '6.1.0-18-amd64'],
    ['1.4.0-rc.3', '1.4.0~rc3'],
  ])('%s and %s are one', (one, other) => {
    expect(compareReleases(one, other)).toBe(0);
  });

  it('have a line, and a number without that of the candidate', () => {
    expect([lineOf('1.2.8'), lineOf('1.20'), withoutCandidate('1.5.0-rc.3'), withoutCandidate('1.28')]).toEqual(['1.2', '1.20', '1.5.0', '1.28']);
  });
});
