import { describe, expect, it } from 'vitest';
import type { Relation } from '../../src/domain/generation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import type { Rollup } from '../../src/domain/tick.ts';
import type { Store } from '../../src/ports/store.ts';
import { makeAlert } from '../support/emit-rig.ts';
import { NOON } from '../support/pipeline-rig.ts';

const SPACE = 'all/request';

function rollup(hour: number, counts: Record<string, number>): Rollup {
  const n = Object.values(counts);
  return {
    space: SPACE,
    hour,
    total: 100,
    outliers: 5,
    cluster: Object.keys(counts),
    n,
    a: n.map((count) => count - 1),
    expected: n.map((count) => count / 2),
  };
}

/** What every Store promises; `open` gives an empty one. */
export function storeContract(name: string, open: () => Store): void {
  describe(`${name} as a store`, () => {
    it('gives the hours of a cluster, oldest first, from the first up to but not including the last', () => {
      const store = open();
      for (const hour of [3, 1, 2, 4]) store.putRollup(rollup(NOON + hour * HOUR, { c1: hour * 10, c2: 7 }));
      const expected = [1, 2, 3].map((hour) => ({
        at: NOON + hour * HOUR,
        conversations: hour * 10,
        accounts: hour * 10 - 1,
        expected: hour * 5,
      }));
      expect(store.timeline(SPACE, 'c1', NOON + HOUR, NOON + 4 * HOUR)).toEqual(expected);
      expect(store.timeline('other/request', 'c1', 0, NOON * 2)).toEqual([]);
      store.close();
    });

    it('replaces an hour as a whole when it is written again', () => {
      const store = open();
      store.putRollup(rollup(NOON, { c1: 10, c2: 20 }));
      store.putRollup(rollup(NOON, { c1: 12 }));
      store.putRollup(rollup(NOON, { c1: 12 }));
      const of = (cluster: string) =>
        store.timeline(SPACE, cluster, NOON, NOON + 1).map((p) => p.conversations);
      expect(of('c1')).toEqual([12]);
      expect(of('c2')).toEqual([]);
      store.close();
    });

    it('gives the error of an hour that was estimated, and forgets it when the hour is counted', () => {
      const store = open();
      store.putRollup({ ...rollup(NOON, { c1: 10, c2: 20 }), error: [2.5, 0] });
      const of = (cluster: string) => store.timeline(SPACE, cluster, NOON, NOON + 1).map((p) => p.error);
      expect(of('c1')).toEqual([2.5]);
      expect(of('c2')).toEqual([undefined]);
      store.putRollup(rollup(NOON, { c1: 12 }));
      expect(of('c1')).toEqual([undefined]);
      store.close();
    });

    it('keeps the newest revision of an alert, whatever order they come in', () => {
      const store = open();
      store.putAlert(makeAlert('a1', { revision: 2, state: 'firing' }));
      store.putAlert(makeAlert('a1', { revision: 3, state: 'resolved' }));
      store.putAlert(makeAlert('a1', { revision: 1, state: 'pending' }));
      expect(store.alerts({ limit: 10 })).toEqual([makeAlert('a1', { revision: 3, state: 'resolved' })]);
      store.close();
    });

    it('gives alerts newest first, in pages', () => {
      const store = open();
      for (const i of [2, 1, 3]) store.putAlert(makeAlert(`a${i}`, { pending_at: NOON + i }));
      expect(store.alerts({ limit: 2 }).map(({ id }) => id)).toEqual(['a3', 'a2']);
      expect(store.alerts({ limit: 2, before: NOON + 2 }).map(({ id }) => id)).toEqual(['a1']);
      store.close();
    });

    it('keeps what became of clusters, a generation once, however often it is told', () => {
      const store = open();
      const node = { accounts: 80, conversations: 100, standing_for: 100, name: 'Ask', audit: 5 };
      const full = (generation: number, ids: readonly string[], relations: Relation[]) => ({
        space: SPACE,
        full: generation,
        generation,
        at: NOON + generation * HOUR,
        nodes: ids.map((id) => ({ ...node, id })),
        relations,
      });
      const split: Relation = { kind: 'split', id: 'c2', from: [{ id: 'c1', share: 0.5, members: 50 }] };
      const kept: Relation = { kind: 'continues', id: 'c1', from: [{ id: 'c1', share: 1 }] };
      const born: Relation = { kind: 'born', id: 'c3', from: [] };
      const first = full(1, ['c1'], []);
      const second = full(2, ['c1', 'c2'], [kept, split]);
      const patch = { ...full(2, ['c1', 'c2', 'c3'], [born]), generation: 3, at: NOON + 3 * HOUR };
      for (const told of [first, second, patch, first, second]) store.putGeneration(told);
      expect(store.columns(SPACE, 10, 99)).toEqual([first, { ...second, generation: 3, nodes: patch.nodes }]);
      expect(store.columns(SPACE, 1, 99).map((column) => column.full)).toEqual([2]);
      expect(store.columns('other/request', 10, 99)).toEqual([]);
      expect(store.relations(SPACE, 'c1', 10)).toEqual([
        { generation: 2, at: NOON + 2 * HOUR, relation: kept },
      ]);
      expect(store.relations(SPACE, 'c3', 10)).toEqual([
        { generation: 3, at: NOON + 3 * HOUR, relation: born },
      ]);
      expect(store.lineageSince(SPACE)).toBe(NOON + HOUR);
      store.prune(NOON + 2 * HOUR);
      expect(store.columns(SPACE, 10, 99).map((column) => column.full)).toEqual([2]);
      expect(store.lineageSince(SPACE)).toBe(NOON + 2 * HOUR);
      store.prune(NOON + 5 * HOUR);
      expect([store.relations(SPACE, 'c1', 10), store.lineageSince(SPACE)]).toEqual([[], null]);
      store.close();
    });

    it('gives fewer generations where they have many clusters, but two', () => {
      const store = open();
      const node = { accounts: 8, conversations: 10, standing_for: 10, name: null, audit: null };
      const nodes = ['c1', 'c2', 'c3'].map((id) => ({ ...node, id }));
      for (const full of [1, 2, 3, 4])
        store.putGeneration({ space: SPACE, full, generation: full, at: NOON, nodes, relations: [] });
      const fulls = (most: number) => store.columns(SPACE, 10, most).map(({ full }) => full);
      expect([fulls(12), fulls(11), fulls(1)]).toEqual([
        [1, 2, 3, 4],
        [2, 3, 4],
        [3, 4],
      ]);
      store.close();
    });

    it('begins with a patch where its full generation is not known, and knows not how that came about', () => {
      const store = open();
      const born: Relation = { kind: 'born', id: 'c3', from: [] };
      store.putGeneration({ space: SPACE, full: 2, generation: 5, at: NOON, nodes: [], relations: [born] });
      expect(store.columns(SPACE, 10, 99)).toMatchObject([{ full: 2, generation: 5, relations: [] }]);
      store.close();
    });

    it('keeps every audit entry, newest first', () => {
      const store = open();
      const entry = { at: NOON, who: 'sam', what: 'read cluster', subject: 'c9' };
      store.audit(entry);
      store.audit(entry);
      store.audit({ ...entry, subject: "c'; DROP TABLE audit" });
      expect(store.auditTrail(10).map(({ subject }) => subject)).toEqual([
        "c'; DROP TABLE audit",
        'c9',
        'c9',
      ]);
      expect(store.auditTrail(1)).toHaveLength(1);
      store.close();
    });

    it('drops what is older, but not the audit log', () => {
      const store = open();
      store.putRollup(rollup(NOON - HOUR, { c1: 1 }));
      store.putRollup(rollup(NOON, { c1: 2 }));
      store.putAlert(makeAlert('old', { updated_at: NOON - 1 }));
      store.putAlert(makeAlert('new', { updated_at: NOON }));
      store.audit({ at: NOON - HOUR, who: 'sam', what: 'read cluster', subject: 'c9' });
      store.prune(NOON);
      expect(store.timeline(SPACE, 'c1', 0, NOON * 2).map(({ at }) => at)).toEqual([NOON]);
      expect(store.alerts({ limit: 10 }).map(({ id }) => id)).toEqual(['new']);
      expect(store.auditTrail(10)).toHaveLength(1);
      store.close();
    });
  });
}
