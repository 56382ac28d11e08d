/**
 * cluster: keeps the window of samples · finds newborn clusters at once, against the past · re-clusters on schedule, growth
 * or drift · inherits ids · labels and audits · publishes generations. One active in the group; others stand by.
 */
import { Slice } from '../../algorithms/give-way.ts';
import { hash53 } from '../../algorithms/hash.ts';
import type { Generation } from '../../domain/generation.ts';
import { type Sample, sampleSchema } from '../../domain/point.ts';
import { decodeVector } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { Batch, LogRecord, NewRecord, PartitionHandle } from '../../ports/event-log.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';
import type { Gate } from '../gate.ts';
import type { Generations } from '../generations.ts';
import { decodeAll } from '../records.ts';
import type { SpaceSession } from '../spaces.ts';
import { Drift } from './drift.ts';
import { youngHome } from './homes.ts';
import { GenerationMaker } from './maker.ts';
import { createModelWatch } from './model-change.ts';
import type { NewbornSettings } from './newborn.ts';
import { Nursery } from './nursery.ts';
import { Rehoming } from './rehoming.ts';
import { REVIEW_MS } from './review.ts';
import { rebuildDue, type ScheduleSettings } from './schedule.ts';
import type { SpaceDeps } from './space.ts';
import { SampleWindow } from './window.ts';
import { WindowLog } from './window-log.ts';

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

/** Names are looked at again so often, in event time: soon enough to be useful, seldom enough to be calm. */
const REFRESH_MS = 10 * 60_000;

/** Opens cluster on the one partition of `samples`. */
export function createCluster(deps: ClusterDeps): (handle: PartitionHandle) => SpaceSession {
  const sayWhenModelChanged = createModelWatch(deps);
  return function openCluster(handle) {
    sayWhenModelChanged();
    return new ClusterSession(deps, handle);
  };
}

class ClusterSession implements SpaceSession {
  readonly #deps: ClusterDeps;
  readonly #window: SampleWindow;
  readonly #kept: WindowLog;
  readonly #nursery: Nursery;
  readonly #maker: GenerationMaker;
  readonly #rehoming: Rehoming;
  /** Where a restart would begin after each batch that is answered and not committed; null: where it would before. */
  readonly #answered: (number | null)[] = [];
  #now = 0;
  #drift = new Drift();
  #refreshed = 0;
  #reviewed = 0;
  #rebuilding: Promise<void> | null = null;
  /** On a patch. */
  #patching: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(deps: ClusterDeps, handle: PartitionHandle) {
    this.#deps = deps;
    this.#rehoming = new Rehoming(deps.centroids, deps);
    this.#window = new SampleWindow({
      cap: deps.windowCap,
      windowMs: deps.windowMs,
      dimension: deps.dimension,
      facet: deps.facet,
    });
    this.#kept = new WindowLog(deps, this.#window);
    this.#nursery = new Nursery(deps);
    const [window, nursery] = [this.#window, this.#nursery];
    this.#maker = new GenerationMaker({ ...deps, window, nursery, handle });
  }

  restore(record: LogRecord): void {
    this.#kept.restore(record);
  }

  startAt(): number | undefined {
    // Without a state nothing was ever built: all samples that are kept make the first window.
    return this.#kept.offset ?? 0;
  }

  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    if (this.#failure !== null) throw this.#failure;
    await this.#kept.settleIn(this.#maker.generation);
    await this.#takeAll(batch);
    if (batch.replay) return [];
    if (batch.records.length === 0) return this.#answer([]);
    const { clock, liveWithinMs, gate, space } = this.#deps;
    const behind = liveWithinMs === 0 || clock.now() - this.#now >= liveWithinMs;
    const written = await this.#work(behind);
    gate.reached(space, behind ? this.#now : null);
    return this.#answer(written);
  }

  #answer(records: readonly NewRecord[]): readonly NewRecord[] {
    this.#answered.push(this.#kept.answered());
    return records;
  }

  committed(): void {
    const offset = this.#answered.shift();
    if (offset != null) this.#kept.committed(offset);
  }

  async #work(behind: boolean): Promise<readonly NewRecord[]> {
    const written = this.#kept.written();
    this.#deps.telemetry.capped('sample-window', this.#window.size, this.#deps.windowCap);
    this.#deps.telemetry.capped('newborn-buffer', this.#nursery.size, this.#deps.newborn.buffer);
    await this.#rehoming.release();
    if (behind) await this.#idle();
    if (this.#failure !== null) throw this.#failure;
    const work = this.#workDue();
    if (work === null) return written;
    const running = (behind ? this.#deps.gate.during(work) : work()).catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
    if (behind) {
      await running;
      if (this.#failure !== null) throw this.#failure;
    }
    return written;
  }

  /** Resolves when nothing is under way. */
  async #idle(): Promise<void> {
    await Promise.allSettled([this.#rebuilding, this.#patching]);
  }

  /** Whoever takes the space up again begins with an empty window, and not with the samples of before. */
  retire(): readonly NewRecord[] {
    return this.#kept.forgotten();
  }

  async close(): Promise<void> {
    this.#deps.gate.reached(this.#deps.space, null);
    await this.#idle();
  }

  async #takeAll({ records, replay }: Batch): Promise<void> {
    const mine = records.filter(({ key }) => key === null || key.startsWith(`${this.#deps.space}/`));
    const samples = await decodeAll(sampleSchema, mine);
    const { generation } = this.#maker;
    const again = replay && generation !== null ? await this.#rehoming.of(samples, generation) : null;
    const slice = new Slice();
    for (const [i, sample] of samples.entries()) {
      this.#take(sample, mine[i]?.offset ?? 0, replay, again?.get(sample));
      if (slice.isOver) await slice.giveWay();
    }
    await this.#nursery.settle(this.#window, this.#now);
  }

  /** @param again where it belongs by now, when it is read again and may have moved */
  #take(sample: Sample, offset: number, replay: boolean, again: string | null | undefined): void {
    if (sample.space !== this.#deps.space || sample.embedder !== this.#deps.embedder) return;
    this.#now = Math.max(this.#now, sample.watermark);
    if (!this.#window.add(sample, offset)) return;
    const { generation } = this.#maker;
    if (generation === null) return;
    const cluster = replay ? (again ?? null) : this.#home(sample, generation);
    const slot = this.#window.slotOf(hash53(sample.conversation));
    if (cluster !== sample.cluster && slot !== undefined) this.#window.setCluster(slot, cluster);
    // What is older than the last rebuild was seen by it.
    const stale = sample.generation < generation.manifest.full;
    if (!stale) this.#drift.count(sample);
    if (!stale || !replay) this.#nursery.take(sample, cluster, this.#now);
  }

  /** A cluster made after this sample was assigned may be its home: an outlier then, or of a cluster that is gone, a member now. */
  #home(sample: Sample, generation: Generation): string | null {
    const { cluster } = sample;
    if (sample.generation >= generation.manifest.generation) return cluster;
    if (cluster !== null && this.#maker.isAlive(cluster)) return cluster;
    return youngHome(generation, sample.generation, decodeVector(sample.vector));
  }

  #workDue(): (() => Promise<void>) | null {
    if (this.#patching !== null) return null;
    const isRebuilding = this.#rebuilding !== null;
    if (!isRebuilding && this.#isRebuildDue()) return () => this.#rebuild();
    if (this.#maker.isDue) return () => this.#patch(this.#maker.bear(() => this.#now));
    // Names, and coordination, come with the rebuild.
    if (isRebuilding) return null;
    if (this.#now - this.#refreshed >= REFRESH_MS) return () => this.#refresh();
    if (this.#now - this.#reviewed >= REVIEW_MS) return () => this.#review();
    return null;
  }

  #isRebuildDue(): boolean {
    const { generation } = this.#maker;
    const due = rebuildDue(
      {
        now: this.#now,
        samples: this.#window.size,
        // Without clusters to compare with, the next rebuild is the first.
        last: generation === null ? null : this.#kept.last,
        outlierRate: this.#drift.outlierRate,
        since: this.#drift.since,
        similarityDrop: this.#drift.similarityDrop(generation),
        ambiguityRise: this.#drift.ambiguityRise,
      },
      this.#deps.schedule,
    );
    return due.verdict === 'rebuild';
  }

  async #rebuild(): Promise<void> {
    const now = this.#now;
    const rebuilding = this.#maker.rebuild(now, () => {
      this.#drift = new Drift();
      this.#refreshed = now;
      this.#reviewed = now;
      return [this.#kept.rebuilt({ at: now, samples: this.#window.size })];
    });
    this.#rebuilding = rebuilding;
    try {
      await rebuilding;
    } finally {
      this.#rebuilding = null;
    }
  }

  #refresh(): Promise<void> {
    this.#refreshed = this.#now;
    return this.#patch(this.#maker.refresh(this.#now, this.#kept.last?.at ?? Number.NEGATIVE_INFINITY));
  }

  #review(): Promise<void> {
    this.#reviewed = this.#now;
    return this.#patch(this.#maker.review(this.#now));
  }

  async #patch(patching: Promise<void>): Promise<void> {
    this.#patching = patching;
    try {
      await patching;
    } finally {
      this.#patching = null;
    }
  }
}
