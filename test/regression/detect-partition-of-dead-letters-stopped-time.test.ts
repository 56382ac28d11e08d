import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { detectRig, heartbeat, tellClusters, ticksOf } from '../support/detect-rig.ts';
import { MINUTE, makeRows, NOON } from '../support/pipeline-rig.ts';

const one = makeRows([{ conversation: 'k', account: 'u', at: NOON, cluster: 'c1' }]);

it('a partition that never told a time is not waited for', async () => {
  const rig = detectRig();
  tellClusters(rig, 1);
  expect(ticksOf(await rig.log.push([one, heartbeat(0, 1), heartbeat(NOON + 3 * MINUTE)]))).toHaveLength(1);
});

it('a partition that brings only dead letters is waited for no longer than a silent one', async () => {
  let elapsed = 0;
  const clock = { ...createManualClock(NOON), elapsed: () => elapsed };
  const rig = detectRig({ idleMs: 30_000 }, clock);
  tellClusters(rig, 1);
  await rig.log.push([one, heartbeat(NOON, 1)]);
  elapsed = 31_000;
  expect(ticksOf(await rig.log.push([heartbeat(NOON, 1), heartbeat(NOON + 3 * MINUTE)]))).toHaveLength(1);
});
