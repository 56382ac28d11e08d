import { expect, it } from 'vitest';
import { EmitRig, makeAlert } from '../support/emit-rig.ts';
import { makeCluster, TOPICS } from '../support/pipeline-rig.ts';

const small = makeCluster('c2', { accounts: 3, conversations: 7 });

it('an alert about a cluster that may not be shown does not give its size away by its other figures', async () => {
  const rig = await EmitRig.start();
  rig.generation([small]);
  rig.give(
    TOPICS.alerts,
    makeAlert('a1', { cluster: 'c2', observed: 37, expected: 9.25, ratio: 4, score: 17.3 }),
  );
  const told = rig.emit.view.alert('a1');
  expect((told?.expected ?? 0) * (told?.ratio ?? 0)).not.toBe(37);
  expect(told?.expected).toBe(10);
});

it('neighbours and lineage of a cluster that may not be shown do not say what it is about, nor how few it is', async () => {
  const rig = await EmitRig.start();
  const relations = [{ kind: 'split' as const, id: 'c2', from: [{ id: 'c1', share: 3 / 7 }] }];
  rig.generation([makeCluster('c1'), small], { relations });
  expect(rig.emit.view.cluster('c2')).toMatchObject({ neighbours: [], lineage: [] });
  expect(JSON.stringify(rig.emit.view.generations(1))).not.toContain(String(3 / 7));
});
