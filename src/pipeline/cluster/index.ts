/**
 * cluster: keeps the window of samples · finds newborn clusters among outliers at once · re-clusters on schedule, growth
 * or drift · inherits ids · labels and audits · publishes generations. One active in the group; others stand by.
 */
import { z } from 'zod';
import { hash53 } from '../../algorithms/hash.ts';
import type { Generation } from '../../domain/generation.ts';
import { HOUR } from '../../domain/ids.ts';
import { type Sample, sampleSchema } from '../../domain/point.ts';
import { decodeVector, dot, encodeVector } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type {
  Batch,
  LogRecord,
  NewRecord,
  PartitionHandle,
  PartitionSession,
} from '../../ports/event-log.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';
import type { Gate } from '../gate.ts';
import type { Generations } from '../generations.ts';
import { decode } from '../records.ts';
import { inPieces } from '../turns.ts';
import { createHomes, isKnown, youngHome } from './homes.ts';
import { createModelWatch } from './model-change.ts';
import { type Newborn, NewbornFinder, type NewbornSettings, newbornRadius, type Outlier } from './newborn.ts';
import { kinOf, newsOf } from './news.ts';
import { makeNewborn, makeRefreshed, staleOf } from './patch.ts';
import { Rehoming } from './rehoming.ts';
import { makeReviewed, REVIEW_MS } from './review.ts';
import { rebuildDue, type ScheduleSettings } from './schedule.ts';
import { makeFull, type Publication, type SpaceDeps } from './space.ts';
import { type PartStates, partStatesSchema } from './strata.ts';
import { keptSchema, SampleWindow } from './window.ts';

export type ClusterDeps = SpaceDeps & {
  /** Compacted: the state, and samples that are kept longer than `samples` keeps them. */
  readonly windowTopic: string;
  readonly dimension: number;
  readonly windowCap: number;
  readonly indexes: VectorIndexFactory;
  /** For looking up many at once, away from this thread. */
  readonly centroids: CentroidIndexes;
  readonly generations: Generations;
  readonly gate: Gate;
  readonly newborn: NewbornSettings;
  readonly schedule: ScheduleSettings;
  /** Event time further behind the clock than this is a replay: rebuilds are barriers then. 0: always. */
  readonly liveWithinMs: number;
};

const stateSchema = z.object({
  offset: z.number().describe('In `samples`: from here on they are read again'),
  last: z
    .object({ at: z.number(), samples: z.number() })
    .nullable()
    .describe('Of the last rebuild: event time in ms, and samples'),
  parts: partStatesSchema,
});

/** A newborn that is found and not published yet, and those that would have been its members. */
type Expected = {
  readonly newborn: Newborn;
  readonly radius: number;
  /** Most founders were outliers. */
  readonly homeless: boolean;
  readonly more: Outlier[];
};

/** What is no news now may be so many hours later, and what comes until then founds nothing there. */
const OLD_MS = 2 * HOUR;

/** Names are looked at again so often, in event time: soon enough to be useful, seldom enough to be calm. */
const REFRESH_MS = 10 * 60_000;

/** Samples that a restart reads again at most, besides the newest. */
const READ_AGAIN = 2_000;

/** Samples put under clusters at one go. */
const HOMES_PIECE = 500;

/** Chunks of the window published at one go. */
const HISTORY_PIECE = 4;

/** Opens cluster on the one partition of `samples`. */
export function createCluster(deps: ClusterDeps): (handle: PartitionHandle) => Promise<PartitionSession> {
  const sayWhenModelChanged = createModelWatch(deps);
  return async function openCluster(handle) {
    sayWhenModelChanged();
    return new ClusterSession(deps, handle);
  };
}

class ClusterSession implements PartitionSession {
  readonly #deps: ClusterDeps;
  readonly #handle: PartitionHandle;
  readonly #window: SampleWindow;
  readonly #finder: NewbornFinder;
  readonly #expected: Expected[] = [];
  /** Where topics gathered that are not new. */
  #old: { readonly centroid: Float32Array; readonly radius: number; readonly until: number }[] = [];
  #generation: Generation | null;
  /** Of each of its clusters. */
  #cores: ReadonlyMap<string, number> = new Map();
  /** The last generation when another embedder made it. */
  readonly #foreign: Generation | null;
  readonly #rehoming: Rehoming;
  #last: { at: number; samples: number } | null = null;
  #startAt: number | undefined;
  /** Offset in the state that the log holds. */
  #saved = 0;
  #restored: PartStates | null = null;
  #cuts = 0;
  #now = 0;
  #since = 0;
  #outliers = 0;
  #refreshed = 0;
  #reviewed = 0;
  #working: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(deps: ClusterDeps, handle: PartitionHandle) {
    this.#deps = deps;
    this.#rehoming = new Rehoming(deps.centroids, deps);
    this.#handle = handle;
    this.#window = new SampleWindow({
      cap: deps.windowCap,
      windowMs: deps.windowMs,
      dimension: deps.dimension,
      facet: deps.facet,
    });
    this.#finder = new NewbornFinder(deps.newborn, deps.indexes, deps.dimension);
    const current = deps.generations.current(deps.space);
    const ours = current?.manifest.embedder === deps.embedder;
    this.#generation = null;
    if (ours && current !== null) this.#adopt(current);
    this.#foreign = ours ? null : current;
  }

  restore(record: LogRecord): void {
    const { key } = record;
    if (key === this.#stateKey && record.value !== null) {
      const state = decode(stateSchema, record);
      this.#startAt = state.offset;
      this.#saved = state.offset;
      this.#restored = state.parts;
      // Without clusters to compare with, the next rebuild is the first.
      if (this.#generation !== null) this.#last = state.last;
    } else if (key?.startsWith(this.#keptPrefix) === true) {
      const conversation = Number(key.slice(this.#keptPrefix.length));
      if (record.value === null) return this.#window.forget(conversation);
      const kept = decode(keptSchema, record);
      if (kept.embedder !== this.#deps.embedder) return;
      this.#window.restore(kept);
    }
  }

  startAt(): number | undefined {
    // Without a state nothing was ever built: all samples that are kept make the first window.
    return this.#startAt ?? 0;
  }

  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#restored !== null) await this.#settleIn(this.#restored);
    await this.#takeAll(batch);
    if (batch.replay || batch.records.length === 0) return [];
    const written = this.#written();
    this.#deps.telemetry.capped('sample-window', this.#window.size, this.#deps.windowCap);
    this.#deps.telemetry.capped('newborn-buffer', this.#finder.size, this.#deps.newborn.buffer);
    await this.#rehoming.release();
    const { clock, liveWithinMs } = this.#deps;
    const behind = liveWithinMs === 0 || clock.now() - this.#now >= liveWithinMs;
    if (this.#working !== null && behind) await this.#working;
    if (this.#working !== null) return written;
    const work = this.#workDue();
    if (work === null) return written;
    const running = (behind ? this.#deps.gate.during(work) : work())
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#working = null;
      });
    this.#working = running;
    if (behind) {
      await running;
      if (this.#failure !== null) throw this.#failure;
    }
    return written;
  }

  async close(): Promise<void> {
    await this.#working;
  }

  get #stateKey(): string {
    return `cluster/${this.#deps.space}`;
  }

  get #keptPrefix(): string {
    return `window/${this.#deps.space}/`;
  }

  /** What was written down is put under the clusters of today. */
  async #settleIn(parts: PartStates): Promise<void> {
    this.#restored = null;
    this.#window.recall(parts);
    const generation = this.#generation;
    if (generation === null) return;
    const homes = createHomes(this.#deps.centroids, generation);
    for await (const slots of inPieces(this.#window.slots(), HOMES_PIECE)) {
      const found = await homes.find(slots.map((slot) => encodeVector(this.#window.vector(slot))));
      for (const [i, slot] of slots.entries()) this.#window.setCluster(slot, found[i] ?? null);
    }
    await homes.release();
  }

  /** Records of what the window keeps and lets go, and where a restart would begin when that has moved far enough. */
  #written(): NewRecord[] {
    const { windowTopic: topic, embedder } = this.#deps;
    const records: NewRecord[] = this.#window.changes(embedder).map(([conversation, kept]) => ({
      topic,
      key: `${this.#keptPrefix}${conversation}`,
      value: kept === null ? null : JSON.stringify(kept),
      partition: 0,
    }));
    if (records.length > 0) {
      const offset = this.#window.oldestOffset();
      if (offset >= this.#saved + READ_AGAIN || this.#window.parts.cuts > this.#cuts)
        records.push(this.#state(offset));
    }
    return records;
  }

  #state(offset: number): NewRecord {
    this.#saved = offset;
    const { cuts, states: parts } = this.#window.parts;
    this.#cuts = cuts;
    const value = JSON.stringify({ offset, last: this.#last, parts });
    return { topic: this.#deps.windowTopic, key: this.#stateKey, value, partition: 0 };
  }

  async #takeAll({ records, replay }: Batch): Promise<void> {
    const mine = records.filter(({ key }) => key === null || key.startsWith(`${this.#deps.space}/`));
    const samples = mine.map((record) => decode(sampleSchema, record));
    const generation = this.#generation;
    const again = replay && generation !== null ? await this.#rehoming.of(samples, generation) : null;
    for (const [i, sample] of samples.entries())
      this.#take(sample, mine[i]?.offset ?? 0, replay, again?.get(sample));
  }

  /** @param again where it belongs by now, when it is read again and may have moved */
  #take(sample: Sample, offset: number, replay: boolean, again: string | null | undefined): void {
    if (sample.space !== this.#deps.space || sample.embedder !== this.#deps.embedder) return;
    this.#now = Math.max(this.#now, sample.watermark);
    if (!this.#window.add(sample, offset)) return;
    if (!replay) this.#since++;
    const generation = this.#generation;
    if (generation === null) return;
    const cluster = replay ? (again ?? null) : this.#home(sample, generation);
    const slot = this.#window.slotOf(hash53(sample.conversation));
    if (cluster !== sample.cluster && slot !== undefined) this.#window.setCluster(slot, cluster);
    if (!replay && sample.cluster === null) this.#outliers++;
    // What is older than the last rebuild was seen by it.
    const stale = replay && sample.generation < generation.manifest.full;
    if (!stale && (cluster === null || this.#isFar(sample, cluster))) this.#seek(sample, generation, cluster === null);
  }

  /** It belongs to a cluster, but not to its core: where clusters are wide, what is new comes in this way too. */
  #isFar({ similarity, panel }: Sample, cluster: string): boolean {
    return panel && similarity < (this.#cores.get(cluster) ?? -1);
  }

  /** Set together with the generation. */
  #adopt(generation: Generation): void {
    this.#generation = generation;
    this.#cores = new Map(generation.clusters.map(({ id, core }) => [id, core]));
  }

  /** A cluster made after this sample was assigned may be its home: an outlier then, a member now. */
  #home(sample: Sample, generation: Generation): string | null {
    const { cluster } = sample;
    if (cluster !== null || sample.generation >= generation.manifest.generation) return cluster;
    return youngHome(generation, sample.generation, decodeVector(sample.vector));
  }

  #seek(sample: Sample, generation: Generation, homeless: boolean): void {
    const vector = decodeVector(sample.vector);
    const outlier = {
      conversation: hash53(sample.conversation),
      account: sample.account,
      sketch: sample.sketch,
      at: sample.at,
      homeless,
    };
    // Its topic may be on its way already: it founds no second cluster of it.
    const expected = this.#expected.find(({ newborn, radius }) => dot(newborn.centroid, vector) >= radius);
    if (expected !== undefined) {
      if (expected.more.length < this.#deps.newborn.buffer) expected.more.push(outlier);
      return;
    }
    if (this.#old.some(({ centroid, radius, until }) => until > this.#now && dot(centroid, vector) >= radius)) return;
    const verdict = this.#finder.take(outlier, vector);
    if (verdict.verdict !== 'newborn') return;
    const { newborn } = verdict;
    // Outliers from before a rebuild may gather where it has made a cluster meanwhile.
    if (isKnown(generation, newborn.centroid, this.#deps.rebuild.mergeSimilarity)) return;
    const radius = newbornRadius(newborn, this.#deps.rebuild.radius.floor);
    const outliers = newborn.founders.filter((founder) => founder.homeless).length;
    this.#expected.push({ newborn, radius, homeless: outliers * 2 > newborn.founders.length, more: [] });
  }

  #workDue(): (() => Promise<void>) | null {
    const due = rebuildDue(
      {
        now: this.#now,
        samples: this.#window.size,
        last: this.#last,
        outlierRate: this.#outliers / Math.max(1, this.#since),
        since: this.#since,
      },
      this.#deps.schedule,
    );
    if (due.verdict === 'rebuild') return () => this.#rebuild();
    if (this.#expected.length > 0) return () => this.#bear();
    if (this.#now - this.#refreshed >= REFRESH_MS) return () => this.#refresh();
    if (this.#now - this.#reviewed >= REVIEW_MS) return () => this.#review();
    return null;
  }

  async #rebuild(): Promise<void> {
    const now = this.#now;
    // They are in the window: what is found from here on, while the worker computes, is not.
    this.#expected.length = 0;
    this.#old = [];
    this.#finder.clear();
    const made = await makeFull(this.#deps, this.#window, this.#generation, this.#foreign, now);
    this.#last = { at: now, samples: this.#window.size };
    this.#since = 0;
    this.#outliers = 0;
    this.#refreshed = now;
    this.#reviewed = now;
    // No further than what is written down by now: what has left the newest since then is not.
    await this.#publish(made, [this.#state(this.#saved)]);
    const unknown = this.#expected.filter(
      ({ newborn }) => !isKnown(made.generation, newborn.centroid, this.#deps.rebuild.mergeSimilarity),
    );
    this.#expected.splice(0, this.#expected.length, ...unknown);
  }

  async #bear(): Promise<void> {
    for (let next = this.#expected[0]; next !== undefined; next = this.#expected[0]) {
      const { newborn, radius, homeless, more } = next;
      const generation = this.#generation;
      if (generation === null) return;
      const whole = { ...newborn, founders: [...newborn.founders, ...more] };
      const news = await newsOf(this.#window, generation, whole, radius);
      // While the past is too short to say, those without a home may found one.
      if (news === 'old' || (news === 'short-past' && !homeless)) {
        const { centroid, loosest } = newborn;
        this.#old = this.#old.filter(({ until }) => until > this.#now);
        this.#old.push({ centroid, radius: loosest, until: this.#now + OLD_MS });
        this.#expected.shift();
        continue;
      }
      const kin = kinOf(this.#window, generation, whole, this.#deps.newborn);
      const born = { newborn: whole, radius };
      await this.#publish(await makeNewborn(this.#deps, this.#window, generation, born, kin, news === 'new'));
      const id = this.#generation?.manifest.clusters.at(-1);
      for (const { conversation } of more) {
        const slot = this.#window.slotOf(conversation);
        if (slot !== undefined && id !== undefined) this.#window.setCluster(slot, id);
      }
      // Only now: until it is there, those who come belong to it.
      this.#expected.shift();
    }
  }

  async #refresh(): Promise<void> {
    this.#refreshed = this.#now;
    const generation = this.#generation;
    if (generation === null) return;
    const stale = staleOf(this.#window, generation, this.#deps.thresholds);
    if (stale.length === 0) return;
    await this.#publish(await makeRefreshed(this.#deps, this.#window, generation, stale, this.#now));
  }

  async #review(): Promise<void> {
    this.#reviewed = this.#now;
    const generation = this.#generation;
    const made = generation && (await makeReviewed(this.#deps, this.#window, generation, this.#now));
    if (made !== null) await this.#publish(made);
  }

  async #publish(made: Publication, more: readonly NewRecord[] = []): Promise<void> {
    for await (const piece of inPieces(made.history, HISTORY_PIECE)) await this.#handle.publish(piece);
    await this.#handle.publish([...made.records, ...more]);
    // In replay the gate opens when this ends: what comes then is to meet these clusters, and not the ones before.
    const { space, generation } = made.generation.manifest;
    await this.#deps.generations.reached(space, generation);
    // Only now: had publishing failed, the next attempt must start from the same generation.
    this.#adopt(made.generation);
  }
}
