import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inheritIds } from '../../../src/pipeline/cluster/identity.ts';

const times = <T>(n: number, value: T): T[] => Array<T>(n).fill(value);
const relationOf = (identity: Awaited<ReturnType<typeof inheritIds>>, id: string) =>
  identity.relations.find((relation) => relation.id === id);

describe('1 clusters after a rebuild', () => {
  it('keep their ids when the members are the same, whatever their rows', async () => {
    const before = [...times(10, 'c1'), ...times(20, 'c2')];
    const after = [...times(10, 1), ...times(20, 0)];
    const numbers = { next: 3 };
    const identity = await inheritIds(before, after, 2, new Set(['c1', 'c2']), numbers);
    expect(identity.ids).toEqual(['c2', 'c1']);
    expect(identity.kept).toEqual([1, 1]);
    expect(numbers.next).toBe(3);
    expect(identity.relations.map(({ kind }) => kind)).toEqual(['continues', 'continues']);
  });

  it('that split: the larger part keeps the id, the other is told as split from it', async () => {
    const identity = await inheritIds(
      times(30, 'c1'),
      [...times(20, 0), ...times(10, 1)],
      2,
      new Set(['c1']),
      { next: 2 },
    );
    expect(identity.ids).toEqual(['c1', 'c2']);
    expect(relationOf(identity, 'c2')).toMatchObject({ kind: 'split', from: [{ id: 'c1', share: 1 }] });
  });

  it('that merge: the larger id lives on, the other dies into it', async () => {
    const before = [...times(20, 'c1'), ...times(10, 'c2')];
    const identity = await inheritIds(before, times(30, 0), 1, new Set(['c1', 'c2']), { next: 3 });
    expect(identity.ids).toEqual(['c1']);
    expect(relationOf(identity, 'c1')?.kind).toBe('merged');
    expect(relationOf(identity, 'c2')).toEqual({ kind: 'died', id: 'c2', from: [{ id: 'c1', share: 1 }] });
  });

  it('made of outliers are born, and one whose members are all outliers now has died', async () => {
    const before = [...times(10, null), ...times(10, 'c1')];
    const identity = await inheritIds(before, [...times(10, 0), ...times(10, -1)], 1, new Set(['c1']), {
      next: 2,
    });
    expect(identity.ids).toEqual(['c2']);
    expect(relationOf(identity, 'c2')).toEqual({ kind: 'born', id: 'c2', from: [] });
    expect(relationOf(identity, 'c1')).toEqual({ kind: 'died', id: 'c1', from: [] });
  });

  it('are not a small one that is gone for the few of it that they hold', async () => {
    // c1 is cut in two; three of the ten of c2 fall to the second half, the others to nobody.
    const before = [...times(1_200, 'c1'), ...times(10, 'c2')];
    const after = [...times(700, 0), ...times(500, 1), ...times(3, 1), ...times(7, -1)];
    const identity = await inheritIds(before, after, 2, new Set(['c1', 'c2']), { next: 3 });
    expect(identity.ids).toEqual(['c1', 'c3']);
    expect(relationOf(identity, 'c3')?.kind).toBe('split');
    const mostlyNew = await inheritIds(
      [...times(1_000, null), ...times(10, 'c2')],
      [...times(1_003, 0), ...times(7, -1)],
      1,
      new Set(['c2']),
      { next: 3 },
    );
    expect(mostlyNew.ids).toEqual(['c3']);
  });

  it('are the small one that they have grown from, if they hold half of it', async () => {
    const before = [...times(300, null), ...times(10, 'c2')];
    const after = [...times(305, 0), ...times(5, -1)];
    const identity = await inheritIds(before, after, 1, new Set(['c2']), { next: 3 });
    expect(identity.ids).toEqual(['c2']);
  });

  it('inherit nothing from a cluster that was gone already', async () => {
    const identity = await inheritIds(times(10, 'c1'), times(10, 0), 1, new Set(), { next: 5 });
    expect(identity.ids).toEqual(['c5']);
  });
});

describe('2 whatever becomes of the members', () => {
  const members = fc.array(
    fc.tuple(fc.option(fc.integer({ min: 1, max: 8 }), { nil: null }), fc.integer({ min: -1, max: 6 })),
    { maxLength: 200 },
  );

  it('no id is given twice, no number is used again, and every cluster known before is accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 9, max: 50 }), async (list, nextId) => {
        const known = new Set(Array.from({ length: 8 }, (_, i) => `c${i + 1}`));
        const before = list.map(([old]) => (old === null ? null : `c${old}`));
        const numbers = { next: nextId };
        const rows = list.map(([, row]) => row);
        const { ids, relations } = await inheritIds(before, rows, 7, known, numbers);
        expect(new Set(ids).size).toBe(7);
        const fresh = ids.filter((id) => !known.has(id)).map((id) => Number.parseInt(id.slice(1), 36));
        expect(fresh).toEqual(fresh.map((_, i) => nextId + i));
        expect(numbers.next).toBe(nextId + fresh.length);
        const told = relations.map(({ id }) => id);
        expect(new Set(told).size).toBe(told.length);
        expect(new Set(told)).toEqual(new Set([...known, ...ids]));
        for (const { kind, id } of relations) expect(kind === 'died').toBe(!ids.includes(id));
      }),
    );
  });
});
