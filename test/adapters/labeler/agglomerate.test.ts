import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agglomerate } from '../../../src/adapters/labeler/agglomerate.ts';
import { toUnit } from '../../../src/domain/vector.ts';

// Of few values, so that twins and ties are common.
const vector = fc.array(fc.constantFrom(-1, 0, 1), { minLength: 3, maxLength: 3 }).map((v) => toUnit(v));

it('makes exactly as many groups as asked for, each row in one, twins and ties included', () => {
  fc.assert(
    fc.property(
      fc.array(vector, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 30 }),
      (rows, count) => {
        const groups = agglomerate(rows, count);
        expect(groups).toHaveLength(Math.min(count, rows.length));
        expect(groups.flat().sort((a, b) => a - b)).toEqual([...rows.keys()]);
        expect(agglomerate(rows, count)).toEqual(groups);
      },
    ),
  );
});

it('puts together what lies together, in a chain of a thousand too', () => {
  const at = (degrees: number) =>
    toUnit([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
  expect(agglomerate([at(0), at(90), at(3), at(95), at(180)], 3).sort()).toEqual([[0, 2], [1, 3], [4]]);
  const chain = Array.from({ length: 1_000 }, (_, i) => at(i / 10));
  expect(agglomerate(chain, 10).flat()).toHaveLength(1_000);
});
