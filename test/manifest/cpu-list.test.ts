import { describe, expect, it } from 'vitest';
import { canonicalCpuList } from '../../src/manifest/cpu-list.ts';

describe('a list of CPUs', () => {
  it.each([
    ['0', '0'],
    ['0-1,4', '0-1,4'],
    ['4,0,1', '0-1,4'],
    ['0-3,2-5', '0-5'],
    ['0-1,2-3', '0-3'],
    ['8191', '8191'],
  ])('reads %s as the kernel shows it', (text, value) => {
    expect(canonicalCpuList(text)).toEqual({ value });
  });

  it.each([
    ['', 'is not a list of numbers', 'write "0-1,4" or the like, without spaces'],
    ['0, 1', 'is not a list of numbers', 'write "0-1,4" or the like, without spaces'],
    ['0,,1', 'is not a list of numbers', 'write "0-1,4" or the like, without spaces'],
    ['all', 'is not a list of numbers', 'write "0-1,4" or the like, without spaces'],
    ['3-1', 'has a range that runs backwards: 3-1', 'write 1-3'],
    ['0-4294967295', 'is not a list of numbers', 'write "0-1,4" or the like, without spaces'],
    ['0-8192', 'has a number above 8191', 'write numbers that the host has'],
  ])('refuses %j', (text, message, hint) => {
    expect(canonicalCpuList(text)).toEqual({ fault: { message, hint } });
  });
});
