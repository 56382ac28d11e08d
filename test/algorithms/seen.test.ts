import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53, hashUnit } from '../../src/algorithms/hash.ts';
import { SeenVersions } from '../../src/algorithms/seen.ts';

describe('1 the hash of a text', () => {
  it('is the same for the same text, and a whole number that a double holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hash53(text)).toBe(hash53(text));
        expect(Number.isSafeInteger(hash53(text))).toBe(true);
        expect(hash53(text)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is another for each of 300,000 texts that differ by little', () => {
    const hashes = new Set(Array.from({ length: 300_000 }, (_, i) => hash53(`account-${i}`)));
    expect(hashes.size).toBe(300_000);
  });

  it('is spread evenly', () => {
    const bins = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) {
      const bin = Math.floor(hashUnit(`account-${i}`) * 64);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chi2 = bins.reduce((sum, n) => sum + (n - 1_000) ** 2 / 1_000, 0);
    // 63 degrees of freedom: above 120 once in a hundred thousand.
    expect(chi2).toBeLessThan(120);
  });
});

describe('2 versions seen', () => {
  it('are 0 for what was not seen, and the last one put for what was', () => {
    const seen = new SeenVersions(10);
    seen.put('a', 3);
    seen.put('a', 5);
    expect([seen.version('a'), seen.version('b')]).toEqual([5, 0]);
  });

  it('of the last half of the cap are never forgotten, and of more than the cap never held', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 30 }), (list, cap) => {
        const seen = new SeenVersions(cap);
        const last = new Map<string, number>();
        for (const [n, version] of list) {
          seen.put(`k${n}`, version);
          last.delete(`k${n}`);
          last.set(`k${n}`, version);
          expect(seen.size).toBeLessThanOrEqual(Math.max(2, cap));
        }
        const recent = [...last].slice(-Math.floor(cap / 2));
        for (const [key, version] of recent) expect(seen.version(key)).toBe(version);
        for (const [key, version] of last) expect([0, version]).toContain(seen.version(key));
      }),
    );
  });
});
