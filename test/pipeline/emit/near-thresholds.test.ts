/** A shown cluster of few, before and after one more came: no figure tells the one from the other, and none tells what another rounds. */
import { expect, it } from 'vitest';
import { DEFAULT_SPACE } from '../../../src/domain/ids.ts';
import { EmitRig, makeAlert, makeTick } from '../../support/emit-rig.ts';
import { makeCluster, NOON, TOPICS } from '../../support/pipeline-rig.ts';

async function toldOf(accounts: number, conversations: number): Promise<string> {
  const rig = await EmitRig.start();
  const heard: unknown[] = [];
  for (const room of ['alerts', 'clusters'] as const)
    rig.emit.view.subscribe(room, (event) => heard.push(event));
  rig.generation([
    makeCluster('c1', { accounts, conversations, basis: { conversations, units: accounts } }),
    makeCluster('c2', { accounts: 400, conversations: 900 }),
    makeCluster('c3', { accounts: 3, conversations: 7, label: null }),
  ]);
  for (let minute = 0; minute < 30; minute++) {
    const n = minute < conversations ? 1 : 0;
    rig.give(
      TOPICS.ticks,
      makeTick(
        minute,
        { c1: n },
        {
          n60: [accounts],
          accounts24: [accounts],
          expected60: [1.01],
          ratio_low: [accounts * 0.61],
          score: [accounts * 1.2],
        },
      ),
    );
  }
  rig.give(TOPICS.rollups, {
    space: DEFAULT_SPACE,
    hour: NOON,
    total: 100,
    outliers: 0,
    cluster: ['c1'],
    n: [conversations],
    a: [accounts],
    expected: [1.11],
  });
  const figures = { observed: accounts, expected: 1.01, ratio: accounts / 1.01, ratio_low: accounts * 0.61 };
  rig.give(
    TOPICS.alerts,
    makeAlert('a1', {
      ...figures,
      accounts,
      conversations,
      windows: [{ minutes: 60, ...figures }],
      conversations_per_account: conversations / accounts,
      top_account_share: 2 / conversations,
      score: accounts * 1.2,
      reason: `above-threshold: ${accounts} new accounts`,
    }),
  );
  rig.beat();
  const { view } = rig.emit;
  const told = {
    heard,
    clusters: view.clusters({ space: DEFAULT_SPACE, sort: 'size', limit: 10 }),
    one: view.cluster('c1'),
    alerts: view.alerts({ limit: 10 }),
    lineage: view.lineage(10),
    metrics: (await rig.telemetry.exposition()).body
      .split('\n')
      .filter((line) => line.includes('cluster="c1"')),
  };
  return JSON.stringify(told, (key, value: unknown) => (key === 'seq' ? 0 : value), 1);
}

it('one more is told of by no figure', async () => {
  const one = await toldOf(8, 11);
  expect(one).toContain('new accounts in 60 min');
  expect(await toldOf(9, 12)).toBe(one);
});

it('growth is told as less than it is, never as more', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1', { accounts: 20, conversations: 20 })]);
  for (const [observed, told] of [
    [2, 0],
    [6, 4],
    [11, 8],
  ] as const) {
    const low = observed / 2;
    rig.give(
      TOPICS.ticks,
      makeTick(observed, { c1: 1 }, { n60: [observed], expected60: [0.97], ratio_low: [low] }),
    );
    const view = rig.emit.view.cluster('c1');
    expect(view).toMatchObject({ accounts_hour: told, expected_hour: 0.9 });
    expect(view?.ratio_low).toBeLessThanOrEqual(low);
  }
});

it('what lies beside a shown cluster is shown as well, or not named at all', async () => {
  const rig = await EmitRig.start();
  rig.generation([makeCluster('c1'), makeCluster('c2'), makeCluster('c3', { accounts: 3, label: null })]);
  const ids = (plane: typeof rig.emit.view.safety | typeof rig.emit.view) =>
    plane.cluster('c1')?.neighbours.map(({ id }) => id);
  expect(ids(rig.emit.view)).toEqual(['c2']);
  expect(ids(rig.emit.view.safety)).toHaveLength(2);
});
