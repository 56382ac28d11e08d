import { describe, expect, it } from 'vitest';
import { hashUnit } from '../../../src/algorithms/hash.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { AssignmentBatch } from '../../../src/domain/assignment.ts';
import { alertsOf, detectRig, rollupsOf, tellClusters, ticksOf } from '../../support/detect-rig.ts';
import { HOUR, MINUTE, makeCluster, makeRows, NOON, type Row } from '../../support/pipeline-rig.ts';
import { poisson } from '../../support/random-counts.ts';

const PANELS = [1, 0.5, 0.25, 0.125];
const CLUSTERS = 10;
/** Accounts of c1 that come every hour: each is new once, and never again while it is seen. */
const REGULARS = 300;

type Stream = {
  readonly hours: number;
  readonly share: (hour: number) => number;
  /** More accounts a minute for c3. */
  readonly surge?: (hour: number) => number;
};

/** What everybody says: some two new accounts a minute and cluster, and the regulars of c1. */
function everything({ hours, surge = () => 0 }: Stream): Row[][] {
  const random = seededRandom(31);
  return Array.from({ length: hours * 60 }, (_, minute) => {
    const rows: Row[] = [];
    const put = (cluster: string, account: string): void => {
      const at = NOON + minute * MINUTE + (rows.length % 60) * 1_000;
      rows.push({ conversation: `k${minute}-${rows.length}`, account, at, cluster });
    };
    for (let c = 1; c <= CLUSTERS; c++) {
      const more = c === 3 ? surge(minute / 60) : 0;
      for (let i = poisson(random, 1 + more); i > 0; i--)
        put(`c${c.toString(36)}`, `a${minute}-${rows.length}`);
    }
    for (let i = minute % 60; i < REGULARS; i += 60) put('c1', `regular-${i}`);
    return rows;
  });
}

/** What is left of it by sampling. */
function taken(stream: Stream, said: 'share-told' | 'share-untold' = 'share-told'): AssignmentBatch[] {
  return everything(stream).map((all, minute) => {
    const share = stream.share(minute / 60);
    const rows = all.filter(({ account }) => hashUnit(account) < share);
    return makeRows(rows, {
      watermark: NOON + minute * MINUTE + 59_000,
      weight: rows.map(() => 1 / share),
      ...(said === 'share-told' && share < 1 ? { share } : {}),
    });
  });
}

async function detect(batches: readonly AssignmentBatch[], panels: readonly number[] = PANELS) {
  const rig = detectRig({ panels });
  tellClusters(rig, CLUSTERS);
  const out = await rig.log.push(batches, 100);
  return { alerts: alertsOf(out), ticks: ticksOf(out), rollups: rollupsOf(out) };
}

const fired = (alerts: ReturnType<typeof alertsOf>) =>
  new Set(alerts.filter(({ state }) => state === 'firing').map(({ cluster }) => cluster));

const upAndDown = (hour: number): number => (hour < 48 || hour >= 72 ? 1 : hour < 60 ? 0.2 : 0.6);
const steady: Stream = { hours: 8 * 24, share: upAndDown };

describe('while the share of accounts taken changes', { timeout: 240_000 }, () => {
  it('a stream without events raises no alert, though a cluster has regulars who come back all at once', async () => {
    const { alerts, ticks } = await detect(taken(steady));
    expect(alerts).toEqual([]);
    const panelAt = (hour: number) =>
      ticks.find(({ minute }) => minute >= NOON + hour * HOUR)?.sampling?.panel ?? 1;
    // Down at once; up when a larger panel has three days of its own, from when it was whole again.
    expect([47, 49, 61, 131, 134, 143].map(panelAt)).toEqual([1, 0.125, 0.125, 0.125, 0.5, 0.5]);
    expect(panelAt(8 * 24 - 2)).toBe(1);
  });

  it('would raise one, were all counted as they come', async () => {
    const share = (hour: number): number => (hour < 48 ? 0.2 : 1);
    const { alerts } = await detect(taken({ share, hours: 50 }, 'share-untold'), [1]);
    expect(fired(alerts).has('c1')).toBe(true);
  });

  it.each([
    ['while less is taken', 55],
    ['after all is taken again, before the large panel has a history', 80],
    ['once it has one', 160],
  ])('a true surge is found %s, and nothing else', async (_, from) => {
    const surge = (hour: number): number => (hour >= from && hour < from + 1.5 ? 15 : 0);
    const { alerts } = await detect(taken({ ...steady, hours: from + 4, surge }));
    expect([...fired(alerts)]).toEqual(['c3']);
    const first = alerts.find(({ state }) => state === 'firing');
    expect(((first?.fired_at ?? 0) - NOON - from * HOUR) / MINUTE).toBeLessThan(45);
    // Of the panel: observed and expected alike.
    expect(first?.ratio).toBeGreaterThan(1.2);
  });

  it('an alert that is open when the share changes goes on, and ends when the surge does', async () => {
    const surge = (hour: number): number => (hour >= 47 && hour < 50 ? 15 : 0);
    const { alerts } = await detect(taken({ ...steady, hours: 56, surge }));
    expect([...fired(alerts)]).toEqual(['c3']);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
    expect(alerts.at(-1)?.state).toBe('resolved');
  });

  it.each([
    ['while less is taken', upAndDown, 54],
    // The large panels have a history of minutes then, and the one that speaks has one of days.
    ['just after all is taken again', (hour: number) => (hour >= 48 && hour < 52 ? 0.3 : 1), 52.6],
  ])('a rebuild re-casts every panel from its own accounts, in silence: %s', async (_, share, at) => {
    const rig = detectRig({ panels: PANELS });
    tellClusters(rig, CLUSTERS);
    const batches = taken({ share, hours: 100 });
    const before = batches.slice(0, at * 60);
    const past = alertsOf(await rig.log.push(before, 100));
    const rows = before.flatMap(({ cluster, account, at: times }) =>
      account.map((one, i) => ({ cluster: cluster[i] ?? null, account: one, at: times[i] ?? 0 })),
    );
    rig.told.tell(
      { generation: 2, type: 'full', full: 2, event_time: NOON + at * HOUR },
      Array.from({ length: CLUSTERS }, (_, i) => makeCluster(`c${(i + 1).toString(36)}`, { generation: 2 })),
      [
        {
          kind: 'backcast',
          of: 'window',
          space: 'all/request',
          generation: 2,
          chunk: 0,
          cluster: rows.map(({ cluster }) => cluster),
          account: rows.map(({ account }) => account),
          sketch: rows.map(() => ''),
          conversation: rows.map((_, i) => i),
          at: rows.map(({ at: time }) => time),
        },
      ],
    );
    const later = batches.slice(at * 60).map((batch) => ({ ...batch, generation: 2 }));
    const out = await rig.log.push(later, 100);
    expect([...past, ...alertsOf(out)]).toEqual([]);
    // Regulars are met still: they are no new accounts.
    const hour = ticksOf(out).slice(0, 60);
    const news = hour.reduce((sum, { cluster, a }) => sum + (a[cluster.indexOf('c1')] ?? 0), 0);
    expect(news).toBeLessThan(120);
  });

  it('less than anybody foresaw is tested too, once it has a history', async () => {
    const surge = (hour: number): number => (hour >= 80 && hour < 82 ? 40 : 0);
    const share = (hour: number): number => (hour < 48 ? 1 : 0.08);
    const { alerts, ticks } = await detect(taken({ hours: 84, share, surge }));
    expect([...fired(alerts)]).toEqual(['c3']);
    expect(ticks.at(-1)?.sampling?.panel).toBe(0.08);
    const muted = ticks.find(({ minute }) => minute >= NOON + 49 * HOUR)?.muted_until ?? 0;
    expect(muted / HOUR - NOON / HOUR - 72).toBeCloseTo(0, 0);
  });
});

describe('totals while accounts are sampled', () => {
  it('are estimates whose 95% intervals hold the full counts, by minute, hour and cluster', async () => {
    const stream: Stream = { hours: 60, share: (hour) => [1, 0.5, 0.2, 0.35][Math.floor(hour / 5) % 4] ?? 1 };
    const full = everything(stream);
    const { ticks, rollups } = await detect(taken(stream));
    const truth = (from: number, to: number, cluster?: string): number =>
      full
        .slice(Math.max(0, from), to)
        .flat()
        .filter((row) => cluster === undefined || row.cluster === cluster).length;
    let [covered, asked, sum, all] = [0, 0, 0, 0];
    for (const tick of ticks) {
      const minute = (tick.minute - NOON) / MINUTE;
      sum += tick.total;
      all += truth(minute, minute + 1);
      if (minute % 60 !== 59 || tick.sampling === undefined) continue;
      const hour = ticks.slice(minute - 59, minute + 1);
      const estimate = hour.reduce((total, { total: n }) => total + n, 0);
      asked++;
      if (Math.abs(estimate - truth(minute - 59, minute + 1)) <= 1.96 * tick.sampling.hour_error) covered++;
    }
    expect(asked).toBeGreaterThan(40);
    expect(covered / asked).toBeGreaterThan(0.85);
    expect(Math.abs(sum / all - 1)).toBeLessThan(0.03);
    let [clusters, held] = [0, 0];
    for (const rollup of rollups) {
      const minute = (rollup.hour - NOON) / MINUTE;
      for (const [i, id] of rollup.cluster.entries()) {
        const error = rollup.error?.[i] ?? 0;
        if (error === 0) continue;
        clusters++;
        if (Math.abs((rollup.n[i] ?? 0) - truth(minute, minute + 60, id)) <= 1.96 * error) held++;
      }
    }
    expect(clusters).toBeGreaterThan(300);
    expect(held / clusters).toBeGreaterThan(0.9);
  });

  it('of clusters are whole again as soon as everybody is taken, though growth is tested on fewer', async () => {
    const { ticks } = await detect(taken({ ...steady, hours: 80 }));
    const full = everything({ ...steady, hours: 80 });
    const later = ticks.filter(({ minute }) => minute >= NOON + 73 * HOUR);
    expect(later.length).toBeGreaterThan(300);
    for (const { minute, sampling, cluster, n, outliers, total } of later) {
      expect(n.reduce((all, one) => all + one, outliers)).toBe(total);
      expect(sampling).toMatchObject({ share: 1, panel: 0.125 });
      const said = (full[(minute - NOON) / MINUTE] ?? []).filter((row) => row.cluster === 'c1').length;
      expect(n[cluster.indexOf('c1')] ?? 0).toBe(said);
      expect(outliers).toBe(0);
    }
  });

  it('count a cluster also where none of its accounts is tested', async () => {
    const outside = Array.from({ length: 400 }, (_, i) => `o${i}`).filter(
      (account) => hashUnit(account) > 0.55 && hashUnit(account) < 0.9,
    );
    const rig = detectRig({ panels: [0.5] });
    tellClusters(rig, 2);
    const batches = Array.from({ length: 10 }, (_, minute) =>
      makeRows(
        [
          {
            conversation: `k${minute}`,
            account: outside[minute] ?? '',
            at: NOON + minute * MINUTE,
            cluster: 'c2',
          },
        ],
        { weight: [1 / 0.9], share: 0.9 },
      ),
    );
    const ticks = ticksOf(await rig.log.push(batches));
    expect(ticks.map(({ cluster, n }) => [cluster, n])).toEqual(ticks.map(() => [['c2'], [1.1111]]));
    expect(ticks.map(({ a }) => a)).toEqual(ticks.map(() => [0]));
  });

  it('move with a conversation whose longer snapshot is in another cluster', async () => {
    const rig = detectRig({ panels: [0.5] });
    tellClusters(rig, 2);
    const row = { conversation: 'k', account: 'a', at: NOON };
    const weighted = { weight: [4], share: 0.25, watermark: NOON };
    const out = await rig.log.push([
      makeRows([{ ...row, cluster: 'c1', version: 1 }], weighted),
      makeRows([{ ...row, cluster: 'c2', version: 2 }], weighted),
      makeRows([], { watermark: NOON + 5 * MINUTE, share: 0.25 }),
    ]);
    const [first] = ticksOf(out);
    expect(first).toMatchObject({ total: 4, cluster: ['c1', 'c2'], n: [0, 4] });
    expect(first?.sampling).toMatchObject({ cluster: ['c2'], cluster_hour_error: [3.4641], rows: 1 });
  });
});
