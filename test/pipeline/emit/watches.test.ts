import { expect, it } from 'vitest';
import { HOUR } from '../../../src/domain/ids.ts';
import { watchSchema } from '../../../src/domain/watch.ts';
import { createWatchBook } from '../../../src/pipeline/watches.ts';
import { EmitRig, makeAlert, makeTick } from '../../support/emit-rig.ts';
import { MINUTE, makeCluster, NOON, TOPICS } from '../../support/pipeline-rig.ts';

const SPACE = 'launch/request';
const TO = NOON + 2 * HOUR;

const rigWith = () => {
  const watch = watchSchema.parse({
    title: 'Launch',
    match: { pattern: 'x' },
    question: 'Is it about the launch?',
    to: new Date(TO).toISOString(),
  });
  return EmitRig.start(false, createWatchBook({ launch: watch }, ['request']));
};
const rollup = (hour: number, total: number, n: Record<string, number>) => ({
  space: SPACE,
  hour: NOON + hour * HOUR,
  total,
  outliers: 0,
  cluster: Object.keys(n),
  n: Object.values(n),
  a: Object.values(n),
  expected: Object.values(n),
});

it('each space has its own clusters, counts and alerts, and one id is in one space', async () => {
  const rig = await rigWith();
  rig.generation([makeCluster('c1')]);
  rig.generation([makeCluster('launch:c1', { space: SPACE })], { space: SPACE });
  rig.give(TOPICS.ticks, { ...makeTick(0, { 'launch:c1': 25 }), space: SPACE });
  rig.give(TOPICS.ticks, makeTick(0, { c1: 3 }));
  const seen = (space: string) =>
    rig.emit.view.clusters({ sort: 'size', limit: 9, space }).map(({ id, last_hour }) => [id, last_hour]);
  expect(seen('all/request')).toEqual([['c1', 3]]);
  expect(seen(SPACE)).toEqual([['launch:c1', 25]]);
  expect(seen('other/request')).toEqual([]);
  expect(rig.emit.view.cluster('launch:c1')).toMatchObject({ space: SPACE, name: 'Ask about launch:c1' });
  expect(rig.emit.view.cluster('other:c1')).toBeNull();
  rig.give(TOPICS.alerts, makeAlert('a1', { cluster: 'launch:c1', space: SPACE }));
  expect(rig.emit.view.alert('a1')?.name).toBe('Ask about launch:c1');
  expect(rig.emit.view.spaces()).toMatchObject([
    { id: 'all/request', watch: null },
    { id: SPACE, watch: 'launch', title: 'Launch', clusters: 1 },
  ]);
  expect(rig.emit.view.watches()).toMatchObject([{ id: 'launch', state: 'open', screening: 'match-only' }]);
});

it('a report of a watch that runs tells the minutes of which no hour has told yet', async () => {
  const rig = await rigWith();
  rig.generation([makeCluster('launch:c1', { space: SPACE })], { space: SPACE });
  rig.give(TOPICS.rollups, rollup(0, 100, { 'launch:c1': 100 }));
  rig.give(TOPICS.rollups, rollup(1, 15, { 'launch:c1': 15 }));
  for (let minute = 0; minute < 84; minute++) {
    rig.give(TOPICS.ticks, { ...makeTick(minute, { 'launch:c1': minute < 60 ? 2 : 1 }), space: SPACE });
    rig.give(TOPICS.ticks, makeTick(minute, {}));
  }
  // Of the hour before, what its hour says: longer snapshots have moved some since.
  const hours = [
    { at: NOON, conversations: 100 },
    { at: NOON + HOUR, conversations: 25 },
  ];
  expect(rig.emit.view.watchReport('launch')).toMatchObject({ hours, clusters: [{ hours }] });
});

it('a report tells no hour of few, no cluster that is hidden, and is written once at the end', async () => {
  const rig = await rigWith();
  const small = { space: SPACE, accounts: 7 };
  const large = { space: SPACE, conversations: 40, accounts: 31 };
  rig.generation([makeCluster('launch:c1', large), makeCluster('launch:c2', small)], { space: SPACE });
  rig.give(TOPICS.rollups, rollup(0, 40, { 'launch:c1': 31, 'launch:c2': 9 }));
  rig.give(TOPICS.rollups, rollup(1, 13, { 'launch:c1': 9 }));
  rig.give(TOPICS.rollups, rollup(2, 500, { 'launch:c1': 500 }));
  rig.give(TOPICS.alerts, makeAlert('a2', { cluster: 'launch:c2', space: SPACE }));
  rig.give(TOPICS.alerts, makeAlert('a1', { cluster: 'c1' }));
  rig.give(TOPICS.ticks, makeTick(0, {}));
  const open = rig.emit.view.watchReport('launch');
  expect(open).toMatchObject({ ended: false, until: NOON + MINUTE });
  rig.beat();
  expect(rig.reports).toEqual([]);
  rig.give(TOPICS.ticks, makeTick(145, {}));
  // Tried again until it can be written.
  rig.failReports(true);
  rig.beat();
  expect(rig.reports).toEqual([]);
  rig.failReports(false);
  rig.beat();
  rig.beat();
  expect(rig.reports).toHaveLength(1);
  const [report] = rig.reports;
  expect(report).toMatchObject({
    ended: true,
    until: TO,
    conversations: 40,
    hours: [
      { at: NOON, conversations: 35 },
      { at: NOON + HOUR, conversations: null },
    ],
    clusters: [
      {
        id: 'launch:c1',
        hours: [
          { at: NOON, conversations: 35 },
          { at: NOON + HOUR, conversations: null },
        ],
      },
    ],
    alerts: [{ id: 'a2', name: null }],
  });
  expect(rig.emit.view.watchReport('other')).toBeNull();
});

it('a report loses neither what is in a cluster that went nor who came before there were any', async () => {
  const rig = await rigWith();
  const of = (conversations: number) => ({ space: SPACE, conversations, accounts: conversations });
  rig.generation([makeCluster('launch:c1', of(500)), makeCluster('launch:c2', of(100))], { space: SPACE });
  rig.give(TOPICS.rollups, rollup(0, 600, { 'launch:c1': 500, 'launch:c2': 100 }));
  rig.generation([makeCluster('launch:c2', { ...of(100), generation: 2 })], {
    space: SPACE,
    generation: 2,
    full: 2,
    relations: [
      { kind: 'died', id: 'launch:c1', from: [{ id: 'launch:c2', share: 1 }] },
      { kind: 'merged', id: 'launch:c2', from: [{ id: 'launch:c1', share: 1 }] },
    ],
  });
  rig.give(TOPICS.ticks, makeTick(70, {}));
  const report = () => rig.emit.view.watchReport('launch');
  expect(report()).toMatchObject({ conversations: 600, hours: [{ at: NOON, conversations: 600 }] });
  rig.generation([makeCluster('launch:c2', { ...of(700), generation: 3 })], {
    space: SPACE,
    generation: 3,
    full: 3,
  });
  expect(report()).toMatchObject({ conversations: 700, hours: [{ at: NOON, conversations: 600 }] });
});
