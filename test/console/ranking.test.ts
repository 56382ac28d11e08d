import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byIncident, calmOrder, newestFirst, type Ranking, rank } from '../../src/console/state/ranking.ts';
import { alertView, clusterView, NOON } from '../support/view-fixture.ts';

const clusters = [
  clusterView('c1', { name: 'Refunds', ratio_low: 0.9, conversations: 500, concern: 1, born_at: NOON - 3 }),
  clusterView('c2', { name: 'Sea travel', ratio_low: 3.1, conversations: 40, concern: 4, born_at: NOON - 2 }),
  clusterView('c3', {
    name: null,
    visibility: 'pending',
    ratio_low: null,
    conversations: 20,
    concern: null,
    born_at: NOON - 1,
  }),
  clusterView('c4', {
    name: 'Unit tests',
    ratio_low: 0.9,
    conversations: 700,
    concern: 2,
    born_at: NOON - 4,
  }),
];
const ids = (ranking: Ranking, search = ''): string[] =>
  rank(clusters, ranking, search).map((cluster) => cluster.id);

describe('ranking', () => {
  it('puts the surest growth first, equals by size, the untested last', () => {
    expect(ids('growth')).toEqual(['c2', 'c4', 'c1', 'c3']);
  });

  it('goes by size, birth or concern when asked to', () => {
    expect(ids('size')).toEqual(['c4', 'c1', 'c2', 'c3']);
    expect(ids('newest')).toEqual(['c3', 'c2', 'c1', 'c4']);
    expect(ids('concern')).toEqual(['c2', 'c4', 'c1', 'c3']);
  });

  it('finds by part of the name, whatever its case, or by id', () => {
    expect(ids('growth', ' TRAVEL ')).toEqual(['c2']);
    expect(ids('growth', 'c3')).toEqual(['c3']);
    expect(ids('growth', 'nothing like it')).toEqual([]);
  });

  it('lists the newest alert first', () => {
    const alerts = [alertView('a1', { pending_at: 1 }), alertView('a2', { pending_at: 2 })];
    expect(newestFirst(alerts).map((alert) => alert.id)).toEqual(['a2', 'a1']);
  });

  it('lists alerts of one incident together, what it began with first', () => {
    const alerts = [
      alertView('a4', { incident: 'a1' }),
      alertView('a3'),
      alertView('a2', { incident: 'a1' }),
      alertView('a1'),
      alertView('a6', { incident: 'gone' }),
      alertView('a5', { incident: 'gone' }),
    ];
    const told = byIncident(alerts).map(({ first, more }) => [first.id, ...more.map(({ id }) => id)]);
    expect(told).toEqual([['a1', 'a4', 'a2'], ['a3'], ['a5', 'a6']]);
  });
});

describe('calm order', () => {
  it('keeps rows where they are, drops what is gone, and adds what is new at the end', () => {
    expect(calmOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual(['a', 'c', 'd']);
  });

  it('always shows exactly what is wanted', () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[a-h]$/));
    fc.assert(
      fc.property(keys, keys, (shown, wanted) => {
        expect(calmOrder(shown, wanted).toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });
});
