import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenRows, type Kept } from '../../../src/algorithms/coordination/even.ts';
import { spreadOf } from '../../../src/algorithms/coordination/spread.ts';

type Row = Kept & { readonly account: number };

const spread = (rows: readonly Row[]) => {
  const counts = new Map<number, number>();
  for (const { account } of rows) counts.set(account, (counts.get(account) ?? 0) + 1);
  return spreadOf(Float64Array.from(counts.values()));
};

describe('even rows', () => {
  it('are all, where all accounts are kept', () => {
    const rows = [0, 0.3, 0.999].map((unit) => ({ unit, share: 1 }));
    expect(evenRows(rows)).toEqual(rows);
  });

  it('of accounts that all do the same tell so, though some are kept for weeks and most for minutes', () => {
    // One conversation a day each; everybody of the last day, a tenth of the week, a hundredth of the month.
    const rows: Row[] = [];
    for (let account = 0; account < 2_000; account++) {
      const unit = account / 2_000;
      for (let day = 0; day < 28; day++) {
        const share = day < 1 ? 1 : day < 7 ? 0.1 : 0.01;
        if (unit < share) rows.push({ account, unit, share });
      }
    }
    expect(spread(rows).gini).toBeGreaterThan(0.4);
    const even = spread(evenRows(rows));
    expect(even.gini).toBe(0);
    expect(even.top1).toBeCloseTo(even.equalTop1, 9);
  });

  it('are whole for each account that is among them, and never fewer than those kept of everybody', () => {
    const row = fc.record({
      account: fc.nat(40),
      share: fc.constantFrom(1, 0.5, 0.31, 0.1, 0.01, 1e-9),
      day: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (all) => {
        const unitOf = (account: number): number => account / 41;
        const kept = all
          .map((one) => ({ ...one, unit: unitOf(one.account) }))
          .filter(({ unit, share }) => unit < share);
        const even = evenRows(kept);
        expect(even.length).toBeGreaterThanOrEqual(kept.filter(({ share }) => share >= 1).length);
        const least = Math.min(1, ...even.map(({ share }) => share));
        for (const { unit } of even) expect(unit).toBeLessThan(least);
      }),
    );
  });
});
