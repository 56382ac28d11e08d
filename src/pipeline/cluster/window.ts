import { hash53 } from '../../algorithms/hash.ts';
import { type FacetValues, REQUEST } from '../../domain/facets.ts';
import { type Sample, textOf } from '../../domain/point.ts';
import { decodeVectorInto } from '../../domain/vector.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import { giveWay } from '../turns.ts';

/** What the window keeps of a sample besides its vector. */
export type Member = {
  readonly conversation: number;
  readonly version: number;
  readonly account: string;
  readonly at: number;
  readonly text: string;
  readonly concern: number;
  readonly languages: readonly string[];
  readonly surface: string | null;
  readonly flags: readonly string[];
  readonly values: FacetValues;
  readonly sketch: string;
  readonly likeness: string;
  readonly panel: boolean;
  readonly offset: number;
};

/** Vectors copied at one go. */
const PIECE = 250;
/** Vectors in one block of memory: a window that grows takes another one, and copies nothing. */
const BLOCK = 4_096;

/**
 * The newest samples, at most `cap` of them: a ring, so that a full window costs no more memory. A higher version of
 * a conversation takes the place of the earlier one. About 1.5 KB + text a sample.
 */
export class SampleWindow {
  readonly dimension: number;
  readonly #cap: number;
  readonly #facet: string;
  readonly #blocks: Float32Array<ArrayBuffer>[] = [];
  readonly #members: Member[] = [];
  readonly #clusters: (string | null)[] = [];
  readonly #slots = new Map<number, number>();
  #next = 0;

  /** @param facet whose text it keeps, for names */
  constructor(cap: number, dimension: number, facet: string = REQUEST) {
    this.#facet = facet;
    this.#cap = cap;
    this.dimension = dimension;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Adds a sample; false when it is an older snapshot than the one held. O(dimension). */
  add(sample: Sample, offset: number): boolean {
    const conversation = hash53(sample.conversation);
    const held = this.#slots.get(conversation);
    if (held !== undefined && (this.#members[held]?.version ?? 0) >= sample.version) return false;
    const slot = held ?? this.#freeSlot();
    decodeVectorInto(sample.vector, this.vector(slot));
    this.#members[slot] = {
      conversation,
      version: sample.version,
      account: sample.account,
      at: sample.at,
      text: textOf(sample, this.#facet),
      concern: sample.facets.concern,
      languages: sample.facets.languages,
      surface: sample.surface ?? null,
      flags: sample.flags,
      values: sample.values,
      sketch: sample.sketch,
      likeness: sample.likeness,
      panel: sample.panel,
      offset,
    };
    this.#clusters[slot] = sample.cluster;
    this.#slots.set(conversation, slot);
    return true;
  }

  member(slot: number): Member | undefined {
    return this.#members[slot];
  }

  cluster(slot: number): string | null {
    return this.#clusters[slot] ?? null;
  }

  setCluster(slot: number, cluster: string | null): void {
    this.#clusters[slot] = cluster;
  }

  /** A view, not a copy: valid until the next add. */
  vector(slot: number): Float32Array {
    const block = this.#blocks[Math.floor(slot / BLOCK)];
    const at = (slot % BLOCK) * this.dimension;
    if (block === undefined) throw new RangeError(`no sample was ever in slot ${slot}`);
    return block.subarray(at, at + this.dimension);
  }

  slotOf(conversation: number): number | undefined {
    return this.#slots.get(conversation);
  }

  /** Slots whose samples are not older than `since` (event time, ms), oldest event first, so that order is the data's. */
  slotsSince(since: number): number[] {
    const slots: number[] = [];
    for (const [slot, member] of this.#members.entries()) if (member.at >= since) slots.push(slot);
    return slots.sort(
      (a, b) =>
        (this.#members[a]?.at ?? 0) - (this.#members[b]?.at ?? 0) ||
        (this.#members[a]?.conversation ?? 0) - (this.#members[b]?.conversation ?? 0),
    );
  }

  /**
   * A copy of the vectors of `slots`, in their order, in memory that other threads see. Made in pieces, so that the event
   * loop is held for a millisecond at a time: a slot that is taken anew meanwhile may give the newer vector.
   */
  async matrix(slots: readonly number[]): Promise<Matrix> {
    const { dimension } = this;
    const data = new Float32Array(new SharedArrayBuffer(slots.length * dimension * 4));
    for (const [row, slot] of slots.entries()) {
      data.set(this.vector(slot), row * dimension);
      if (row % PIECE === PIECE - 1) await giveWay();
    }
    return { data, rows: slots.length, dimension };
  }

  /** Offset in `samples` from which a restart must read to have this window again. */
  oldestOffset(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const member of this.#members) oldest = Math.min(oldest, member.offset);
    return Number.isFinite(oldest) ? oldest : 0;
  }

  #freeSlot(): number {
    const slot = this.#next;
    this.#next = (this.#next + 1) % this.#cap;
    const gone = this.#members[slot];
    if (gone !== undefined) this.#slots.delete(gone.conversation);
    const block = Math.floor(slot / BLOCK);
    const rows = Math.min(BLOCK, this.#cap - block * BLOCK);
    this.#blocks[block] ??= new Float32Array(rows * this.dimension);
    return slot;
  }
}
