/** Makes the generations of a space and publishes them, one after the other: patches beside a rebuild, until it ends. */
import { inPieces } from '../../algorithms/give-way.ts';
import { clusterId } from '../../domain/cluster-id.ts';
import type { Generation } from '../../domain/generation.ts';
import type { NewRecord, PartitionHandle } from '../../ports/event-log.ts';
import type { Generations } from '../generations.ts';
import { draftFull, finishFull } from './full.ts';
import type { NewbornSettings } from './newborn.ts';
import { hasItsOwn, kinOf, newsOf } from './news.ts';
import type { Expected, Nursery } from './nursery.ts';
import { makeNewborn, makeRefreshed, staleOf } from './patch.ts';
import { makeReviewed } from './review.ts';
import type { MakerDeps, Publication } from './space.ts';
import type { SampleWindow } from './window.ts';

/** Chunks of the window published at one go. */
const HISTORY_PIECE = 4;

export type GenerationMakerDeps = Omit<MakerDeps, 'numbers'> & {
  readonly generations: Generations;
  readonly newborn: NewbornSettings;
  readonly nursery: Nursery;
  readonly handle: PartitionHandle;
};

export class GenerationMaker {
  readonly #deps: GenerationMakerDeps & MakerDeps;
  readonly #window: SampleWindow;
  readonly #nursery: Nursery;
  #generation: Generation | null = null;
  #alive: ReadonlySet<string> = new Set();
  /** The last generation when another embedder made it, or nothing is left of it: nothing is inherited from it, but numbers go on from there. */
  readonly #foreign: Generation | null;
  #bearing: Promise<void> | null = null;
  /** Nothing may be born. */
  #barred = false;

  constructor(deps: GenerationMakerDeps) {
    const current = deps.generations.current(deps.space);
    const isOurs = current?.manifest.embedder === deps.embedder && current.clusters.length > 0;
    this.#foreign = isOurs ? null : current;
    this.#deps = { ...deps, numbers: { next: current?.manifest.next_id ?? 1 } };
    this.#window = deps.window;
    this.#nursery = deps.nursery;
    if (isOurs) this.#adopt(current);
  }

  /** The newest. null: none yet. */
  get generation(): Generation | null {
    return this.#generation;
  }

  /** Whether there is such a cluster. */
  isAlive(id: string): boolean {
    return this.#alive.has(id);
  }

  /** Something new has been found, and may be born now. */
  get isDue(): boolean {
    return this.#nursery.first !== undefined && this.#bearing === null && !this.#barred;
  }

  /**
   * Clusters the window anew; what is new is born beside it.
   * @param now event time, ms
   * @param more records to be published with it
   */
  async rebuild(now: number, more: () => readonly NewRecord[]): Promise<void> {
    // What is new already has a place where it begins.
    await this.bear(() => now);
    const previous = this.#generation;
    const turn = ((previous ?? this.#foreign)?.manifest.generation ?? 0) + 1;
    const draft = await draftFull(this.#deps, previous, turn, now);
    await this.bear(() => now);
    this.#barred = true;
    try {
      await this.#bearing;
      const latest = this.#generation;
      const made = await finishFull(this.#deps, draft, latest, latest ?? this.#foreign);
      await this.#publish(made, more);
      await made.over.putRest(this.#window);
      const { young } = made.over;
      this.#nursery.keepUnknown(made.generation);
      if (young.length > 0) await this.refresh(now, now, new Set(young));
    } finally {
      this.#barred = false;
    }
  }

  /** @param now event time, ms */
  bear(now: () => number): Promise<void> {
    this.#bearing ??= this.#bearAll(now).finally(() => {
      this.#bearing = null;
    });
    return this.#bearing;
  }

  /**
   * Names and figures anew, of those that have grown.
   * @param recounted of which the size of now has been told already
   */
  async refresh(now: number, rebuiltAt: number, recounted?: ReadonlySet<string>): Promise<void> {
    const generation = this.#generation;
    if (generation === null) return;
    const { thresholds } = this.#deps;
    const stale = await staleOf(this.#window, generation, thresholds, rebuiltAt, recounted);
    if (stale.length > 0) await this.#publish(await makeRefreshed(this.#deps, generation, stale, now));
  }

  /** Coordination anew. */
  async review(now: number): Promise<void> {
    const generation = this.#generation;
    const made = generation && (await makeReviewed(this.#deps, generation, now));
    if (made !== null) await this.#publish(made);
  }

  async #bearAll(now: () => number): Promise<void> {
    for (let next = this.#nursery.first; next !== undefined; next = this.#nursery.first) {
      const generation = this.#generation;
      if (generation === null || this.#barred) return;
      await this.#bearOne(next, generation, now);
    }
  }

  async #bearOne(next: Expected, generation: Generation, now: () => number): Promise<void> {
    const { newborn, radius, homeless, more } = next;
    const whole = { ...newborn, founders: [...newborn.founders, ...more] };
    const news = await newsOf(this.#window, generation, whole, radius);
    const { verdict } = news;
    // While the past is too short to say, those without a home may found one.
    const isOld = verdict === 'old' || (verdict === 'short-past' && !homeless);
    if (isOld || (await hasItsOwn(this.#window, whole))) {
      this.#nursery.dismiss(now());
      return;
    }
    const kin = await kinOf(this.#window, generation, newborn, this.#deps.newborn);
    const id = clusterId(this.#deps.space, this.#deps.numbers.next++);
    const born = { newborn: whole, radius: news.radius };
    await this.#publish(await makeNewborn(this.#deps, generation, id, born, kin, verdict === 'new'));
    for (const { conversation } of more) {
      const slot = this.#window.slotOf(conversation);
      if (slot !== undefined) this.#window.setCluster(slot, id);
    }
    // Only now: until it is there, those who come belong to it.
    this.#nursery.born();
  }

  async #publish(made: Publication, more: () => readonly NewRecord[] = () => []): Promise<void> {
    const { handle, generations } = this.#deps;
    for await (const piece of inPieces(made.history, HISTORY_PIECE)) await handle.publish(piece);
    await handle.publish([...made.records, ...more()]);
    // In replay the gate opens when this ends: what comes then is to meet these clusters, and not the ones before.
    const { space, generation } = made.generation.manifest;
    await generations.reached(space, generation);
    // Only now: had publishing failed, the next attempt must start from the same generation.
    this.#adopt(made.generation);
  }

  #adopt(generation: Generation): void {
    this.#generation = generation;
    this.#alive = new Set(generation.manifest.clusters);
    this.#nursery.adopt(generation);
  }
}
