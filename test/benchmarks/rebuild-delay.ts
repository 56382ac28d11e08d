/**
 * How long the event loop keeps others waiting while cluster rebuilds a full window and assign goes on beside it: the real sessions
 * and adapters of both roles in one process, on a log in memory. Prints one line of JSON.
 *   node test/benchmarks/rebuild-delay.ts SAMPLES RATE
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { createThreadedCentroids } from '../../src/adapters/vector-index/centroids-thread.ts';
import { createHnswIndexes } from '../../src/adapters/vector-index/hnsw.ts';
import { giveWay } from '../../src/algorithms/give-way.ts';
import { encodeVector } from '../../src/domain/vector.ts';
import { createAssign } from '../../src/pipeline/assign/index.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { ClusterRig } from '../support/cluster-rig.ts';
import {
  HOUR,
  logRecord,
  makePoint,
  NOON,
  OneSession,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../support/pipeline-rig.ts';
import { REQUESTS } from '../support/spaces.ts';
import { Mixture, rowOf } from './mixture.ts';

const DIMENSION = 384;
const EMBEDDER = 'made-up:384';
const TOPICS_MADE = 1_000;
const SUBJECTS = [
  'roses',
  'tickets',
  'taxes',
  'bread',
  'chords',
  'knees',
  'paint',
  'grammar',
  'loans',
  'trains',
];

/** Characters of records told to the generations in one turn, as the embedded log does. */
const A_TURN = 100_000;

/** Follows as a log does, so that what is measured is the roles' own doing. */
class PatientRig extends ClusterRig {
  #read = 0;
  #reading = false;

  override follow(): void {
    if (!this.#reading) void this.#readOn();
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    let told = 0;
    for (; this.#read < this.log.published.length; this.#read++) {
      const record = this.log.published[this.#read];
      if (record?.topic !== TOPICS.generations) continue;
      const { key, value } = record;
      const text = value === null ? null : String(value);
      this.generations.take(logRecord(TOPICS.generations, this.#read, text, { key }));
      told += text?.length ?? 0;
      if (told < A_TURN) continue;
      told = 0;
      await giveWay();
    }
    this.#reading = false;
  }
}

const [samples = 60_000, rate = 1_000] = process.argv.slice(2).map(Number);
const mixture = new Mixture(TOPICS_MADE, DIMENSION);
const vectors = mixture.points(samples, 1);
const later = mixture.points(20_000, 2);
const text = (i: number): string =>
  `asks about ${SUBJECTS[i % 10]} with ${SUBJECTS[Math.floor(i / 10) % 10]} and number ${i % 97}`;

const clusterer = createOnnxClusterer();
const half = Math.ceil(samples / 2);
const hnsw = { kind: 'hnsw', m: 16, efConstruction: 200, efSearch: 64 } as const;
const centroids = createThreadedCentroids(hnsw);
const among = createThreadedCentroids({ kind: 'exact' });
const clock = createSystemClock();
let rebuilt = 0;
let took = 0;
const telemetry = {
  ...silentTelemetry(),
  generationPublished(info: { type: 'full' | 'patch'; seconds: number }) {
    if (info.type !== 'full') return;
    rebuilt++;
    took = info.seconds;
  },
};
const rig = new PatientRig(clusterer, {
  embedder: EMBEDDER,
  dimension: DIMENSION,
  windowCap: Math.ceil(samples * 1.25),
  // Nobody takes over here: what a new owner would need is not kept.
  windowTopic: 'unkept',
  indexes: createHnswIndexes(hnsw),
  centroids: among,
  clock,
  telemetry,
  // All of it is live: rebuilds run beside the flow.
  liveWithinMs: Number.MAX_SAFE_INTEGER,
  // The first at half of the samples, the one that is watched at all of them.
  schedule: {
    firstAt: half,
    rebuildMs: 1_000 * HOUR,
    growth: 2,
    outlierRate: 2,
    similarityDrop: 2,
    ambiguityRise: 2,
    minGapMs: 1_000 * HOUR,
  },
  rebuild: {
    membersPerCluster: 80,
    smallest: 8,
    minClusters: 8,
    maxClusters: 1_000,
    iterations: 25,
    mergeSimilarity: 0.92,
    radius: { falseOutliers: 0.02, prior: 20, floor: 0 },
    seed: 1,
  },
});

function sampleOf(i: number, at: number) {
  const request = text(i);
  return rig.sample(0, {
    at,
    embedder: EMBEDDER,
    vector: encodeVector(rowOf(i < samples ? vectors : later, i % vectors.rows)),
    facets: { request, task: request, languages: ['en'], concern: 1, concern_reason: 'benign' },
  });
}

async function untilRebuilt(count: number): Promise<void> {
  // Published, and adopted by whoever follows.
  while (rebuilt < count || (rig.current?.manifest.full ?? 0) < count) {
    rig.follow();
    await delay(20);
  }
}

/** Two days of traffic. */
const timeOf = (i: number): number => NOON + (i / samples) * 48 * HOUR;
let taken = 0;
async function take(count: number): Promise<void> {
  await rig.push(Array.from({ length: count }, (_, i) => sampleOf(taken + i, timeOf(taken + i))));
  taken += count;
}
while (taken < half) await take(Math.min(250, half - taken));
await untilRebuilt(1);
while (taken < samples - 300) await take(Math.min(250, samples - 300 - taken));

const assign = new OneSession(
  createAssign({
    space: REQUESTS,
    topics: TOPICS,
    indexes: centroids,
    generations: rig.generations,
    gate: createGate(),
    clock,
    telemetry,
    embedder: EMBEDDER,
    key: async () => TOKENS.fingerprint,
    sampleRate: 200,
  }),
  TOPICS.points,
  '',
);
let assigned = 0;
let stopped = false;
async function assignOn(): Promise<void> {
  const began = performance.now();
  while (!stopped) {
    const due = Math.floor(((performance.now() - began) / 1_000) * rate);
    if (due > assigned) {
      const points = Array.from({ length: Math.min(64, due - assigned) }, (_, i) =>
        makePoint({
          conversation: `p${assigned + i}`,
          account: `a${(assigned + i) % 5_000}`,
          embedder: EMBEDDER,
          vector: encodeVector(rowOf(later, (assigned + i) % later.rows)),
          admitted: clock.elapsed(),
        }),
      );
      assigned += points.length;
      await assign.push(points);
    } else await delay(2);
  }
}
const flow = assignOn();
/** Delays of timers of a millisecond each, ms. */
async function watch(during: Promise<unknown>): Promise<{ p50: number; p99: number; max: number }> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await during;
  monitor.disable();
  return { p50: monitor.percentile(50) / 1e6, p99: monitor.percentile(99) / 1e6, max: monitor.max / 1e6 };
}
const calm = await watch(delay(5_000));
const before = assigned;
const began = performance.now();
const during = await watch(
  (async () => {
    for (; rebuilt < 2; await delay(100)) await take(10);
    await untilRebuilt(2);
  })(),
);
const perSecond = (1_000 * (assigned - before)) / (performance.now() - began);
stopped = true;
await flow;
const clusters = rig.current?.manifest.clusters.length ?? 0;
await (await rig.log.session()).close?.();
await Promise.all([clusterer.stop(), centroids.stop(), among.stop()]);
process.stdout.write(
  `${JSON.stringify({ mode: 'delay', result: { samples, clusters, seconds: took, perSecond, calm, during } })}\n`,
);
