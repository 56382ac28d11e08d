import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemberBook } from '../../../src/pipeline/emit/members.ts';
import { MINUTE, makeRows, NOON } from '../../support/pipeline-rig.ts';

const rows = (clusters: readonly (string | null)[], from = 0) =>
  makeRows(
    clusters.map((cluster, i) => ({
      conversation: `k${from + i}`,
      account: `u${i}`,
      at: NOON + i * MINUTE,
      cluster,
    })),
  );

it('the members of a cluster are answered newest first, no more than asked for', () => {
  const book = new MemberBook(10, 10);
  book.take(rows(['c1', 'c2', null, 'c1', 'c1']));
  expect(book.of('c1', 2).map(({ conversation }) => conversation)).toEqual(['k4', 'k3']);
  expect(book.of('c3', 2)).toEqual([]);
});

it('so many are held of a cluster and of so many clusters, the ones heard of last', () => {
  const stream = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }), { maxLength: 15 });
  fc.assert(
    fc.property(stream, (batches) => {
      const book = new MemberBook(3, 4);
      for (const batch of batches) book.take(rows(batch.map((n) => `c${n}`)));
      const all = batches.flat();
      const last = [...new Set(all.toReversed())].slice(0, 4);
      const held = Array.from({ length: 12 }, (_, i) => i + 1).filter(
        (n) => book.of(`c${n}`, 100).length > 0,
      );
      expect(new Set(held)).toEqual(new Set(last));
      for (const n of held) expect(book.of(`c${n}`, 100).length).toBeLessThanOrEqual(3);
    }),
  );
});
