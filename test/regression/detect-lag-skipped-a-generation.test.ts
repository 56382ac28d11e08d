import { expect, it } from 'vitest';
import { detectRig, heartbeat, tellClusters, ticksOf } from '../support/detect-rig.ts';
import { MINUTE, makeCluster, makeRows, NOON } from '../support/pipeline-rig.ts';

it('detect that lags behind two rebuilds counts rows of the first under the clusters of the first', async () => {
  const rig = detectRig();
  tellClusters(rig, 2);
  rig.told.tell({ generation: 2, full: 2, event_time: NOON }, [makeCluster('c9', { generation: 2 })]);
  const rows = makeRows([{ conversation: 'k', account: 'u', at: NOON, cluster: 'c1' }], { generation: 1 });
  const [tick] = ticksOf(await rig.log.push([rows, heartbeat(NOON + 3 * MINUTE)]));
  expect(tick).toMatchObject({ cluster: ['c1'], n: [1], outliers: 0 });
});
