/** A shown cluster of few, before and after one more came: no figure tells the one from the other, and none tells what another rounds. */
import { expect, it } from 'vitest';
import { DEFAULT_SPACE } from '../../../src/domain/ids.ts';
import { toldPoint } from '../../../src/pipeline/emit/flows.ts';
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
          score: [accounts],
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
      score: accounts,
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

it('conversations are never told to be fewer than their accounts, wherever both stand', async () => {
  for (const n of [11, 22, 26, 27, 31, 32]) {
    const told: unknown = JSON.parse(await toldOf(n, n));
    let pairs = 0;
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { conversations, accounts, accounts_hour, last_hour } = value as Record<string, unknown>;
      for (const [few, many] of [
        [accounts, conversations],
        [accounts_hour, last_hour],
      ]) {
        if (typeof few !== 'number' || typeof many !== 'number') continue;
        pairs++;
        expect(many).toBeGreaterThanOrEqual(few);
      }
      for (const part of Object.values(value)) look(part);
    };
    look(told);
    expect(pairs).toBeGreaterThan(8);
    // Nor is one of them told otherwise elsewhere: two ways of rounding one number tell more of it than each.
    const { clusters, lineage } = told as {
      clusters: { id: string; conversations: number }[];
      lineage: { nodes: { id: string; conversations: number }[] };
    };
    const sizeIn = (list: readonly { id: string; conversations: number }[]) =>
      list.find(({ id }) => id === 'c1')?.conversations;
    expect(sizeIn(lineage.nodes)).toBe(sizeIn(clusters));
  }
});

it.each([
  ['near the thresholds', { near: true }],
  ['of a watch', { narrow: true }],
])('an hour of few tells no fewer conversations than accounts, %s', (_, how) => {
  for (const minima of [
    { minAccounts: 8, minConversations: 10 },
    { minAccounts: 5, minConversations: 50 },
  ]) {
    for (let accounts = 0; accounts < 60; accounts++) {
      const point = { at: NOON, conversations: accounts, accounts, expected: 0, fired: false };
      const told = toldPoint(point, { ...minima, minAudit: 3, ...how });
      expect(told.conversations).toBeGreaterThanOrEqual(told.accounts);
    }
  }
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
    expect(view).toMatchObject({ accounts_hour: told, expected_hour: 1 });
    expect(view?.ratio_low).toBeLessThanOrEqual(low);
    expect(view?.ratio).toBeGreaterThanOrEqual(view?.ratio_low ?? 0);
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

it('an alert about few never says more than is sure, contradicts neither its threshold nor itself, and one about many is exact', async () => {
  const rig = await EmitRig.start();
  rig.generation([
    makeCluster('c1', { accounts: 20, conversations: 30 }),
    makeCluster('c2', { accounts: 500, conversations: 900 }),
  ]);
  const tell = (id: string, change: Parameters<typeof makeAlert>[1]) => {
    rig.give(TOPICS.alerts, makeAlert(id, { conversations: 12, accounts: 10, ...change }));
    return rig.emit.view.alert(id);
  };
  for (const [i, [observed, expected]] of [
    [6, 0.19],
    [9, 0.02],
    [1, 0.01],
    [39, 12.34],
  ].entries()) {
    const ratio = (observed ?? 0) / (expected ?? 1);
    const figures = { observed: observed ?? 0, expected: expected ?? 1, ratio, ratio_low: 0.6 * ratio };
    const told = tell(`a${i}`, { ...figures, score: 17.4, threshold: 17.2 });
    expect(told?.ratio_low).toBeLessThanOrEqual(0.6 * ratio);
    expect(told?.ratio_low).toBeGreaterThanOrEqual(1);
    expect(told?.expected).toBeGreaterThan(0);
    expect(told?.ratio).toBeGreaterThanOrEqual(told?.ratio_low ?? 0);
    expect(told?.score).toBeGreaterThanOrEqual(told?.threshold ?? 0);
  }
  expect(rig.emit.view.alert('a2')?.reason).toContain('fewer than 4 new accounts');
  const exact = { observed: 10, expected: 2.63, ratio: 3.8, ratio_low: 1.81 };
  expect(tell('b', { cluster: 'c2', ...exact })).toMatchObject(exact);
});

it('where accounts are sampled, what is estimated of few tells no more than they are told by', async () => {
  const told = async (accounts: number) => {
    const rig = await EmitRig.start();
    const estimate = {
      conversations: 10 * (accounts + 2),
      error: Math.sqrt(90 * (accounts + 2)),
      accounts: 10 * accounts,
      accounts_error: Math.sqrt(90 * accounts),
    };
    rig.generation([makeCluster('c1', { accounts, conversations: accounts + 2, estimate })]);
    const view = rig.emit.view.cluster('c1');
    return [view?.conversations, view?.accounts, view?.conversations_error, view?.accounts_error];
  };
  const eight = await told(8);
  expect(eight.slice(0, 2)).toEqual([100, 80]);
  expect(await told(9)).toEqual(eight);
});
