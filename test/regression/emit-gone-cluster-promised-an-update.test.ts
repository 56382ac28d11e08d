import { expect, it } from 'vitest';
import { EmitRig, makeAlert } from '../support/emit-rig.ts';
import { makeCluster, TOPICS } from '../support/pipeline-rig.ts';

const gone = { generation: 2, full: 2 };

it('an alert whose cluster is gone says so, and keeps what was shown until then', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1'), makeCluster('c2')]);
  rig.give(TOPICS.alerts, makeAlert('a1'));
  rig.generation([makeCluster('c2', { generation: 2 })], gone);
  const told = rig.emit.view.alert('a1');
  expect(told).toMatchObject({ standing: 'gone', name: 'Ask about c1', observed: 36, console_url: null });
  expect(told?.reason).toMatch(/; its cluster is gone by now$/);
});

it('an alert whose cluster was never shown promises no update once it is gone, and gives nothing away', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1', { accounts: 3 }), makeCluster('c2')]);
  const reasons: string[] = [];
  rig.emit.view.subscribe('alerts', ({ alert }) => reasons.push(alert.reason));
  rig.give(TOPICS.alerts, makeAlert('a1'));
  rig.generation([makeCluster('c2', { generation: 2 })], gone);
  expect(reasons[0]).toContain('an update follows once it may');
  expect(reasons.at(-1)).toBe('surge: a cluster that is gone; its figures may not be shown');
  expect(rig.emit.view.alert('a1')).toMatchObject({ name: null, observed: 40, top_account_share: null });
});

it('an alert that is read before the generation of its cluster is not taken for one about a cluster that is gone', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1')], { next_id: 2 });
  rig.give(TOPICS.alerts, makeAlert('a1', { cluster: 'c2' }));
  expect(rig.emit.view.alert('a1')).toMatchObject({ standing: 'masked' });
  rig.generation([makeCluster('c2', { generation: 2, origin: 'newborn' })], {
    generation: 2,
    type: 'patch',
    next_id: 3,
  });
  expect(rig.emit.view.alert('a1')).toMatchObject({ standing: 'shown', name: 'Ask about c2' });
});
