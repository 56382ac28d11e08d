import { z } from 'zod';
import { giveWay, Slice } from '../../algorithms/give-way.ts';
import { hash53, hashUnit } from '../../algorithms/hash.ts';
import { HashedNumbers } from '../../algorithms/hashed-numbers.ts';
import { sortedInPieces } from '../../algorithms/sorted.ts';
import { REQUEST } from '../../domain/facets.ts';
import { type Sample, textOf } from '../../domain/point.ts';
import { decodeVectorInto, encodeVector } from '../../domain/vector.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import { type Brief, type Member, Members, memberSchema } from './members.ts';
import { type PartStates, Strata, staySchema } from './strata.ts';

/** A sample that is kept longer than the log keeps `samples`. Topic `window`. */
export const keptSchema = z.object({
  embedder: z.string(),
  vector: z.string(),
  stay: staySchema,
  member: memberSchema,
});
export type Kept = z.infer<typeof keptSchema>;

const sampled = ({ at, account }: Member, outlier: boolean) => ({ at, unit: hashUnit(account), outlier });

/** What is asked of samples that lie under clusters: of the window as it is, or as a rebuild would have it. */
export type Samples = Pick<SampleWindow, 'brief' | 'cluster' | 'member' | 'vector' | 'weight'>;

/** Vectors copied at one go. */
const PIECE = 250;
/** Vectors in one block of memory: a window that grows takes another one, and copies nothing. */
const BLOCK = 4_096;

/**
 * The samples that clusters are made of, at most `cap` of them, stratified by age (Strata): the newest, and panels of accounts of the
 * day, the week and the time before. A higher version of a conversation takes the place of the earlier one. About 1.5 KB + text a
 * sample at 384 numbers.
 */
export class SampleWindow {
  readonly dimension: number;
  readonly #facet: string;
  readonly #strata: Strata;
  readonly #blocks: Float32Array<ArrayBuffer>[] = [];
  readonly #members = new Members();
  readonly #clusters: (string | null)[] = [];
  readonly #slots = new HashedNumbers();
  readonly #free: number[] = [];
  /** Conversations to be written down or to be forgotten (null), and their slots. */
  readonly #changed = new Map<number, number | null>();
  #now = 0;
  /** Offset after the last sample that was added. */
  #read = 0;

  /** @param facet whose text it keeps, for names */
  constructor(options: { cap: number; windowMs: number; dimension: number; facet?: string }) {
    this.#facet = options.facet ?? REQUEST;
    this.dimension = options.dimension;
    this.#strata = new Strata({
      cap: Math.max(1, options.cap),
      windowMs: options.windowMs,
      onMoved: (slot) => this.#note(slot),
      onDropped: (slot, written) => this.#letGo(slot, written),
    });
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Slots that hold a sample, in the order of their numbers. */
  *slots(): Generator<number> {
    for (let slot = 0; slot < this.#members.length; slot++) if (this.#members.has(slot)) yield slot;
  }

  /** Adds a sample; false when it is an older snapshot than the one held. O(dimension). */
  add(sample: Sample, offset: number): boolean {
    const conversation = hash53(sample.conversation);
    const held = this.#slots.get(conversation);
    if (held !== undefined && this.#members.version(held) >= sample.version) return false;
    this.#now = Math.max(this.#now, sample.watermark);
    this.#read = Math.max(this.#read, offset + 1);
    if (held === undefined) this.#strata.settle(this.#now);
    const slot = held ?? this.#freeSlot();
    decodeVectorInto(sample.vector, this.vector(slot));
    const member: Member = {
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
      weight: sample.weight,
      offset,
    };
    this.#members.set(slot, member);
    this.#clusters[slot] = sample.cluster;
    this.#slots.set(conversation, slot);
    const as = sampled(member, sample.cluster === null);
    if (held === undefined) this.#strata.enter(slot, as);
    else this.#strata.renew(slot, as);
    if (this.#strata.stay(slot).part > 0) this.#note(slot);
    return true;
  }

  /** Takes back a sample that was written down, in place of what was written of it before: a log keeps that for a while. Its cluster is not known. */
  restore({ vector, stay, member }: Kept): void {
    this.forget(member.conversation);
    const slot = this.#freeSlot();
    decodeVectorInto(vector, this.vector(slot));
    this.#members.set(slot, member);
    this.#clusters[slot] = null;
    this.#slots.set(member.conversation, slot);
    this.#strata.enter(slot, sampled(member, false), stay);
  }

  /** Conversations that are written down. */
  kept(): number[] {
    return [...this.slots()]
      .filter((slot) => this.#strata.stay(slot).part > 0)
      .map((slot) => this.#members.conversation(slot));
  }

  /** What is to be written down besides, whenever `cuts` has counted up. */
  get parts(): { readonly cuts: number; readonly states: PartStates } {
    return { cuts: this.#strata.cuts, states: this.#strata.state() };
  }

  /** After all that was written down is restored. */
  recall(states: PartStates): void {
    this.#strata.recall(states);
  }

  /** Forgets one of which is written that it is gone: nothing is to be written of it. */
  forget(conversation: number): void {
    const slot = this.#slots.get(conversation);
    if (slot !== undefined) this.#strata.leave(slot);
    this.#changed.delete(conversation);
  }

  /** What is to be written down since the last call, and forgotten (null), by conversation. */
  changes(embedder: string): [conversation: number, Kept | null][] {
    const changes = [...this.#changed].map(([conversation, slot]): [number, Kept | null] => {
      const member = slot === null ? undefined : this.#members.get(slot);
      if (slot === null || member === undefined) return [conversation, null];
      const vector = encodeVector(this.vector(slot));
      return [conversation, { embedder, vector, stay: this.#strata.stay(slot), member }];
    });
    this.#changed.clear();
    return changes;
  }

  /** Conversations it stands for: what it stood for when it was taken, or more where the window keeps a share of accounts. */
  weight(slot: number): number {
    const weight = this.#members.weight(slot);
    return weight === 0 ? 0 : Math.max(weight, 1 / this.#strata.stay(slot).share);
  }

  /** Place of its account in [0, 1), and the share of accounts that is kept of its age: those below it. */
  keptBy(slot: number): { readonly unit: number; readonly share: number } {
    return { unit: this.#strata.unit(slot), share: this.#strata.stay(slot).share };
  }

  /** Slots there are, free ones too. */
  get extent(): number {
    return this.#members.length;
  }

  /** Whether a sample is in it. */
  has(slot: number): boolean {
    return this.#members.has(slot);
  }

  /** 53-bit hash of the conversation in a slot; 0 where it is free. */
  conversation(slot: number): number {
    return this.#members.conversation(slot);
  }

  version(slot: number): number {
    return this.#members.version(slot);
  }

  /** All that is known of a sample, taken apart anew at each call; undefined: the slot is free. */
  member(slot: number): Member | undefined {
    return this.#members.get(slot);
  }

  /** What of it costs next to nothing. */
  brief(slot: number): Brief | undefined {
    return this.#members.brief(slot);
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

  /**
   * Slots whose samples are not older than `since` (event time, ms), oldest event first, so that order is the data's. O(n log n), giving way:
   * one that is taken anew meanwhile may stand where it stood.
   */
  async slotsSince(since: number): Promise<number[]> {
    const members = this.#members;
    const slots: number[] = [];
    const slice = new Slice();
    for (const slot of this.slots()) {
      if (members.at(slot) >= since) slots.push(slot);
      if (slot % PIECE === PIECE - 1 && slice.isOver) await slice.giveWay();
    }
    return sortedInPieces(
      slots,
      (a, b) => members.at(a) - members.at(b) || members.conversation(a) - members.conversation(b),
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

  /** Offset in `samples` from which a restart must read to have this window again. O(newest). */
  oldestOffset(): number {
    let oldest = this.#read;
    for (const slot of this.#strata.newest()) oldest = Math.min(oldest, this.#members.offset(slot));
    return oldest;
  }

  #note(slot: number): void {
    if (this.#members.has(slot)) this.#changed.set(this.#members.conversation(slot), slot);
  }

  #letGo(slot: number, written: boolean): void {
    if (!this.#members.has(slot)) return;
    const conversation = this.#members.conversation(slot);
    this.#slots.delete(conversation);
    this.#members.delete(slot);
    this.#clusters[slot] = null;
    this.#free.push(slot);
    if (written) this.#changed.set(conversation, null);
    else this.#changed.delete(conversation);
  }

  #freeSlot(): number {
    const slot = this.#free.pop() ?? this.#members.length;
    this.#blocks[Math.floor(slot / BLOCK)] ??= new Float32Array(BLOCK * this.dimension);
    return slot;
  }
}
