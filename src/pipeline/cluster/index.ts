/**
 * cluster: keeps the window of samples · finds newborn clusters among outliers at once · re-clusters on schedule, growth
 * or drift · inherits ids · labels and audits · publishes generations. One active in the group; others stand by.
 */
import { z } from 'zod';
import { hash53 } from '../../algorithms/hash.ts';
import type { Generation } from '../../domain/generation.ts';
import { type Sample, sampleSchema } from '../../domain/point.ts';
import { decodeVector, dot } from '../../domain/vector.ts';
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
import { aboveThresholds } from './label.ts';
import { type Newborn, NewbornFinder, type NewbornSettings } from './newborn.ts';
import { rebuildDue, type ScheduleSettings } from './schedule.ts';
import {
  makeFull,
  makeNewborn,
  makeRefreshed,
  membersByCluster,
  type Publication,
  type SpaceDeps,
} from './space.ts';
import { SampleWindow } from './window.ts';

export type ClusterDeps = SpaceDeps & {
  readonly stateTopic: string;
  readonly dimension: number;
  readonly windowCap: number;
  readonly indexes: VectorIndexFactory;
  readonly generations: Generations;
  readonly gate: Gate;
  readonly newborn: NewbornSettings;
  readonly schedule: ScheduleSettings;
  /** Event time further behind the clock than this is a replay: rebuilds are barriers then. 0: always. */
  readonly liveWithinMs: number;
};

const stateSchema = z.object({ offset: z.number(), at: z.number(), samples: z.number() });

/** Names are looked at again so often, in event time: soon enough to be useful, seldom enough to be calm. */
const REFRESH_MS = 10 * 60_000;

/** Opens cluster on the one partition of `samples`. */
export function createCluster(deps: ClusterDeps): (handle: PartitionHandle) => Promise<PartitionSession> {
  return async function openCluster(handle) {
    return new ClusterSession(deps, handle);
  };
}

class ClusterSession implements PartitionSession {
  readonly #deps: ClusterDeps;
  readonly #handle: PartitionHandle;
  readonly #window: SampleWindow;
  readonly #finder: NewbornFinder;
  #generation: Generation | null;
  #last: { at: number; samples: number } | null = null;
  #startAt: number | undefined;
  #now = 0;
  #since = 0;
  #outliers = 0;
  #refreshed = 0;
  #working: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(deps: ClusterDeps, handle: PartitionHandle) {
    this.#deps = deps;
    this.#handle = handle;
    this.#window = new SampleWindow(deps.windowCap, deps.dimension);
    this.#finder = new NewbornFinder(deps.newborn, deps.indexes, deps.dimension);
    const current = deps.generations.current(deps.space);
    this.#generation = current?.manifest.embedder === deps.embedder ? current : null;
  }

  restore(record: LogRecord): void {
    if (record.key !== this.#stateKey || record.value === null) return;
    const state = decode(stateSchema, record);
    this.#startAt = state.offset;
    this.#last = { at: state.at, samples: state.samples };
  }

  startAt(): number | undefined {
    // Without a state nothing was ever built: all samples that are kept make the first window.
    return this.#startAt ?? 0;
  }

  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    if (this.#failure !== null) throw this.#failure;
    const newborns: Newborn[] = [];
    for (const record of batch.records) {
      const newborn = this.#take(decode(sampleSchema, record), record.offset, batch.replay);
      if (newborn !== null) newborns.push(newborn);
    }
    if (batch.replay || batch.records.length === 0) return [];
    const behind = this.#deps.clock.now() - this.#now >= this.#deps.liveWithinMs;
    if (this.#working !== null && behind) await this.#working;
    if (this.#working !== null) return [];
    const work = this.#workDue(newborns);
    if (work === null) return [];
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
    return [];
  }

  async close(): Promise<void> {
    await this.#working;
  }

  get #stateKey(): string {
    return `cluster/${this.#deps.space}`;
  }

  #take(sample: Sample, offset: number, replay: boolean): Newborn | null {
    if (sample.space !== this.#deps.space || sample.embedder !== this.#deps.embedder) return null;
    this.#now = Math.max(this.#now, sample.at);
    if (!this.#window.add(sample, offset) || replay) return null;
    this.#since++;
    if (sample.cluster !== null || this.#generation === null) return null;
    this.#outliers++;
    const vector = decodeVector(sample.vector);
    const adopted = this.#adoptedSince(sample, vector);
    if (adopted !== null) {
      const slot = this.#window.slotOf(hash53(sample.conversation));
      if (slot !== undefined) this.#window.setCluster(slot, adopted);
      return null;
    }
    const outlier = {
      conversation: hash53(sample.conversation),
      account: sample.account,
      sketch: sample.sketch,
      at: sample.at,
    };
    const verdict = this.#finder.take(outlier, vector);
    return verdict.verdict === 'newborn' ? verdict.newborn : null;
  }

  /** A cluster made after this sample was assigned may be its home: an outlier then, a member now. */
  #adoptedSince(sample: Sample, vector: Float32Array): string | null {
    const generation = this.#generation;
    if (generation === null || sample.generation >= generation.manifest.generation) return null;
    for (const cluster of generation.clusters) {
      const newer = cluster.generation > sample.generation;
      if (newer && dot(decodeVector(cluster.centroid), vector) >= cluster.radius) return cluster.id;
    }
    return null;
  }

  #workDue(newborns: readonly Newborn[]): (() => Promise<void>) | null {
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
    if (newborns.length > 0) return () => this.#bear(newborns);
    if (this.#now - this.#refreshed >= REFRESH_MS) return () => this.#refresh();
    return null;
  }

  async #rebuild(): Promise<void> {
    const now = this.#now;
    const made = await makeFull(this.#deps, this.#window, this.#generation, now);
    this.#last = { at: now, samples: this.#window.size };
    this.#since = 0;
    this.#outliers = 0;
    this.#finder.clear();
    this.#refreshed = now;
    const state = { offset: this.#window.oldestOffset(), ...this.#last };
    await this.#publish(made, [
      { topic: this.#deps.stateTopic, key: this.#stateKey, value: JSON.stringify(state), partition: 0 },
    ]);
  }

  async #bear(newborns: readonly Newborn[]): Promise<void> {
    for (const newborn of newborns) {
      if (this.#generation === null) return;
      await this.#publish(
        await makeNewborn(
          this.#deps,
          this.#window,
          this.#generation,
          newborn,
          this.#deps.rebuild.radius.floor,
        ),
      );
    }
  }

  async #refresh(): Promise<void> {
    this.#refreshed = this.#now;
    const generation = this.#generation;
    if (generation === null) return;
    const members = membersByCluster(this.#window);
    const stale = generation.clusters.flatMap((record) => {
      const slots = members.get(record.id) ?? [];
      const grown = slots.length >= record.conversations * 2 && record.origin === 'newborn';
      const mayBeNamed = record.label === null && aboveThresholds(this.#window, slots, this.#deps.thresholds);
      // Tried in vain before: worth another look only once it has doubled.
      const worthTrying = mayBeNamed && slots.length >= record.conversations * 2;
      return grown || worthTrying ? [{ record, members: slots }] : [];
    });
    if (stale.length === 0) return;
    await this.#publish(await makeRefreshed(this.#deps, this.#window, generation, stale, this.#now));
  }

  async #publish(made: Publication, more: readonly NewRecord[] = []): Promise<void> {
    await this.#handle.publish([...made.records, ...more]);
    // Only now: had publishing failed, the next attempt must start from the same generation.
    this.#generation = made.generation;
  }
}
