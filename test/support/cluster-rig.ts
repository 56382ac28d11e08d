/** cluster on a log in memory, over topics that lie apart. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../src/adapters/vector-index/centroids.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Generation } from '../../src/domain/generation.ts';
import type { Sample } from '../../src/domain/point.ts';
import { encodeVector } from '../../src/domain/vector.ts';
import { type ClusterDeps, createCluster } from '../../src/pipeline/cluster/index.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations, type Generations } from '../../src/pipeline/generations.ts';
import type { OpenSession } from '../../src/pipeline/runner.ts';
import type { Clusterer } from '../../src/ports/clusterer.ts';
import type { NewRecord } from '../../src/ports/event-log.ts';
import { createExactIndexes } from './exact-index.ts';
import { offlineLabeler, projector } from './offline.ts';
import {
  bagEmbedder,
  DIMENSION,
  direction,
  EMBEDDER,
  HOUR,
  logRecord,
  makeSample,
  NOON,
  OneSession,
  ofTopic,
  SPACE,
  silentTelemetry,
  TOPICS,
} from './pipeline-rig.ts';

const WORDS = ['garden roses', 'train tickets', 'tax return', 'bread dough', 'guitar chords', 'knee pain'];

export class ClusterRig {
  readonly log: OneSession;
  generations: Generations;
  readonly #clusterer: Clusterer;
  readonly #change: Partial<ClusterDeps>;
  readonly #random = seededRandom(3);
  #count = 0;
  #told = 0;

  constructor(clusterer: Clusterer, change: Partial<ClusterDeps> = {}) {
    this.#clusterer = clusterer;
    this.#change = change;
    this.generations = createGenerations();
    this.generations.caughtUp();
    this.log = new OneSession(this.#open(), TOPICS.samples, TOPICS.window, () => this.follow());
  }

  get current(): Generation | null {
    return this.generations.current(SPACE);
  }

  /** A sample of a topic, assigned as the newest generation would have it. */
  sample(topic: number, change: Partial<Sample> = {}): Sample {
    const n = this.#count++;
    const noise = Array.from({ length: 12 }, () => (this.#random() - 0.5) * 0.25);
    const base = makeSample();
    const at = change.at ?? NOON + n * 1_000;
    return {
      ...base,
      conversation: `k${n}`,
      account: `u${n}`,
      sketch: `t${n}`,
      at,
      watermark: at,
      vector: encodeVector(direction(topic * 9, noise)),
      facets: { ...base.facets, request: `please help me with ${WORDS[topic % WORDS.length]} number ${n}` },
      generation: this.current?.manifest.generation ?? 0,
      ...change,
    };
  }

  samples(topic: number, count: number, change: Partial<Sample> = {}): Sample[] {
    return Array.from({ length: count }, () => this.sample(topic, change));
  }

  async push(samples: readonly Sample[], size?: number): Promise<NewRecord[]> {
    const out = await this.log.push(samples, size);
    this.follow();
    return out;
  }

  /** Reads what is new in the generations topic. */
  follow(): void {
    const records = ofTopic(this.log.published, TOPICS.generations);
    for (const { key, value } of records.slice(this.#told)) {
      const change = { key };
      this.generations.take(logRecord(TOPICS.generations, 0, value === null ? null : String(value), change));
    }
    this.#told = records.length;
  }

  /** Another process takes over. */
  restart(change: Partial<ClusterDeps> = {}): void {
    this.generations = createGenerations();
    this.#told = 0;
    this.follow();
    this.generations.caughtUp();
    this.log.restart(this.#open(change));
  }

  #open(change: Partial<ClusterDeps> = {}): OpenSession {
    return createCluster({
      space: SPACE,
      facet: 'request',
      topic: TOPICS.generations,
      windowTopic: TOPICS.window,
      embedder: EMBEDDER,
      dimension: DIMENSION,
      windowCap: 2_000,
      windowMs: 28 * 24 * HOUR,
      clusterer: this.#clusterer,
      labeler: offlineLabeler,
      projector,
      embed: bagEmbedder().embed,
      indexes: createExactIndexes(),
      centroids: createCentroids(createExactIndexes()),
      generations: this.generations,
      gate: createGate(),
      clock: createManualClock(NOON),
      telemetry: silentTelemetry(),
      liveWithinMs: 0,
      thresholds: { minAccounts: 8, minConversations: 10, minAudit: 3 },
      rebuild: {
        membersPerCluster: 40,
        smallest: 8,
        minClusters: 4,
        maxClusters: 50,
        iterations: 25,
        mergeSimilarity: 0.86,
        radius: { falseOutliers: 0.02, prior: 20, floor: 0.3 },
        seed: 1,
      },
      hierarchy: { top: 10, levels: null, fanOut: 7, changed: 0.2, rebuildMs: 7 * 24 * HOUR },
      schedule: {
        firstAt: 200,
        rebuildMs: 24 * HOUR,
        growth: 2,
        outlierRate: 0.35,
        similarityDrop: 2,
        ambiguityRise: 2,
        minGapMs: 2 * HOUR,
      },
      newborn: {
        similarity: 0.6,
        loosest: 0.3,
        chance: 1e-6,
        minAccounts: 8,
        minConversations: 10,
        minTemplates: 3,
        buffer: 400,
        maxAgeMs: 24 * HOUR,
      },
      ...this.#change,
      ...change,
    });
  }
}
