import { beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { hash53 } from '../../../src/algorithms/hash.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import type { AssignmentBatch } from '../../../src/domain/assignment.ts';
import type { Relation } from '../../../src/domain/generation.ts';
import {
  alertsOf,
  detectRig,
  GenerationLog,
  heartbeat,
  openDetect,
  rollupsOf,
  steady,
  tellClusters,
  ticksOf,
} from '../../support/detect-rig.ts';
import {
  HOUR,
  MINUTE,
  makeCluster,
  makeRows,
  NOON,
  type Row,
  silentTelemetry,
  TOPICS,
} from '../../support/pipeline-rig.ts';

const row = (n: number, minute: number, cluster: string | null, change: Partial<Row> = {}): Row => ({
  conversation: `k${n}`,
  account: `u${n}`,
  at: NOON + minute * MINUTE,
  cluster,
  ...change,
});

describe('1 minutes', () => {
  it('are closed once the watermark is two minutes past their end, with what was counted by cluster', async () => {
    const rig = detectRig();
    tellClusters(rig, 3);
    const rows = [row(1, 0, 'c1'), row(2, 0, 'c1'), row(3, 0, 'c2'), row(4, 0, null), row(5, 1, 'c1')];
    expect(ticksOf(await rig.log.push([makeRows(rows)]))).toEqual([]);
    expect(ticksOf(await rig.log.push([heartbeat(NOON + 3 * MINUTE - 1)]))).toEqual([]);
    const [tick, ...others] = ticksOf(await rig.log.push([heartbeat(NOON + 3 * MINUTE)]));
    expect(others).toEqual([]);
    expect(tick).toMatchObject({
      minute: NOON,
      total: 4,
      outliers: 1,
      late: 0,
      cluster: ['c1', 'c2'],
      n: [2, 1],
      a: [2, 1],
    });
  });

  it('are closed one by one, also those in which nothing came', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')])]);
    const ticks = ticksOf(await rig.log.push([heartbeat(NOON + 10 * MINUTE)]));
    expect(ticks.map(({ minute }) => (minute - NOON) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(ticks.map(({ total }) => total)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('of a year of silence are not all told', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')])]);
    const ticks = ticksOf(await rig.log.push([heartbeat(NOON + 365 * 24 * HOUR)]));
    expect(ticks.length).toBeLessThanOrEqual(8 * 1_440 + 1);
  });

  it('count an account once in 24 hours', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    const same = { account: 'one' };
    const rows = [
      row(1, 0, 'c1', same),
      row(2, 0, 'c1', same),
      row(3, 1, 'c1', same),
      row(4, 24 * 60 + 1, 'c1', same),
    ];
    const ticks = ticksOf(
      await rig.log.push([...rows.map((one) => makeRows([one])), heartbeat(NOON + 25 * HOUR)]),
    );
    const told = ticks.filter(({ n }) => (n[0] ?? 0) > 0);
    expect(told.map(({ n, a }) => [n[0], a[0]])).toEqual([
      [2, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('carry the conversations of zero retention', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    const rows = makeRows([row(1, 0, 'c1')], { zero_retention: 3 });
    const [tick] = ticksOf(await rig.log.push([rows, heartbeat(NOON + 3 * MINUTE)]));
    expect(tick?.zero_retention).toBe(3);
  });

  it('take a conversation of a cluster nobody knows for an outlier', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    const [tick] = ticksOf(await rig.log.push([makeRows([row(1, 0, 'c77')]), heartbeat(NOON + 3 * MINUTE)]));
    expect(tick).toMatchObject({ total: 1, outliers: 1, cluster: [] });
  });
});

describe('2 watermarks', () => {
  it('wait for the slowest partition', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')]), heartbeat(NOON, 1)]);
    expect(ticksOf(await rig.log.push([heartbeat(NOON + HOUR)]))).toEqual([]);
    expect(
      ticksOf(await rig.log.push([heartbeat(NOON + 4 * MINUTE, 1)])).map(({ minute }) => minute),
    ).toEqual([NOON, NOON + MINUTE]);
  });

  it('do not wait for a partition that is idle', async () => {
    let elapsed = 0;
    const clock = { ...createManualClock(NOON), elapsed: () => elapsed };
    const rig = detectRig({ idleMs: 30_000 }, clock);
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')]), heartbeat(NOON, 1)]);
    elapsed = 31_000;
    expect(ticksOf(await rig.log.push([heartbeat(NOON + 3 * MINUTE)]))).toHaveLength(1);
  });

  it('run on with the clock when all partitions of a live stream are silent', async () => {
    let elapsed = 0;
    const clock = createManualClock(NOON + MINUTE);
    const rig = detectRig({ idleMs: 30_000 }, { ...clock, elapsed: () => elapsed });
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')])]);
    expect(ticksOf(await rig.log.idle())).toEqual([]);
    elapsed = 300_000;
    clock.advance(NOON + 5 * MINUTE);
    expect(ticksOf(await rig.log.idle()).length).toBeGreaterThan(0);
  });

  it('stay where they are when old data ends', async () => {
    let elapsed = 0;
    const clock = { ...createManualClock(NOON + 48 * HOUR), elapsed: () => elapsed };
    const rig = detectRig({ idleMs: 30_000 }, clock);
    tellClusters(rig, 1);
    await rig.log.push([makeRows([row(1, 0, 'c1')])]);
    elapsed = 300_000;
    expect(ticksOf(await rig.log.idle())).toEqual([]);
  });
});

describe('3 late conversations', () => {
  it('are counted as late, and in their hour, and not in a minute that was told', async () => {
    const rig = detectRig();
    tellClusters(rig, 1);
    const first = await rig.log.push([makeRows([row(1, 0, 'c1'), row(2, 20, 'c1')])]);
    expect(ticksOf(first).reduce((sum, { total }) => sum + total, 0)).toBe(1);
    const second = await rig.log.push([makeRows([row(3, 1, 'c1')]), heartbeat(NOON + 30 * MINUTE)]);
    expect(ticksOf(second).reduce((sum, { late }) => sum + late, 0)).toBe(1);
    expect(ticksOf(second).reduce((sum, { total }) => sum + total, 0)).toBe(1);
    expect(rollupsOf(second).at(-1)).toMatchObject({ hour: NOON, total: 3, n: [3] });
    expect(rig.telemetry.totals().late).toBe(1);
  });
});

describe('4 a longer snapshot of a conversation', () => {
  it('in the same cluster counts no second time', async () => {
    const rig = detectRig();
    tellClusters(rig, 2);
    const rows = [makeRows([row(1, 0, 'c1')]), makeRows([row(1, 1, 'c1', { version: 2 })])];
    const ticks = ticksOf(await rig.log.push([...rows, heartbeat(NOON + 5 * MINUTE)]));
    expect(ticks.map(({ total }) => total)).toEqual([1, 0, 0]);
  });

  it('in another cluster takes the earlier count back', async () => {
    const rig = detectRig();
    tellClusters(rig, 2);
    const rows = [makeRows([row(1, 0, 'c1')]), makeRows([row(1, 0, 'c2', { version: 2 })])];
    const out = await rig.log.push([...rows, heartbeat(NOON + 65 * MINUTE)]);
    const [tick] = ticksOf(out);
    const told = Object.fromEntries((tick?.cluster ?? []).map((id, i) => [id, tick?.n[i]]));
    expect({ ...{ c1: 0 }, ...told }).toEqual({ c1: 0, c2: 1 });
    const rollup = rollupsOf(out).find(({ hour }) => hour === NOON);
    expect(rollup?.total).toBe(1);
    expect(Object.fromEntries((rollup?.cluster ?? []).map((id, i) => [id, rollup?.n[i]]))).toEqual({
      c1: 0,
      c2: 1,
    });
  });
});

describe('5 the account of a conversation that moved', () => {
  const counts = async (rows: readonly Row[]) => {
    const rig = detectRig();
    tellClusters(rig, 2);
    const out = await rig.log.push([
      ...rows.map((one) => makeRows([one], { watermark: NOON })),
      heartbeat(NOON + 5 * MINUTE),
    ]);
    const [tick] = ticksOf(out);
    return Object.fromEntries((tick?.cluster ?? []).map((id, i) => [id, [tick?.n[i], tick?.a[i]]]));
  };

  it('counts where it went, and no longer where it was', async () => {
    const moved = [row(1, 0, 'c1'), row(1, 0, 'c2', { version: 2 })];
    expect(await counts([...moved, row(2, 0, 'c1')])).toEqual({ c1: [1, 1], c2: [1, 1] });
  });

  it('still counts where another of its conversations is', async () => {
    const one = { account: 'one' };
    const moved = [row(1, 0, 'c1', one), row(2, 0, 'c1', one), row(1, 0, 'c2', { ...one, version: 2 })];
    expect(await counts(moved)).toEqual({ c1: [1, 1], c2: [1, 1] });
  });
});

const BASE_MINUTES = 28 * 60;
/** Event time so many minutes after the history. */
const at = (minute: number) => (BASE_MINUTES + minute) * MINUTE + NOON;

const history = detectRig();
const ids = tellClusters(history, 20);
let past: Alert[] = [];

/** Goes on from 28 hours at 20 conversations a minute over 20 clusters, in a process of its own. */
function goOn() {
  const told = new GenerationLog();
  const telemetry = silentTelemetry();
  const log = history.log.fork(openDetect(told, history.settings, createManualClock(NOON), telemetry));
  const rig = { log, told, telemetry, settings: history.settings };
  tellClusters(rig, 20);
  return rig;
}

async function goingOn(extra: (minute: number) => readonly Row[], minutes: number): Promise<Alert[]> {
  return alertsOf(await goOn().log.push(steady(ids, at(0), minutes, 20, extra), 20));
}

describe('6 growth', () => {
  beforeAll(async () => {
    past = alertsOf(await history.log.push(steady(ids, NOON, BASE_MINUTES, 20), 100));
  });

  it('steady traffic raises no alert, and a surge of many accounts does: pending, firing, resolved once it has ended', async () => {
    const surge = (minute: number): Row[] =>
      minute >= 30 && minute < 70
        ? Array.from({ length: 8 }, (_, i) => ({
            conversation: `surge${minute}-${i}`,
            account: `surging${minute}-${i}`,
            at: at(minute),
            cluster: 'c3',
          }))
        : [];
    const alerts = await goingOn(surge, 330);
    expect(past.filter(({ state }) => state === 'firing')).toEqual([]);
    expect([...new Set(alerts.map(({ cluster }) => cluster))]).toEqual(['c3']);
    const states = alerts.map(({ state }) => state);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['pending', 'firing', 'resolved']);
    const firing = alerts.find(({ state }) => state === 'firing');
    expect(firing).toMatchObject({ kind: 'surge', pattern: 'organic', resolved_at: null });
    expect(((firing?.fired_at ?? 0) - at(30)) / MINUTE).toBeLessThan(20);
    expect(Math.abs((firing?.onset ?? 0) - at(30)) / MINUTE).toBeLessThan(10);
    expect(Math.max(...(firing?.windows ?? []).map(({ ratio_low }) => ratio_low))).toBeGreaterThan(1.2);
    // Figures are those of the hour, told anew while it grows.
    const growing = alerts.filter(({ state }) => state === 'firing');
    for (const { observed, ratio_low, window_minutes, windows } of growing) {
      const hour = windows.find(({ minutes }) => minutes === 60);
      expect({ observed, ratio_low, window_minutes }).toEqual({
        observed: hour?.observed,
        ratio_low: hour?.ratio_low,
        window_minutes: 60,
      });
    }
    const told = growing.map(({ updated_at }) => updated_at);
    expect(Math.max(...told.slice(1, -1).map((time, i) => time - (told[i] ?? 0)))).toBeLessThanOrEqual(
      15 * MINUTE,
    );
    expect(Math.max(...growing.map(({ ratio_low }) => ratio_low))).toBeGreaterThan(2);
    expect(alerts.at(-1)?.resolved_at).toBeGreaterThan(at(70 + 60));
    expect(alerts.map(({ revision }) => revision)).toEqual(alerts.map((_, i) => i + 1));
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
    // The same surge met in other batches is the same alert.
    const again = alertsOf(await goOn().log.push(steady(ids, at(0), 330, 20, surge), 7));
    expect(again).toEqual(alerts);
    expect(alerts.some(({ severity }) => severity === 'page')).toBe(true);
  });

  it('of many accounts with one template says so, and how often two of them begin alike', async () => {
    const wave = (minute: number): Row[] =>
      minute >= 30 && minute < 70
        ? Array.from({ length: 8 }, (_, i) => ({
            conversation: `wave${minute}-${i}`,
            account: `farm${minute}-${i}`,
            at: at(minute),
            cluster: 'c3',
            sketch: 'the one template',
          }))
        : [];
    const firing = (await goingOn(wave, 100)).filter(({ state }) => state === 'firing');
    expect(firing.at(-1)).toMatchObject({ pattern: 'one-template' });
    expect(firing.at(-1)?.same_wording).toBeGreaterThan(0.5);
    expect(firing.at(-1)?.reason).toMatch(
      /its accounts send one template \(of two of them, \d+% begin alike\)/,
    );
  });

  it('says what has shifted, against the same cluster before, and nothing of what has not', async () => {
    const mixed = (change: (i: number) => Partial<Row>) => (minute: number) =>
      minute >= 30 && minute < 70
        ? Array.from({ length: 8 }, (_, i) => ({
            conversation: `mix${minute}-${i}`,
            account: `mixed${minute}-${i}`,
            at: at(minute),
            cluster: 'c3',
            ...change(i),
          }))
        : [];
    const last = (alerts: readonly Alert[]) => alerts.findLast(({ state }) => state === 'firing');
    const shifted = last(
      await goingOn(
        mixed((i) => ({ languages: [i < 6 ? 'hi' : 'en'] })),
        100,
      ),
    )?.shifted;
    expect(shifted?.map(({ facet, value }) => [facet, value])).toEqual([
      ['language', 'hi'],
      ['language', 'en'],
    ]);
    expect(shifted?.[0]).toMatchObject({ before: 0, ratio: null, high: null });
    expect(shifted?.[0]?.share).toBeGreaterThan(0.6);
    expect(shifted?.[1]?.high).toBeLessThan(0.7);
    expect(
      last(
        await goingOn(
          mixed(() => ({})),
          100,
        ),
      )?.shifted,
    ).toEqual([]);
  });

  it('what longer snapshots move elsewhere has shifted nothing where it was', async () => {
    const grown = (minute: number): Row[] => {
      if (minute < 30 || minute > 60) return [];
      const both = (version: number, from: number, cluster: string): Row[] =>
        Array.from({ length: 16 }, (_, i) => ({
          conversation: `moves${from}-${i}`,
          account: `moving${from}-${i}`,
          at: at(minute),
          cluster: i % 2 === 0 ? 'c3' : cluster,
          languages: [i % 2 === 0 ? 'en' : 'hi'],
          version,
        }));
      // Those of hi go elsewhere a minute later.
      return [
        ...(minute < 60 ? both(1, minute, 'c3') : []),
        ...(minute > 30 ? both(2, minute - 1, 'c4') : []),
      ];
    };
    const told = (await goingOn(grown, 100)).filter(({ state }) => state === 'firing');
    expect(told.filter(({ cluster }) => cluster === 'c3').length).toBeGreaterThan(0);
    // At most those of the running minute are there yet: fewer than may be told.
    for (const { cluster, shifted } of told) if (cluster === 'c3') expect(shifted).toEqual([]);
  });

  it('a flood of one account raises none', async () => {
    const flood = (minute: number): Row[] =>
      minute >= 30 && minute < 70
        ? Array.from({ length: 40 }, (_, i) => ({
            conversation: `flood${minute}-${i}`,
            account: 'flooder',
            at: at(minute),
            cluster: 'c3',
          }))
        : [];
    expect(await goingOn(flood, 120)).toEqual([]);
  });

  it('a launch that doubles all traffic alike raises none', async () => {
    const launch = (minute: number): Row[] =>
      minute >= 30
        ? Array.from({ length: 20 }, (_, i) => ({
            conversation: `launch${minute}-${i}`,
            account: `launching${minute}-${i}`,
            at: at(minute),
            cluster: ids[i] ?? null,
          }))
        : [];
    expect((await goingOn(launch, 180)).filter(({ state }) => state === 'firing')).toEqual([]);
  });

  it('a newborn cluster of many accounts raises an alert for a new topic', async () => {
    const rig = goOn();
    rig.told.tell({ generation: 2, type: 'patch', full: 1 }, [
      makeCluster('cz', { generation: 2, origin: 'newborn', born_at: at(10) }),
    ]);
    const out = [];
    for (let minute = 0; minute < 90; minute++) {
      const fresh: Row[] =
        minute >= 10
          ? Array.from({ length: 3 }, (_, i) => ({
              conversation: `new${minute}-${i}`,
              account: `newcomer${minute}-${i}`,
              at: at(minute),
              cluster: 'cz',
            }))
          : [];
      const [batch] = steady(ids, at(minute), 1, 20, () => fresh);
      out.push(...(await rig.log.push([{ ...batch, generation: 2 }])));
    }
    const firing = alertsOf(out).filter(({ state }) => state === 'firing');
    expect(firing.length).toBeGreaterThan(0);
    expect(firing[0]).toMatchObject({ kind: 'new', cluster: 'cz' });
  });

  it('a newborn cluster whose founders already sent one template is told as such at once', async () => {
    const rig = goOn();
    const founders = Array.from({ length: 30 }, (_, i) => `farm${i}`);
    const backcast = {
      kind: 'backcast' as const,
      of: 'founders' as const,
      space: 'all/request',
      generation: 2,
      chunk: 0,
      cluster: founders.map(() => 'cz'),
      account: founders,
      sketch: founders.map(() => 'the one template'),
      at: founders.map((_, i) => at(-30 + i)),
      conversation: [],
    };
    rig.told.tell(
      { generation: 2, type: 'patch', full: 1 },
      [makeCluster('cz', { generation: 2, origin: 'newborn', born_at: at(0) })],
      [backcast],
    );
    const more = (m: number): Row[] => [
      {
        conversation: `more${m}`,
        account: `more${m}`,
        at: at(m),
        cluster: 'cz',
        sketch: 'the one template',
      },
    ];
    const later = steady(ids, at(0), 12, 20, more).map((rows) => ({ ...rows, generation: 2 }));
    const [alert] = alertsOf(await rig.log.push(later)).filter(({ cluster }) => cluster === 'cz');
    expect(alert).toMatchObject({ kind: 'new', pattern: 'one-template', same_wording: 1 });
  });

  it('a newborn cluster stands out against everybody else at the time, its founders among it', async () => {
    const rig = goOn();
    const founder = (i: number): Row => ({
      conversation: `f${i}`,
      account: `founder${i}`,
      at: at(i),
      cluster: null,
      surface: 'api',
    });
    await rig.log.push(steady(ids, at(0), 20, 20, (minute) => [founder(minute)]));
    const founders = Array.from({ length: 20 }, (_, i) => founder(i));
    rig.told.tell(
      { generation: 2, type: 'patch', full: 1 },
      [makeCluster('cz', { generation: 2, origin: 'newborn', born_at: at(20) })],
      [
        {
          kind: 'backcast',
          of: 'founders',
          space: 'all/request',
          generation: 2,
          chunk: 0,
          cluster: founders.map(() => 'cz'),
          account: founders.map(({ account }) => account),
          sketch: founders.map(({ conversation }) => conversation),
          at: founders.map((one) => one.at),
          conversation: founders.map(({ conversation }) => hash53(conversation)),
        },
      ],
    );
    const more = (m: number): Row[] => [{ ...founder(20 + m), cluster: 'cz' }];
    const later = steady(ids, at(20), 12, 20, more).map((rows) => ({ ...rows, generation: 2 }));
    const alert = alertsOf(await rig.log.push(later)).find(({ cluster }) => cluster === 'cz');
    expect(alert).toMatchObject({ kind: 'new' });
    expect(alert?.accounts).toBeGreaterThan(20);
    expect(alert?.shifted).toEqual([
      {
        facet: 'surface',
        value: 'api',
        share: 1,
        before: 0,
        ratio: null,
        low: expect.any(Number),
        high: null,
      },
    ]);
  });

  it('a rebuild that only moves conversations between clusters shifts nothing', async () => {
    const rig = detectRig();
    tellClusters(rig, 20);
    // c3 is of two languages; it grows, and the rebuild makes a cluster of each.
    const language = (conversation: string) => (hash53(conversation) % 2 === 0 ? 'en' : 'hi');
    const spoken = (rows: AssignmentBatch): AssignmentBatch => ({
      ...rows,
      languages: rows.conversation.map((conversation) => [language(conversation)]),
    });
    const grown = (minute: number): Row[] =>
      minute < BASE_MINUTES + 30
        ? []
        : Array.from({ length: 8 }, (_, i) => row(1e6 + minute * 8 + i, minute, 'c3'));
    const rebuilt = BASE_MINUTES + 60;
    const stream = steady(ids, NOON, rebuilt + 40, 20, grown).map(spoken);
    const told = await rig.log.push(stream.slice(0, rebuilt), 50);
    expect(alertsOf(told).at(-1)).toMatchObject({ state: 'firing', cluster: 'c3', shifted: [] });
    const homes = (rows: AssignmentBatch) =>
      rows.cluster.map((id, i) => (id === 'c3' && language(rows.conversation[i] ?? '') === 'hi' ? 'cx' : id));
    const history = stream.slice(0, rebuilt);
    const backcast = {
      kind: 'backcast' as const,
      of: 'window' as const,
      space: 'all/request',
      generation: 2,
      chunk: 0,
      cluster: history.flatMap(homes),
      account: history.flatMap((rows) => rows.account),
      sketch: history.flatMap((rows) => rows.sketch),
      at: history.flatMap((rows) => rows.at),
      conversation: history.flatMap((rows) => rows.conversation.map(hash53)),
    };
    rig.told.tell(
      { generation: 2, type: 'full', full: 2, event_time: NOON + rebuilt * MINUTE },
      [...ids, 'cx'].map((id) => makeCluster(id, { generation: 2, born_at: NOON })),
      [backcast],
    );
    const later = stream.slice(rebuilt).map((rows) => ({ ...rows, generation: 2, cluster: homes(rows) }));
    const after = alertsOf(await rig.log.push(later, 10)).filter(({ state }) => state === 'firing');
    expect(after.length).toBeGreaterThan(0);
    for (const { shifted } of after) expect(shifted).toEqual([]);
  });

  it.each([
    ['of one topic raise one alert', [{ id: 'cy', share: 0.8 }], 1],
    ['of two topics raise two', [], 2],
  ])('two newborn clusters %s', async (_, from, count) => {
    const rig = goOn();
    rig.told.tell(
      { generation: 2, type: 'patch', full: 1, relations: [{ kind: 'born', id: 'cy', from: [] }] },
      [makeCluster('cy', { generation: 2, origin: 'newborn', born_at: at(10) })],
    );
    rig.told.tell({ generation: 3, type: 'patch', full: 1, relations: [{ kind: 'born', id: 'cz', from }] }, [
      makeCluster('cz', { generation: 3, origin: 'newborn', born_at: at(10) }),
    ]);
    const out = [];
    for (let minute = 0; minute < 90; minute++) {
      // The first talks sooner, the second more.
      const fresh: Row[] = Array.from({ length: minute < 10 ? 0 : minute < 13 ? 3 : 7 }, (_unused, i) => ({
        conversation: `new${minute}-${i}`,
        account: `newcomer${minute}-${i}`,
        at: at(minute),
        cluster: i < 3 ? 'cy' : 'cz',
      }));
      const [batch] = steady(ids, at(minute), 1, 20, () => fresh);
      out.push(...(await rig.log.push([{ ...batch, generation: 3 }])));
    }
    const fired = alertsOf(out).filter(({ state }) => state === 'firing');
    expect(new Set(fired.map(({ cluster }) => cluster)).size).toBe(count);
    expect(fired[0]).toMatchObject({ kind: 'new', cluster: 'cy' });
  });

  it('a cold stream is muted, and says until when', async () => {
    const rig = detectRig();
    const five = tellClusters(rig, 5);
    const out = await rig.log.push(
      steady(five, NOON, 300, 5, (minute) =>
        minute < 200 ? [] : Array.from({ length: 20 }, (_, i) => row(1e6 + minute * 100 + i, minute, 'c2')),
      ),
    );
    expect(alertsOf(out)).toEqual([]);
    // Its history begins with the minute before the first generation.
    expect(ticksOf(out).at(-1)?.muted_until).toBe(NOON + 24 * HOUR - MINUTE);
  });

  it('a rebuild with other labels fires no alert of its own, and closes the alert of a cluster that is gone', async () => {
    const surge = (minute: number): Row[] =>
      minute < 30
        ? []
        : Array.from({ length: 8 }, (_, i) => ({
            conversation: `surge${minute}-${i}`,
            account: `surging${minute}-${i}`,
            at: at(minute),
            cluster: 'c3',
          }));
    const rig = goOn();
    const alerts = alertsOf(await rig.log.push(steady(ids, at(0), 60, 20, surge), 20));
    expect(alerts.at(-1)?.state).toBe('firing');
    const fresh = Array.from({ length: 10 }, (_, i) => `d${i + 1}`);
    const cluster: string[] = [];
    const account: string[] = [];
    const times: number[] = [];
    for (let minute = -BASE_MINUTES; minute < 60; minute++) {
      for (let i = 0; i < 20; i++) {
        cluster.push(fresh[(minute + i + 1e5) % 10] ?? '');
        account.push(`p${minute}-${i}`);
        times.push(at(minute));
      }
    }
    rig.told.tell(
      { generation: 2, type: 'full', full: 2, event_time: at(60) },
      fresh.map((id) => makeCluster(id, { generation: 2, born_at: NOON })),
      [
        {
          kind: 'backcast',
          of: 'window' as const,
          space: 'all/request',
          generation: 2,
          chunk: 0,
          cluster,
          account,
          sketch: account,
          at: times,
          conversation: [],
        },
      ],
    );
    const later = steady(fresh, at(60), 240, 20).map((rows) => ({ ...rows, generation: 2 }));
    const told = alertsOf(await rig.log.push(later, 10));
    expect(told.map(({ cluster: id, state }) => [id, state])).toEqual([['c3', 'resolved']]);
    expect(told[0]?.reason).toContain('cluster-gone');
  });
});

describe('7 an open alert whose cluster a rebuild takes away', () => {
  /** A surge of c3, then a rebuild in which it is gone and its members are the heir's; answers with the alerts from then on. */
  async function rebuilt(
    relations: Relation[],
    heir: string | null,
  ): Promise<{ before: Alert; after: Alert[] }> {
    const surge = (minute: number): Row[] =>
      minute < 30
        ? []
        : Array.from({ length: 8 }, (_, i) => ({
            conversation: `surge${minute}-${i}`,
            account: `surging${minute}-${i}`,
            at: at(minute),
            cluster: 'c3',
          }));
    const rig = goOn();
    const stream = steady(ids, at(0), 60, 20, surge);
    const before = alertsOf(await rig.log.push(stream, 20)).at(-1);
    if (before?.state !== 'firing') throw new Error('no surge');
    const heirs = ids.filter((id) => id !== 'c3');
    const moved = (id: string | null) => (id === 'c3' ? heir : id);
    const history = [...steady(ids, NOON, BASE_MINUTES, 20), ...stream];
    const chunk = {
      kind: 'backcast' as const,
      of: 'window' as const,
      space: 'all/request',
      generation: 2,
      chunk: 0,
      cluster: history.flatMap((rows) => rows.cluster.map(moved)),
      account: history.flatMap((rows) => rows.account),
      sketch: history.flatMap((rows) => rows.sketch),
      at: history.flatMap((rows) => rows.at),
      conversation: history.flatMap((rows) => rows.conversation.map(hash53)),
    };
    rig.told.tell(
      { generation: 2, type: 'full', full: 2, event_time: at(60), relations },
      heirs.map((id) => makeCluster(id, { generation: 2, born_at: NOON })),
      [chunk],
    );
    const later = steady(heirs, at(60), 200, 20).map((rows) => ({ ...rows, generation: 2 }));
    return { before, after: alertsOf(await rig.log.push(later, 10)) };
  }

  it('goes on under the cluster that has most of it, as the same alert', async () => {
    const from = [
      { id: 'c4', share: 0.9 },
      { id: 'c5', share: 0.2 },
    ];
    const { before, after } = await rebuilt([{ kind: 'died', id: 'c3', from }], 'c4');
    expect(after[0]).toMatchObject({
      id: before.id,
      cluster: 'c4',
      state: 'firing',
      revision: before.revision + 1,
    });
    expect(after[0]?.reason).toContain('cluster-merged');
    expect(new Set(after.map(({ id }) => id))).toEqual(new Set([before.id]));
    expect(after.at(-1)).toMatchObject({ cluster: 'c4', state: 'resolved' });
  });

  it('goes on under the one that has most of what is scattered', async () => {
    const from = [
      { id: 'c4', share: 0.4 },
      { id: 'c5', share: 0.35 },
    ];
    const { before, after } = await rebuilt([{ kind: 'died', id: 'c3', from }], 'c4');
    expect(after[0]).toMatchObject({ id: before.id, cluster: 'c4', state: 'firing' });
  });

  it('ends when no cluster has much of it', async () => {
    const from = [
      { id: 'c4', share: 0.2 },
      { id: 'c5', share: 0.2 },
    ];
    const { before, after } = await rebuilt([{ kind: 'died', id: 'c3', from }], null);
    expect(after.map(({ id, cluster, state }) => [id, cluster, state])).toEqual([
      [before.id, 'c3', 'resolved'],
    ]);
    expect(after[0]?.reason).toContain('cluster-gone');
  });
});

describe('8 what is written', () => {
  it('holds one rollup an hour in the end, whose counts are those of its ticks', async () => {
    const rig = detectRig();
    const four = tellClusters(rig, 4);
    const out = await rig.log.push([...steady(four, NOON, 180, 7), heartbeat(NOON + 4 * HOUR)], 13);
    const last = new Map(rollupsOf(out).map((rollup) => [rollup.hour, rollup]));
    for (const hour of [NOON, NOON + HOUR, NOON + 2 * HOUR]) {
      const ticks = ticksOf(out).filter(({ minute }) => minute >= hour && minute < hour + HOUR);
      expect(last.get(hour)?.total).toBe(ticks.reduce((sum, { total }) => sum + total, 0));
      for (const [i, id] of (last.get(hour)?.cluster ?? []).entries()) {
        const counted = ticks.reduce((sum, tick) => sum + (tick.n[tick.cluster.indexOf(id)] ?? 0), 0);
        expect(last.get(hour)?.n[i]).toBe(counted);
      }
    }
  });

  it("holds no record above a broker's default of one megabyte", async () => {
    const rig = detectRig();
    const many = tellClusters(rig, 300);
    const rows = Array.from({ length: 240 }, (_, m) =>
      makeRows(
        Array.from({ length: 500 }, (_unused, i) => row(m * 500 + i, m, many[i % many.length] ?? null)),
      ),
    );
    const out = await rig.log.push(rows, 10);
    const state = out.filter(({ topic }) => topic === TOPICS.state);
    expect(state.length).toBeGreaterThan(0);
    expect(Math.max(...state.map(({ value }) => String(value).length))).toBeLessThan(1_000_000);
  });
});
