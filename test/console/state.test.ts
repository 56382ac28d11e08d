import { describe, expect, it } from 'vitest';
import { type Action, type ConsoleState, EMPTY, reduce } from '../../src/console/state/state.ts';
import type { AlertView } from '../../src/domain/view.ts';
import { alertView, clusterView } from '../support/view-fixture.ts';

const stateAfter = (...actions: Action[]): ConsoleState => actions.reduce(reduce, EMPTY);
const clusterEvent = (seq: number, changed: string[], removed: string[] = []): Action => ({
  type: 'clusters',
  events: [{ seq, clusters: changed.map((id) => clusterView(id, { name: `${id} at ${seq}` })), removed }],
});
const alertEvent = (seq: number, alert: AlertView): Action => ({ type: 'alerts', events: [{ seq, alert }] });
const someClusters: Action = {
  type: 'all-clusters',
  seq: 10,
  clusters: [clusterView('c1'), clusterView('c2')],
};
const oneFiring: Action = { type: 'all-alerts', seq: 10, alerts: [alertView('a1')] };

describe('clusters', () => {
  it('change, come and go by events', () => {
    const { clusters } = stateAfter(someClusters, clusterEvent(11, ['c2', 'c3'], ['c1']));
    expect([...clusters].map(([id, { name }]) => [id, name])).toEqual([
      ['c2', 'c2 at 11'],
      ['c3', 'c3 at 11'],
    ]);
  });

  it('keep the objects of those that did not change, so that only what changed is drawn', () => {
    const before = stateAfter(someClusters);
    const { clusters } = reduce(before, clusterEvent(11, ['c2']));
    expect(clusters.get('c1')).toBe(before.clusters.get('c1'));
  });

  it('stay as they are at a repeated event', () => {
    const before = stateAfter(someClusters, clusterEvent(11, ['c1']));
    expect(reduce(before, clusterEvent(11, ['c9'])).clusters).toBe(before.clusters);
  });

  it('stay as they are at a gap, and are right again once the missing event is there', () => {
    const gap = stateAfter(someClusters, clusterEvent(12, [], ['c1']));
    expect(gap.feeds.clusters.phase).toBe('gap');
    expect([...gap.clusters.keys()]).toEqual(['c1', 'c2']);
    const whole = [clusterEvent(11, ['c3']), clusterEvent(12, [], ['c1'])].reduce(reduce, gap);
    expect(whole.feeds.clusters).toEqual({ phase: 'live', seq: 12 });
    expect([...whole.clusters.keys()]).toEqual(['c2', 'c3']);
  });

  it('are replaced as a whole when what was missed is not held any more', () => {
    const { clusters, feeds } = stateAfter(someClusters, clusterEvent(13, []), {
      type: 'all-clusters',
      seq: 90,
      clusters: [clusterView('c7')],
    });
    expect([...clusters.keys()]).toEqual(['c7']);
    expect(feeds.clusters).toEqual({ phase: 'live', seq: 90 });
  });
});

describe('alerts', () => {
  it('of the first list are no news', () => {
    expect(stateAfter(oneFiring).news).toEqual([]);
  });

  it('that begin to fire are news, once', () => {
    const pending = alertView('a2', { state: 'pending', fired_at: null });
    const state = stateAfter(
      oneFiring,
      alertEvent(11, pending),
      alertEvent(12, alertView('a2')),
      alertEvent(13, alertView('a2', { revision: 3, accounts: 200 })),
    );
    expect(state.news).toEqual(['a2']);
    expect(reduce(state, { type: 'news-shown', ids: ['a2'] }).news).toEqual([]);
  });

  it('that began to fire while away are news, oldest first', () => {
    const later = alertView('a2', { updated_at: 2_000 });
    const earlier = alertView('a3', { updated_at: 1_000 });
    const { news } = stateAfter(oneFiring, {
      type: 'all-alerts',
      seq: 40,
      alerts: [later, earlier, alertView('a1')],
    });
    expect(news).toEqual(['a3', 'a2']);
  });

  it('that expire are no longer listed', () => {
    const expired = alertView('a1', { state: 'expired' });
    expect(stateAfter(oneFiring, alertEvent(11, expired)).alerts.size).toBe(0);
  });

  it('do not hold up the clusters with a gap of their own', () => {
    const state = stateAfter(
      someClusters,
      oneFiring,
      alertEvent(15, alertView('a9')),
      clusterEvent(11, ['c4']),
    );
    expect(state.feeds).toEqual({ alerts: { phase: 'gap', seq: 10 }, clusters: { phase: 'live', seq: 11 } });
    expect(state.alerts.has('a9')).toBe(false);
    expect(state.clusters.has('c4')).toBe(true);
  });
});
