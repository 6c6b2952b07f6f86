import { expect, it } from 'vitest';
import { roundBytes } from '../../src/plan/round-bytes.ts';

it.each<[number, string]>([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1.5 * 2 ** 20, '1.5 MiB'],
  [25_276_510_208, '23.5 GiB'],
  [2 ** 50, '1024 TiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(roundBytes(bytes)).toBe(text);
});
