import { expect, it } from 'vitest';
import { detectRig, heartbeat, rollupsOf, tellClusters } from '../support/detect-rig.ts';
import { HOUR, makeRows, NOON } from '../support/pipeline-rig.ts';

it('a conversation that grew in its cluster and then moved is taken back from the hour in which it was counted', async () => {
  const rig = detectRig();
  tellClusters(rig, 2);
  const snapshot = (version: number, at: number, cluster: string) =>
    makeRows([{ conversation: 'k', account: 'u', at, cluster, version }]);
  const out = await rig.log.push([
    snapshot(1, NOON, 'c1'),
    snapshot(2, NOON + 2 * HOUR, 'c1'),
    snapshot(3, NOON + 2 * HOUR, 'c2'),
    heartbeat(NOON + 4 * HOUR),
  ]);
  const last = (hour: number) => rollupsOf(out).findLast((rollup) => rollup.hour === hour);
  const count = (hour: number, id: string) => last(hour)?.n[last(hour)?.cluster.indexOf(id) ?? -1] ?? 0;
  expect([count(NOON, 'c1'), count(NOON + 2 * HOUR, 'c2')]).toEqual([0, 1]);
});
