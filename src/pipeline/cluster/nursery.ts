/** Clusters on their way: found, looked at for news, and published one after the other. */
import { Slice } from '../../algorithms/give-way.ts';
import { hash53 } from '../../algorithms/hash.ts';
import { CliowatchError } from '../../domain/errors.ts';
import type { Generation } from '../../domain/generation.ts';
import { HOUR } from '../../domain/ids.ts';
import type { Sample } from '../../domain/point.ts';
import { decodeVector, dot, ROUNDING } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';
import { isKnown } from './homes.ts';
import { MemberShare } from './member-share.ts';
import { type Newborn, NewbornFinder, type NewbornSettings, newbornRadius } from './newborn.ts';
import { Past } from './past.ts';
import { type Held, type Outlier, Recent } from './recent.ts';
import type { SampleWindow } from './window.ts';

/** A newborn that is found and not published yet, and those that would have been its members. */
export type Expected = {
  readonly newborn: Newborn;
  readonly radius: number;
  /** Most founders were outliers. */
  readonly homeless: boolean;
  readonly more: Outlier[];
  /** Conversations of founders and of the others. */
  readonly there: Set<number>;
};

type NurseryDeps = {
  readonly telemetry: Pick<Telemetry, 'note'>;
  readonly newborn: NewbornSettings;
  readonly indexes: VectorIndexFactory;
  readonly centroids: CentroidIndexes;
  readonly dimension: number;
  readonly rebuild: { readonly mergeSimilarity: number; readonly radius: { readonly floor: number } };
};

/** What is no news now may be so much later, and until then nobody looks there. */
const OLD_MS = 2 * HOUR;

/** Of those that could not be looked at so many are kept for the next time. */
const WAITING = 1_000;

const conversationsOf = (outliers: readonly Outlier[]): number[] =>
  outliers.map(({ conversation }) => conversation);

export class Nursery {
  readonly #deps: NurseryDeps;
  readonly #recent: Recent;
  readonly #finder: NewbornFinder;
  #expected: Expected[] = [];
  /** Where topics gathered that are not new. */
  #old: { readonly centroid: Float32Array; readonly radius: number; readonly until: number }[] = [];
  #generation: Generation | null = null;
  /** Clusters that are of something new already, and when each was born. */
  #news: ReadonlyMap<string, number> = new Map();
  readonly #past: Past;
  /** Those around whom it is to be looked at whether something new gathers, and how many were touched with each: itself alone where it has come itself. */
  readonly #touched = new Map<Held, number>();
  readonly #members: MemberShare;

  constructor(deps: NurseryDeps) {
    this.#deps = deps;
    this.#recent = new Recent(deps.newborn, deps.indexes, deps.dimension);
    this.#finder = new NewbornFinder(deps.newborn, this.#recent, deps.dimension);
    this.#past = new Past(deps.centroids);
    this.#members = new MemberShare(deps.newborn.buffer);
  }

  /** Conversations remembered. */
  get size(): number {
    return this.#recent.size;
  }

  get first(): Expected | undefined {
    return this.#expected[0];
  }

  adopt(generation: Generation): void {
    this.#generation = generation;
    const news = generation.clusters.filter(({ origin }) => origin === 'newborn');
    this.#news = new Map(news.map(({ id, born_at }) => [id, born_at]));
  }

  /** Lets go of what a rebuild has made meanwhile. */
  keepUnknown(generation: Generation): void {
    const known = this.#expected.filter(({ newborn }) => this.#isKnown(generation, newborn));
    for (const expected of known) this.#letGo(expected);
    this.#expected = this.#expected.filter((expected) => !known.includes(expected));
  }

  /** An outlier, or a member of the panel whose cluster is not news itself. */
  take(sample: Sample, cluster: string | null, now: number): void {
    if (!sample.panel && cluster !== null) return;
    if (sample.panel) this.#members.count(now);
    if (cluster !== null && (this.#isNews(cluster, sample.at) || !this.#members.takes(sample.conversation)))
      return;
    const vector = decodeVector(sample.vector);
    const outlier: Outlier = {
      conversation: hash53(sample.conversation),
      account: sample.account,
      sketch: sample.sketch,
      at: sample.at,
      homeless: cluster === null,
      panel: sample.panel,
      come: this.#members.come,
    };
    const touched = this.#recent.take(outlier, vector);
    if (this.#joins(outlier, vector)) return;
    const others = touched.length - 1;
    for (const [i, held] of touched.entries())
      this.#touched.set(held, i === 0 ? 1 : Math.min(others, this.#touched.get(held) ?? others));
  }

  /** Looks whether something new has gathered around those that one more has come to since the last call. O(them · rows of the past), away from this thread. */
  async settle(window: SampleWindow, now: number): Promise<void> {
    if (this.#touched.size === 0) return;
    await this.#past.renew(window, now - this.#deps.newborn.maxAgeMs);
    const { rows } = this.#past;
    const centres = [...this.#touched.keys()].filter(
      (held) => this.#recent.around(held) !== null && !this.#isOld(held.vector, now),
    );
    const past = rows === 0 ? [] : await this.#lookedUp(centres);
    if (past === null) return;
    const looks = centres.map((centre) => this.#touched.get(centre) ?? 1);
    this.#touched.clear();
    const slice = new Slice();
    for (const [i, centre] of centres.entries()) {
      if (slice.isOver) await slice.giveWay();
      const gathering = this.#recent.around(centre);
      if (gathering === null) continue;
      // Who came before the topic was found, and founded it not, is none of those that it brings.
      if (this.#expectedNear(centre.vector) !== undefined) {
        if (looks[i] === 1) this.#joins(centre.outlier, centre.vector);
        continue;
      }
      const found = rows > 0 ? this.#finder.novel(gathering, past[i] ?? [], rows, looks[i]) : null;
      const verdict = found?.verdict === 'newborn' ? found : this.#finder.dense(gathering);
      if (verdict.verdict === 'newborn') this.#expect(verdict.newborn, now);
    }
  }

  /** null: the thread has failed, and they are looked at with the next. */
  async #lookedUp(centres: readonly Held[]): Promise<Awaited<ReturnType<Past['nearest']>> | null> {
    try {
      return await this.#past.nearest(centres.map(({ vector }) => vector));
    } catch (error) {
      if (!(error instanceof CliowatchError && error.retry)) throw error;
      this.#deps.telemetry.note('warn', 'new topics are looked for with the next batch', {
        reason: error.message,
      });
      for (const held of [...this.#touched.keys()].slice(0, -WAITING)) this.#touched.delete(held);
      return null;
    }
  }

  #expect(newborn: Newborn, now: number): void {
    // Those from before a rebuild may gather where it has made a cluster meanwhile.
    const known = this.#generation !== null && this.#isKnown(this.#generation, newborn);
    if (known || this.#isOld(newborn.centroid, now)) {
      this.#recent.free(conversationsOf(newborn.founders));
      return;
    }
    const radius = newbornRadius(newborn, this.#deps.rebuild.radius.floor);
    const outliers = newborn.founders.filter((founder) => founder.homeless).length;
    const there = new Set(conversationsOf(newborn.founders));
    this.#expected.push({
      newborn,
      radius,
      homeless: outliers * 2 > newborn.founders.length,
      more: [],
      there,
    });
  }

  /** Its topic may be on its way already: it founds no second cluster of it. */
  #joins(outlier: Outlier, vector: Float32Array): boolean {
    const expected = this.#expectedNear(vector);
    if (expected === undefined) return false;
    const { conversation } = outlier;
    if (expected.there.has(conversation) || expected.more.length >= this.#deps.newborn.buffer) return true;
    expected.there.add(conversation);
    expected.more.push(outlier);
    this.#recent.claim([conversation]);
    return true;
  }

  #expectedNear(vector: Float32Array): Expected | undefined {
    return this.#expected.find(({ newborn, radius }) => dot(newborn.centroid, vector) >= this.#close(radius));
  }

  #isNews(cluster: string, at: number): boolean {
    return at - (this.#news.get(cluster) ?? Number.NEGATIVE_INFINITY) <= this.#deps.newborn.maxAgeMs;
  }

  /** Founders of a wide topic may be so far from its middle that much else is as near. */
  #close(radius: number): number {
    return Math.max(radius, this.#deps.newborn.similarity);
  }

  #isOld(vector: Float32Array, now: number): boolean {
    return this.#old.some(
      ({ centroid, radius, until }) => until > now && dot(centroid, vector) >= radius - ROUNDING,
    );
  }

  /** The first is there: who comes belongs to it. */
  born(): void {
    this.#expected.shift();
  }

  /** The first is nothing new. */
  dismiss(now: number): void {
    const dismissed = this.#expected.shift();
    if (dismissed === undefined) return;
    // With more of them it may be.
    this.#letGo(dismissed);
    const { centroid, loosest } = dismissed.newborn;
    this.#old = this.#old.filter(({ until }) => until > now);
    this.#old.push({ centroid, radius: this.#close(loosest), until: now + OLD_MS });
  }

  #letGo({ newborn, more }: Expected): void {
    this.#recent.free(conversationsOf([...newborn.founders, ...more]));
  }

  #isKnown(generation: Generation, { centroid }: Newborn): boolean {
    return isKnown(generation, centroid, this.#deps.rebuild.mergeSimilarity);
  }
}
