import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { createHnswIndexes } from '../../../src/adapters/vector-index/hnsw.ts';
import { hashUnit } from '../../../src/algorithms/hash.ts';
import { assignmentBatchSchema } from '../../../src/domain/assignment.ts';
import { sampleSchema } from '../../../src/domain/point.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { type AssignDeps, createAssign } from '../../../src/pipeline/assign/index.ts';
import { AccountPanel } from '../../../src/pipeline/assign/sampler.ts';
import { createGate } from '../../../src/pipeline/gate.ts';
import { createGenerations } from '../../../src/pipeline/generations.ts';
import type { NewRecord } from '../../../src/ports/event-log.ts';
import { GenerationLog } from '../../support/detect-rig.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import {
  DIMENSION,
  direction,
  EMBEDDER,
  HOUR,
  MINUTE,
  makeCluster,
  makePoint,
  metric,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  SPACE,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../../support/pipeline-rig.ts';
import { REQUESTS } from '../../support/spaces.ts';

function rig(change: Partial<AssignDeps> = {}) {
  const telemetry = silentTelemetry();
  const told = new GenerationLog();
  const generations = createGenerations();
  const gate = createGate();
  const open = createAssign({
    space: REQUESTS,
    topics: TOPICS,
    indexes: createCentroids(createExactIndexes()),
    generations,
    gate,
    clock: createManualClock(NOON),
    telemetry,
    embedder: EMBEDDER,
    key: async () => TOKENS.fingerprint,
    sampleRate: 1_000,
    ...change,
  });
  told.follow(generations);
  return { log: new OneSession(open, TOPICS.points, ''), told, telemetry, gate };
}

const rowsOf = (records: readonly NewRecord[]) =>
  ofTopic(records, TOPICS.assignments).map((record) => assignmentBatchSchema.parse(parsed(record)));
const samplesOf = (records: readonly NewRecord[]) =>
  ofTopic(records, TOPICS.samples).map((record) => sampleSchema.parse(parsed(record)));

/** A point at a cosine of `cosine` to the first axis, tilted to another. */
const tilted = (cosine: number, axis = 1) => {
  const values = new Array<number>(DIMENSION).fill(0);
  values[0] = cosine;
  values[axis] = Math.sqrt(1 - cosine * cosine);
  return encodeVector(Float32Array.from(values));
};
const first = (radius: number) => makeCluster('c1', { centroid: encodeVector(direction(0)), radius });

describe('1 a point', () => {
  it('before there is a generation is an outlier, and kept for the first', async () => {
    const out = await rig().log.push([makePoint()]);
    expect(rowsOf(out)).toMatchObject([{ generation: 0, cluster: [null], similarity: [0] }]);
    expect(samplesOf(out)).toMatchObject([{ cluster: null, generation: 0, panel: true }]);
  });

  it('within the radius of the nearest cluster is its member, and beyond it an outlier', async () => {
    const { log, told } = rig();
    told.tell({}, [first(0.8)]);
    const at = (cosine: number) => makePoint({ conversation: `k${cosine}`, vector: tilted(cosine) });
    const [rows] = rowsOf(await log.push([at(0.81), at(0.79)]));
    expect(rows).toMatchObject({ generation: 1, cluster: ['c1', null], similarity: [0.81, 0.79] });
  });

  it('says by how much the nearest is nearer than the next', async () => {
    const { log, told } = rig();
    told.tell({}, [first(0.1), makeCluster('c2', { centroid: encodeVector(direction(1)) })]);
    const [rows] = rowsOf(await log.push([makePoint({ vector: tilted(0.8) })]));
    expect(rows?.margin[0]).toBeCloseTo(0.8 - 0.6, 3);
  });

  it('that another cluster is nearly as near to is counted; an outlier is not', async () => {
    const { log, told, telemetry } = rig();
    told.tell({}, [first(0.6), makeCluster('c2', { centroid: encodeVector(direction(1)), radius: 0.6 })]);
    const vectors = [tilted(0.8), tilted(0.71), tilted(0.7), tilted(0.3, 2)];
    await log.push(vectors.map((vector, i) => makePoint({ conversation: `k${i}`, vector })));
    expect(await metric(telemetry, 'cliowatch_assignments_ambiguous_total', { space: SPACE })).toBe(2);
  });

  it('leaves its text and vector out of the assignments, and neither raw ids nor messages reach the samples', async () => {
    const out = await rig().log.push([makePoint()]);
    expect(JSON.stringify(ofTopic(out, TOPICS.assignments))).not.toContain('tea');
    expect(
      Object.keys(parsed(ofTopic(out, TOPICS.assignments)[0] ?? { topic: '', key: null, value: null })),
    ).not.toContain('vector');
  });

  it('under another key is dropped and counted', async () => {
    const { log, telemetry } = rig();
    const out = await log.push([makePoint({ key: 'another1' }), makePoint({ conversation: 'k2' })]);
    expect(rowsOf(out).flatMap(({ conversation }) => conversation)).toEqual(['k2']);
    expect(await metric(telemetry, 'cliowatch_dropped_conversations_total', { reason: 'foreign-key' })).toBe(
      1,
    );
  });

  it('waits while nobody knows which key is the right one', async () => {
    const key = Promise.withResolvers<string>();
    const { log, telemetry } = rig({ key: () => key.promise });
    let out: readonly NewRecord[] | null = null;
    const pushed = log.push([makePoint({ key: 'another1' }), makePoint({ conversation: 'k2' })]);
    void pushed.then((records) => (out = records));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(out).toBeNull();
    key.resolve(TOKENS.fingerprint);
    expect(rowsOf(await pushed).flatMap(({ conversation }) => conversation)).toEqual(['k2']);
    expect(await metric(telemetry, 'cliowatch_dropped_conversations_total', { reason: 'foreign-key' })).toBe(
      1,
    );
  });

  it('of another embedder is compared with nothing', async () => {
    const { log, told } = rig();
    told.tell({}, [first(0)]);
    const [rows] = rowsOf(await log.push([makePoint({ embedder: 'other:64' })]));
    expect(rows).toMatchObject({ cluster: [null], similarity: [0] });
  });

  it('is not compared with a generation of another embedder', async () => {
    const { log, told } = rig();
    told.tell({ embedder: 'other:64' }, [first(0)]);
    expect(rowsOf(await log.push([makePoint()]))).toMatchObject([{ generation: 0, cluster: [null] }]);
  });
});

describe('2 the watermark', () => {
  it('is what admit says, never goes back, and travels without points too', async () => {
    const { log } = rig();
    const beat = (watermark: number, zero = 0) => ({ kind: 'heartbeat', watermark, zero_retention: zero });
    const ahead = makePoint({ conversation: 'ahead', at: NOON + 9 * MINUTE });
    const first = await log.push([makePoint(), ahead, beat(NOON + MINUTE)]);
    const second = await log.push([beat(NOON, 2), beat(NOON, 1)]);
    expect(rowsOf(first)).toMatchObject([{ watermark: NOON + MINUTE, zero_retention: 0 }]);
    expect(rowsOf(second)).toMatchObject([{ watermark: NOON + MINUTE, zero_retention: 3, cluster: [] }]);
  });
});

describe('3 a new generation', () => {
  it('that is a patch adds its cluster and moves no other', async () => {
    for (const indexes of [
      createExactIndexes(),
      createHnswIndexes({ m: 16, efConstruction: 200, efSearch: 64 }),
    ]) {
      const { log, told } = rig({ indexes: createCentroids(indexes) });
      const ids = Array.from({ length: 40 }, (_, i) => `c${(i + 1).toString(36)}`);
      told.tell(
        {},
        ids.map((id) => makeCluster(id)),
      );
      const points = ids.map((id, i) =>
        makePoint({ conversation: id, vector: encodeVector(direction(i + 1)) }),
      );
      const newer = makePoint({ conversation: 'new', vector: encodeVector(direction(50)) });
      const [before] = rowsOf(await log.push([...points, newer]));
      expect(before?.cluster).toEqual([...ids, null]);
      told.tell({ generation: 2, type: 'patch' }, [
        makeCluster('c2k', { generation: 2, centroid: encodeVector(direction(50)) }),
      ]);
      const [after] = rowsOf(await log.push([...points, newer]));
      expect(after).toMatchObject({ generation: 2, cluster: [...ids, 'c2k'] });
    }
  });

  it('that is full replaces all', async () => {
    const { log, told } = rig();
    told.tell({}, [first(0)]);
    told.tell({ generation: 2, full: 2 }, [
      makeCluster('c7', { generation: 2, centroid: encodeVector(direction(0)) }),
    ]);
    expect(rowsOf(await log.push([makePoint()]))).toMatchObject([{ generation: 2, cluster: ['c7'] }]);
  });

  it('is waited for while the gate is shut', async () => {
    const { log, told, gate } = rig();
    const work = Promise.withResolvers<void>();
    const running = gate.during(() => work.promise);
    const pushed = log.push([makePoint()]);
    await Promise.resolve();
    told.tell({}, [first(0)]);
    work.resolve();
    await running;
    expect(rowsOf(await pushed)).toMatchObject([{ generation: 1, cluster: ['c1'] }]);
  });
});

describe('4 the share of accounts taken', () => {
  it('is told with the rows, the smallest of those of a batch, and not where all are taken', async () => {
    const { log } = rig();
    const heartbeat = { kind: 'heartbeat', watermark: NOON, zero_retention: 0 };
    const shares = async (...values: unknown[]) => rowsOf(await log.push(values)).map(({ share }) => share);
    expect(await shares(makePoint(), heartbeat)).toEqual([undefined]);
    expect(await shares(makePoint(), { ...heartbeat, share: 0.3 })).toEqual([0.3]);
    expect(await shares(makePoint({ share: 0.5, weight: 2 }), makePoint({ share: 0.2, weight: 5 }))).toEqual([
      0.2,
    ]);
  });
});

describe('4 the panel', () => {
  it('takes all while traffic is under the rate', () => {
    const panel = new AccountPanel(10);
    for (let minute = 0; minute < 10; minute++) panel.count(500, NOON + minute * MINUTE);
    expect(panel.share).toBe(1);
  });

  it('takes about the rate, by account, when there is more', () => {
    const panel = new AccountPanel(10);
    for (let minute = 0; minute < 10; minute++) panel.count(6_000, NOON + minute * MINUTE);
    expect(panel.share).toBeCloseTo(0.1, 5);
    const kept = Array.from({ length: 5_000 }, (_, i) => panel.keeps(`account-${i}`)).filter(Boolean).length;
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThan(600);
  });

  it('at a smaller share holds no account that it does not hold at a larger', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.string(), { maxLength: 50 }),
        (a, b, accounts) => {
          const panel = (rate: number) => {
            const made = new AccountPanel(rate);
            made.count(0, NOON);
            made.count(6_000, NOON + MINUTE);
            return made;
          };
          const [small, large] = [panel(Math.min(a, b)), panel(Math.max(a, b))];
          for (const account of accounts) if (small.keeps(account)) expect(large.keeps(account)).toBe(true);
        },
      ),
    );
  });

  it('keeps every outlier all the same, marked, and weighs its own members up', async () => {
    const { log, told } = rig({ sampleRate: 1 });
    told.tell({}, [first(0.9)]);
    const points = Array.from({ length: 600 }, (_, i) =>
      makePoint({
        conversation: `k${i}`,
        account: `u${i}`,
        at: NOON + i * 400,
        vector: i % 10 === 0 ? tilted(0.1) : encodeVector(direction(0)),
      }),
    );
    const out = await log.push(points, 50);
    expect(rowsOf(out).flatMap(({ conversation }) => conversation)).toHaveLength(600);
    const samples = samplesOf(out);
    expect(samples.length).toBeLessThan(600);
    expect(samples.filter(({ cluster }) => cluster === null)).toHaveLength(60);
    for (const { cluster, panel, weight } of samples) {
      if (cluster !== null) expect(panel).toBe(true);
      if (!panel) expect(weight).toBe(1);
    }
    expect(Math.max(...samples.map(({ weight }) => weight))).toBeGreaterThan(1.2);
  });

  it('is a share of what admit took: the rate holds, and each stands for as many as the lower of two thresholds says', () => {
    const panel = new AccountPanel(10);
    panel.count(0, NOON);
    panel.count(6_000, NOON + MINUTE);
    expect(panel.share).toBeCloseTo(0.1, 9);
    const taken = Array.from({ length: 20_000 }, (_, i) => `account-${i}`).filter(
      (one) => hashUnit(one) < 0.2,
    );
    const kept = taken.filter((account) => panel.keeps(account, 0.2));
    expect(kept.length / taken.length).toBeCloseTo(0.1, 1);
    expect(kept.every((account) => hashUnit(account) < 0.02)).toBe(true);
    expect(panel.weigh(5, 0.2)).toBeCloseTo(50, 9);
    // Of one that was taken when less was, and of one that others stand for.
    expect(panel.weigh(100, 0.2)).toBe(100);
    expect(panel.weigh(0, 0.2)).toBe(0);
  });

  it('begins anew when time goes back', () => {
    const panel = new AccountPanel(10);
    panel.count(6_000, NOON);
    panel.count(100, NOON - HOUR);
    expect(panel.share).toBe(1);
  });

  it('does not wait for the minute to end when a burst uses its samples up', () => {
    const panel = new AccountPanel(10);
    for (let second = 0; second < 30; second++) panel.count(1_000, NOON + second * 1_000);
    expect(panel.share).toBeLessThanOrEqual(2 * (600 / 30_000));
    expect(panel.share).toBeGreaterThan(0.5 * (600 / 30_000));
  });
});
