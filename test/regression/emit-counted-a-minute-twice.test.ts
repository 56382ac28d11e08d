import { expect, it } from 'vitest';
import { EmitRig, makeTick } from '../support/emit-rig.ts';
import { makeCluster, TOPICS } from '../support/pipeline-rig.ts';

it('the view counts a minute once, though a detect that was killed in silence tells it again', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1')]);
  for (let i = 0; i < 2; i++) rig.give(TOPICS.ticks, makeTick(0, { c1: 7 }));
  rig.beat();
  expect(rig.emit.view.cluster('c1')?.last_hour).toBe(7);
  expect(rig.emit.view.pulse().per_hour).toBe(7);
});
