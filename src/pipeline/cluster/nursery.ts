/** Clusters on their way: found, looked at for news, and published one after the other. */
import { hash53 } from '../../algorithms/hash.ts';
import type { Generation } from '../../domain/generation.ts';
import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { Sample } from '../../domain/point.ts';
import { decodeVector, dot } from '../../domain/vector.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';
import { isKnown } from './homes.ts';
import { type Newborn, NewbornFinder, type NewbornSettings, newbornRadius, type Outlier } from './newborn.ts';

/** A newborn that is found and not published yet, and those that would have been its members. */
export type Expected = {
  readonly newborn: Newborn;
  readonly radius: number;
  /** Most founders were outliers. */
  readonly homeless: boolean;
  readonly more: Outlier[];
};

type NurseryDeps = {
  readonly newborn: NewbornSettings;
  readonly indexes: VectorIndexFactory;
  readonly dimension: number;
  readonly rebuild: { readonly mergeSimilarity: number; readonly radius: { readonly floor: number } };
};

/** What is no news now may be so much later, and what comes until then founds nothing there. */
const OLD_MS = 2 * HOUR;

/** Members of clusters that are taken in a minute of event time, as a share of the buffer. */
const MEMBERS_A_MINUTE = 0.5;

export class Nursery {
  readonly #deps: NurseryDeps;
  readonly #finder: NewbornFinder;
  #expected: Expected[] = [];
  /** Where topics gathered that are not new. */
  #old: { readonly centroid: Float32Array; readonly radius: number; readonly until: number }[] = [];
  #cores: ReadonlyMap<string, number> = new Map();
  /** Of members: looked at and taken since the minute began, and the share that is taken. */
  readonly #members = { minute: 0, seen: 0, taken: 0, share: 1 };

  constructor(deps: NurseryDeps) {
    this.#deps = deps;
    this.#finder = new NewbornFinder(deps.newborn, deps.indexes, deps.dimension);
  }

  /** Conversations remembered. */
  get size(): number {
    return this.#finder.size;
  }

  get first(): Expected | undefined {
    return this.#expected[0];
  }

  adopt({ clusters }: Generation): void {
    this.#cores = new Map(clusters.map(({ id, core }) => [id, core]));
  }

  /** All so far are in the window that a rebuild has begun to look at. */
  clear(): void {
    this.#expected = [];
    this.#old = [];
    this.#finder.clear();
  }

  /** Lets go of what a rebuild has made meanwhile. */
  keepUnknown(generation: Generation): void {
    this.#expected = this.#expected.filter(({ newborn }) => !this.#isKnown(generation, newborn));
  }

  /** An outlier, or one that belongs to a cluster but not to its core: where clusters are wide, what is new comes in that way. */
  isCandidate({ similarity, panel }: Sample, cluster: string | null): boolean {
    return cluster === null || (panel && similarity < (this.#cores.get(cluster) ?? -1));
  }

  take(sample: Sample, generation: Generation, homeless: boolean, now: number): void {
    if (!homeless && !this.#mayTakeMember(sample, now)) return;
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
    const isOld = this.#old.some(
      ({ centroid, radius, until }) => until > now && dot(centroid, vector) >= radius,
    );
    if (isOld) return;
    const verdict = this.#finder.take(outlier, vector);
    if (verdict.verdict !== 'newborn') return;
    const { newborn } = verdict;
    // Those from before a rebuild may gather where it has made a cluster meanwhile.
    if (this.#isKnown(generation, newborn)) return;
    const radius = newbornRadius(newborn, this.#deps.rebuild.radius.floor);
    const outliers = newborn.founders.filter((founder) => founder.homeless).length;
    this.#expected.push({ newborn, radius, homeless: outliers * 2 > newborn.founders.length, more: [] });
  }

  /**
   * On a fast stream some of them do, evenly over the minute: a topic shows as well, in seconds and not in tenths of one. Outliers
   * are few, and all taken. Otherwise members would push outliers out of the buffer, and looking at them hold up the thread.
   */
  #mayTakeMember({ conversation }: Sample, now: number): boolean {
    const most = Math.max(1, MEMBERS_A_MINUTE * this.#deps.newborn.buffer);
    const members = this.#members;
    const minutes = Math.floor(now / MINUTE) - members.minute;
    if (minutes > 0) {
      members.share = Math.min(1, (most * minutes) / Math.max(1, members.seen));
      members.minute += minutes;
      members.seen = 0;
      members.taken = 0;
    }
    members.seen += 1;
    if (members.taken >= most || hash53(conversation) >= members.share * 2 ** 53) return false;
    members.taken += 1;
    return true;
  }

  /** The first is there: who comes belongs to it. */
  born(): void {
    this.#expected.shift();
  }

  /** The first is nothing new. */
  dismiss(now: number): void {
    const dismissed = this.#expected.shift();
    if (dismissed === undefined) return;
    const { centroid, loosest } = dismissed.newborn;
    this.#old = this.#old.filter(({ until }) => until > now);
    this.#old.push({ centroid, radius: loosest, until: now + OLD_MS });
  }

  #isKnown(generation: Generation, { centroid }: Newborn): boolean {
    return isKnown(generation, centroid, this.#deps.rebuild.mergeSimilarity);
  }
}
