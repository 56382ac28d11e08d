import { expect, it } from 'vitest';
import { createLateView } from '../../src/app/late-view.ts';
import { EmitRig, makeAlert } from '../support/emit-rig.ts';
import { makeCluster, TOPICS } from '../support/pipeline-rig.ts';

const query = { sort: 'size' as const, limit: 10 };

it('before there is a view, all but readiness answers that it is starting, and that one may try again', () => {
  const late = createLateView(() => [], true);
  expect(() => late.view.clusters(query)).toThrow(expect.objectContaining({ code: 'starting', retry: true }));
  expect(late.view.ready()).toEqual({ ready: false, problems: ['starting: the log is being read'] });
});

it('a process without emit says so, and is ready all the same', () => {
  const late = createLateView(() => [], false);
  expect(() => late.view.pulse()).toThrow(expect.objectContaining({ retry: false }));
  expect(late.view.ready()).toEqual({ ready: true, problems: [] });
});

it('once there is one it answers, and problems of the process make it unready', async () => {
  const problems: string[] = [];
  const late = createLateView(() => problems, true);
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1')]);
  rig.give(TOPICS.alerts, makeAlert('a1'));
  late.set(rig.emit.view, rig.emit.operations);
  expect(late.view.clusters(query).map(({ id }) => id)).toEqual(['c1']);
  expect(late.view.ready().ready).toBe(true);
  expect(await late.operations.acknowledge('a1', 'ann', undefined)).toBe(true);
  problems.push('the log is out of reach');
  expect(late.view.ready()).toEqual({ ready: false, problems });
});
