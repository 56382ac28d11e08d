import { expect, it } from 'vitest';
import { EmitRig, makeAlert } from '../support/emit-rig.ts';
import { TOPICS } from '../support/pipeline-rig.ts';

it('delivery that lags behind more alerts than the view holds goes on', async () => {
  const rig = await EmitRig.start();
  for (let i = 0; i < 2_001; i++) rig.give(TOPICS.alerts, makeAlert(`a${i}`, { state: 'resolved' }));
  expect(rig.emit.view.alert('a0')).toBeNull();
  await expect(rig.emit.seen(0)).resolves.toBeUndefined();
});
