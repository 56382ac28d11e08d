import { expect, it } from 'vitest';
import { detectRig, heartbeat, rollupsOf, tellClusters } from '../support/detect-rig.ts';
import { HOUR, MINUTE, makeRows, NOON } from '../support/pipeline-rig.ts';

it('a conversation that comes a day late leaves the rollup of its hour as it was told', async () => {
  const rig = detectRig();
  tellClusters(rig, 1);
  const rows = Array.from({ length: 30 }, (_, i) => ({
    conversation: `k${i}`,
    account: `u${i}`,
    at: NOON + i * MINUTE,
    cluster: 'c1',
  }));
  const before = await rig.log.push([makeRows(rows), heartbeat(NOON + 24 * HOUR)]);
  expect(rollupsOf(before).findLast(({ hour }) => hour === NOON)?.total).toBe(30);
  const late = makeRows([{ conversation: 'late', account: 'late', at: NOON, cluster: 'c1' }]);
  const after = await rig.log.push([late, heartbeat(NOON + 25 * HOUR)]);
  expect(rollupsOf(after).filter(({ hour }) => hour === NOON)).toEqual([]);
});

it('a conversation that comes an hour late leaves what was expected of its hour as it was', async () => {
  const rig = detectRig();
  tellClusters(rig, 1);
  const rows = Array.from({ length: 60 }, (_, i) => ({
    conversation: `k${i}`,
    account: `u${i}`,
    at: NOON + i * MINUTE,
    cluster: 'c1',
  }));
  const before = await rig.log.push([makeRows(rows), heartbeat(NOON + 3 * HOUR)]);
  const told = rollupsOf(before).findLast(({ hour }) => hour === NOON);
  const late = makeRows([{ conversation: 'late', account: 'late', at: NOON, cluster: 'c1' }]);
  const after = await rig.log.push([late, heartbeat(NOON + 3 * HOUR + 5 * MINUTE)]);
  const again = rollupsOf(after).find(({ hour }) => hour === NOON);
  expect(again?.total).toBe(61);
  expect(told?.expected[0]).toBeGreaterThan(0);
  expect(again?.expected).toEqual(told?.expected);
});
