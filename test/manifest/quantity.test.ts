import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { formatBytes, parseBytes } from '../../src/manifest/quantity.ts';

describe('a quantity', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['1k', 1000],
    ['10M', 10_000_000],
    ['2G', 2_000_000_000],
    ['1T', 1_000_000_000_000],
    ['1Ki', 1024],
    ['256Mi', 268_435_456],
    ['4Gi', 4_294_967_296],
    ['1Ti', 1_099_511_627_776],
    ['1.5Gi', 1_610_612_736],
    ['0.5Ki', 512],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['max', 'max'],
  ])('reads %s exactly', (text, value) => {
    expect(parseBytes(text)).toEqual({ value });
  });

  it.each([
    ['', 'is not a size in bytes', 'write a number with a unit, such as 256Mi; the units are Ki Mi Gi Ti or k M G T'],
    ['512m', 'has an unknown unit: m is milli', 'write 512Mi'],
    ['512MB', 'has an unknown unit', 'write 512Mi or 512M; the units are Ki Mi Gi Ti or k M G T'],
    ['512mib', 'has an unknown unit', 'write 512Mi; the units are Ki Mi Gi Ti or k M G T'],
    ['1K', 'has an unknown unit', 'write 1Ki or 1k; the units are Ki Mi Gi Ti or k M G T'],
    ['-1', 'must not be negative', 'write max for no limit, or a size such as 64Mi'],
    ['1e3', 'must not have an exponent', 'write plain digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['0x10', 'must be a decimal number', 'write decimal digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['0o17', 'must be a decimal number', 'write decimal digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['010', 'has a leading zero', 'write 10'],
    ['1.5', 'is no whole number of bytes', 'write a whole number with a smaller unit'],
    ['1.3Ki', 'is no whole number of bytes', 'write a whole number with a smaller unit'],
    ['9007199254740992', 'is more than 2^53 - 1 bytes', 'write max for no limit, or a smaller size'],
    ['18446744073709551616', 'is more than 2^53 - 1 bytes', 'write max for no limit, or a smaller size'],
    ['9000Ti', 'is more than 2^53 - 1 bytes', 'write max for no limit, or a smaller size'],
    ['9'.repeat(100_000), 'has too many digits', 'write fewer digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['1 Gi ', 'is not a size in bytes', 'write a number with a unit, such as 256Mi; the units are Ki Mi Gi Ti or k M G T'],
    ['Max', 'is not a size in bytes', 'write a number with a unit, such as 256Mi; the units are Ki Mi Gi Ti or k M G T'],
  ])('refuses %j and says what to write', (text, message, hint) => {
    expect(parseBytes(text)).toEqual({ fault: { message, hint } });
  });

  it('refuses 0 where it would kill', () => {
    expect(parseBytes('0', { minBytes: 1 })).toHaveProperty('fault.message', 'must not be 0');
    expect(parseBytes('0Gi', { minBytes: 1 })).toHaveProperty('fault.message', 'must not be 0');
  });

  it('takes a forgotten unit for megabytes', () => {
    expect(parseBytes('256', { minBytes: 524_288 })).toEqual({
      fault: { message: 'is less than 512Ki', hint: 'write 512Ki or more; if 256 are megabytes, write 256Mi' },
    });
  });

  it('refuses max where a size is needed', () => {
    expect(parseBytes('max', { max: false })).toHaveProperty('fault.message', 'needs a size');
  });

  it('comes back the same from its shortest form', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseBytes(formatBytes(bytes))).toEqual({ value: bytes });
      }),
    );
  });

  it('is exact for every whole number and unit that fits', () => {
    const sizes = { Ki: 1024n, Mi: 1024n ** 2n, k: 1000n, M: 1000n ** 2n };
    fc.assert(
      fc.property(fc.nat({ max: 8_000_000_000 }), fc.constantFrom(...(['Ki', 'Mi', 'k', 'M'] as const)), (count, unit) => {
        expect(parseBytes(`${count}${unit}`)).toEqual({ value: Number(BigInt(count) * sizes[unit]) });
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reading = parseBytes(text);

        expect('value' in reading ? Number.isSafeInteger(reading.value) || reading.value === 'max' : reading.fault.hint !== '').toBe(true);
      }),
    );
  });
});
