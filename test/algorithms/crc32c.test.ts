import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c } from '../../src/algorithms/crc32c.ts';

it.each([
  ['123456789', 0xe3069283],
  ['', 0],
  ['a', 0xc1d04330],
  ['\0'.repeat(32), 0x8a9136aa],
])('is the one of RFC 3720: %j', (text, sum) => {
  expect(crc32c(Buffer.from(text))).toBe(sum);
});

it('of a part does not depend on what lies around it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (before, part, after) => {
      const whole = Buffer.concat([before, part, after]);
      expect(crc32c(whole, before.length, before.length + part.length)).toBe(crc32c(part));
    }),
  );
});
