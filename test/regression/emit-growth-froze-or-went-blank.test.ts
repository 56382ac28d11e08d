import { expect, it } from 'vitest';
import { EmitRig, makeTick } from '../support/emit-rig.ts';
import { makeCluster, metric, TOPICS } from '../support/pipeline-rig.ts';

/** A cluster that surged at minute 0; then `minutes` in which others talk. */
async function after(minutes: number): Promise<EmitRig> {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1'), makeCluster('c2')]);
  rig.give(
    TOPICS.ticks,
    makeTick(0, { c1: 9, c2: 1 }, { expected60: [2, 1], ratio_low: [4.3, 0.1], score: [20, 0] }),
  );
  for (let minute = 1; minute <= minutes; minute++) rig.give(TOPICS.ticks, makeTick(minute, { c2: 1 }));
  rig.beat();
  return rig;
}

const lowerBound = ({ telemetry }: EmitRig) =>
  metric(telemetry, 'cliowatch_cluster_growth_ratio_lower_bound', { cluster: 'c1' });

it('growth of a cluster that the last tick tells of is shown, also when it is quiet in that minute', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1')]);
  rig.give(TOPICS.ticks, makeTick(0, { c1: 9 }));
  rig.give(TOPICS.ticks, makeTick(30, { c1: 0 }, { n60: [9], expected60: [3], ratio_low: [1.6] }));
  expect(rig.emit.view.cluster('c1')).toMatchObject({ accounts_hour: 9, ratio: 3, ratio_low: 1.6 });
});

it('growth of a cluster that ticks leave out is none, in the API and in metrics alike', async () => {
  const soon = await after(10);
  expect(soon.emit.view.cluster('c1')).toMatchObject({
    accounts_hour: 0,
    expected_hour: 2,
    ratio: 0,
    ratio_low: 0,
  });
  expect(await lowerBound(soon)).toBe(0);
  const late = await after(600);
  expect(late.emit.view.cluster('c1')).toMatchObject({ accounts_hour: 0, expected_hour: null, ratio: null });
  expect(await lowerBound(late)).toBe(0);
  const { body } = await late.telemetry.exposition();
  expect(body).not.toContain('cliowatch_cluster_hourly_accounts_expected{space="all/request",cluster="c1"}');
  expect(await metric(late.telemetry, 'cliowatch_cluster_growth_score', { cluster: 'c1' })).toBe(0);
});
