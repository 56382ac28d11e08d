import { describe, expect, it } from 'vitest';
import { EmitRig, makeTick } from '../../support/emit-rig.ts';
import { makeCluster, TOPICS } from '../../support/pipeline-rig.ts';

/** What detect tells of a minute while half of the accounts are taken. */
const sampled = (hour: number, quarter: number, cluster = ['c1']) => ({
  ...{ a: cluster.map(() => 2), n60: cluster.map(() => 2), accounts24: cluster.map(() => 2) },
  sampling: {
    share: 0.5,
    panel: 0.25,
    rows: 2,
    hour_error: hour * 2,
    quarter_error: quarter * 2,
    cluster,
    cluster_hour_error: cluster.map(() => hour),
    cluster_quarter_error: cluster.map(() => quarter),
  },
});
const viewOf = (rig: EmitRig, id: string) =>
  rig.emit.view.clusters({ sort: 'size', limit: 10 }).find((c) => c.id === id);

describe('totals while accounts are sampled', () => {
  it('are estimates with their errors, of the cluster that is shown and of all', async () => {
    const rig = await EmitRig.start();
    rig.generation([
      makeCluster('c1', { estimate: { conversations: 1_240.4, error: 90.2 } }),
      makeCluster('c2'),
    ]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 4.8, c2: 3 }, sampled(2.6, 2.4)));
    rig.give(TOPICS.ticks, makeTick(1, { c1: 4.8 }, sampled(3.4, 3.2)));
    expect(viewOf(rig, 'c1')).toMatchObject({
      conversations: 1_240,
      conversations_error: 90,
      last_hour: 10,
      last_hour_error: 3,
    });
    expect(viewOf(rig, 'c1')?.sparkline.at(-1)).toBe(10);
    expect(viewOf(rig, 'c1')?.sparkline_error?.slice(-2)).toEqual([0, 3]);
    rig.beat();
    const pulse = rig.emit.view.pulse();
    expect(pulse).toMatchObject({
      per_hour: 13,
      per_hour_error: 7,
      // Counted themselves, not what they stand for.
      conversations: 4,
      sampling: { share: 0.5, panel: 0.25, sampled_out: 0 },
    });
  });

  it('of a cluster that has had nothing sampled say nothing of an error', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1'), makeCluster('c2')]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 4, c2: 3 }, sampled(2, 2)));
    for (const name of ['conversations_error', 'last_hour_error', 'sparkline_error'])
      expect(viewOf(rig, 'c2')).not.toHaveProperty(name);
  });

  it('of a cluster that is not shown say no more than they did', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { accounts: 3, estimate: { conversations: 800, error: 90 } })]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 4 }, sampled(2, 2)));
    const view = viewOf(rig, 'c1');
    expect(view).toMatchObject({ visibility: 'pending', conversations: 100, sparkline: [] });
    for (const name of ['conversations_error', 'last_hour_error', 'sparkline_error'])
      expect(view).not.toHaveProperty(name);
  });

  it('are counts again once all is taken: the errors go with their hour and their quarters', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 4 }, sampled(2, 2)));
    rig.give(TOPICS.ticks, makeTick(61, { c1: 5 }));
    expect(viewOf(rig, 'c1')).toMatchObject({ last_hour: 5, last_hour_error: 0 });
    expect(rig.emit.view.pulse()).not.toHaveProperty('sampling');
    rig.give(TOPICS.ticks, makeTick(13 * 60, { c1: 5 }));
    expect(viewOf(rig, 'c1')).not.toHaveProperty('last_hour_error');
    expect(rig.emit.view.pulse()).not.toHaveProperty('per_hour_error');
  });
});
