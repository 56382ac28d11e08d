import { hash53 } from '../hash.ts';
import { FacetValues, type FacetValuesState, NO_VALUE, type Trait } from './facet-values.ts';
import { NewcomerRows, type RowChunk } from './newcomer-rows.ts';
import type { Compared } from './shift.ts';

const HOUR = 3_600_000; // ms
const DAY = 24 * HOUR;
const HELD = 2 * DAY;
const SWEPT = 6 * HOUR;
const CHUNK = 4_096; // rows a snapshot chunk, 350 KB of text
const PIECE = 10_000; // rows re-cast at one go
const VALUES_OF_FACET = 256;
const VALUES = 2_048;
/** Of the cap, when room is made: from more than this on somebody is called, and here there is nothing to be done. */
const FULL = 0.9;
const OUTLIER = 0;
const EVERYBODY = 2 ** 53; // hashes are below

export type NewcomersState = {
  readonly share: number;
  readonly now: number;
  readonly swept: number;
  readonly values: FacetValuesState;
};
export type NewcomersChunk =
  | ({ readonly kind: 'newcomers' } & NewcomersState)
  | ({ readonly kind: 'newcomer-rows' } & RowChunk);

export type Newcomer = {
  readonly conversation: string;
  /** null: an outlier. */
  readonly cluster: string | null;
  readonly account: string;
  /** Event time, ms. */
  readonly at: number;
};

/**
 * What the conversations are like by which accounts came to a cluster, over two days of event time: the very accounts whose growth is tested, so that
 * those since an onset and those before it are met in one way, however long either time is. A conversation is as it was first seen: what it became
 * later would make the past look longer than the present.
 *
 * Bounded: at the cap go rows of accounts that were there already, then half of all accounts, by their hash, so that whoever stays is whole and shares
 * hold; when there is room again, more are taken. 6.4 MB for 100,000 rows. A sweep, every six hours and at the cap, takes 10 ms.
 */
export class Newcomers {
  readonly #rows: NewcomerRows;
  #values = new FacetValues(VALUES_OF_FACET, VALUES);
  /** Of accounts that is held. */
  #share = 1;
  #now = 0;
  #swept = 0;

  constructor(cap: number) {
    this.#rows = new NewcomerRows(Math.max(2, cap));
  }

  get size(): number {
    return this.#rows.size;
  }

  get values(): { readonly size: number; readonly cap: number } {
    return { size: this.#values.size, cap: VALUES };
  }

  /** @param traits asked for only when the row is kept */
  add({ conversation, cluster, account, at }: Newcomer, traits: () => readonly Trait[]): void {
    const rows = this.#rows;
    const who = hash53(account);
    if (who >= this.#share * EVERYBODY) return;
    if (rows.size >= FULL * rows.cap) this.#sweep();
    const row = rows.size++;
    rows.conversation[row] = hash53(conversation);
    rows.cluster[row] = keyOf(cluster);
    rows.account[row] = who;
    rows.at[row] = at;
    rows.setValues(row, traits(), this.#values);
  }

  /** The conversation belongs in `cluster` now: where it was counted before it is not, after all. A new generation may have moved it already. O(rows since). */
  takeBack(conversation: string, cluster: string | null): void {
    const row = this.#find(hash53(conversation));
    if (row >= 0 && this.#rows.cluster[row] !== keyOf(cluster)) this.#forget(row);
  }

  /** Lets event time pass. */
  advance(now: number): void {
    this.#now = now;
    if (this.#swept === 0) this.#swept = now;
    if (now - this.#swept >= SWEPT) this.#sweep();
  }

  /** Conversations, by their hash, that founded a cluster. O(founders · rows). */
  join(cluster: string, founders: readonly number[]): void {
    for (const conversation of founders) {
      const row = this.#find(conversation);
      if (row >= 0) this.#rows.cluster[row] = hash53(cluster);
    }
  }

  /**
   * Puts every row under the cluster it has in a new generation: `named` says it of conversations by their hash. Of what came after event time `after` no
   * history speaks: that keeps its cluster while there is one. Others are let go, as where they belong now is not known. Yields now and then. O(rows).
   */
  *recast(
    named: ReadonlyMap<number, string | null>,
    after: number,
    alive: readonly string[],
  ): Generator<void, void> {
    const rows = this.#rows;
    const hashes = new Map(alive.map((id) => [id, hash53(id)]));
    const left = new Set(hashes.values());
    for (let row = 0; row < rows.size; row++) {
      const home = named.get(rows.conversation[row] ?? 0);
      if (home !== undefined) rows.cluster[row] = home === null ? OUTLIER : (hashes.get(home) ?? OUTLIER);
      else if ((rows.at[row] ?? 0) <= after) this.#forget(row);
      else if (!left.has(rows.cluster[row] ?? OUTLIER)) rows.cluster[row] = OUTLIER;
      if (row % PIECE === PIECE - 1) yield;
    }
  }

  /**
   * Votes of the accounts that came to a cluster since `onset` (ms), and of those that came to it in the day before, or, where it has no past, of those that
   * came anywhere else since. An account votes once on each side, by its first conversation; one that is on both makes the test more careful. O(cap).
   */
  compare(cluster: string, onset: number, to: 'before' | 'elsewhere'): Compared {
    const rows = this.#rows;
    const wanted = hash53(cluster);
    const since = new Votes(this.#values.extent);
    const others = new Votes(this.#values.extent);
    for (let row = 0; row < rows.size; row++) {
      const at = rows.at[row] ?? 0;
      const within = rows.cluster[row] === wanted;
      if (at >= onset) {
        if (within) since.cast(rows, row);
        else if (to === 'elsewhere') others.cast(rows, row);
      } else if (within && to === 'before' && at >= onset - DAY) others.cast(rows, row);
    }
    const values = [];
    for (let id = 1; id < this.#values.extent; id++) {
      const trait = this.#values.trait(id);
      if (trait === null || since.of(id) + others.of(id) === 0) continue;
      values.push({ facet: trait[0], value: trait[1], since: since.of(id), before: others.of(id) });
    }
    return { since: since.accounts, before: others.accounts, values };
  }

  /** Chunks for JSON; in this order they are to be restored. */
  *snapshot(): Generator<NewcomersChunk> {
    const [share, now, swept] = [this.#share, this.#now, this.#swept];
    yield { kind: 'newcomers', share, now, swept, values: this.#values.state() };
    for (let from = 0; from < this.#rows.size; from += CHUNK)
      yield { kind: 'newcomer-rows', ...this.#rows.chunk(from, Math.min(CHUNK, this.#rows.size - from)) };
  }

  restore(chunk: NewcomersChunk): void {
    if (chunk.kind === 'newcomer-rows') {
      this.#rows.restore(chunk);
      return;
    }
    this.#share = chunk.share;
    this.#now = chunk.now;
    this.#swept = chunk.swept;
    this.#values.restore(chunk.values);
  }

  #find(conversation: number): number {
    return this.#rows.size === 0
      ? -1
      : this.#rows.conversation.lastIndexOf(conversation, this.#rows.size - 1);
  }

  /** So old that the next sweep takes it. */
  #forget(row: number): void {
    this.#rows.at[row] = Number.NEGATIVE_INFINITY;
    this.#rows.conversation[row] = Number.NaN;
  }

  #sweep(): void {
    const rows = this.#rows;
    const oldest = this.#now - HELD;
    rows.keep((row) => (rows.at[row] ?? 0) > oldest);
    if (rows.size < rows.cap / 8) this.#share = Math.min(1, this.#share * 2);
    if (rows.size > rows.cap / 2) this.#keepFirstOnes();
    while (rows.size > rows.cap / 2) {
      this.#share /= 2;
      rows.keep((row) => (rows.account[row] ?? 0) < this.#share * EVERYBODY);
    }
    const used = rows.used(this.#values.extent);
    this.#values.keep((id) => used[id] === 1);
    this.#swept = this.#now;
  }

  /** One row an account and cluster: else one account could crowd out all others. */
  #keepFirstOnes(): void {
    const rows = this.#rows;
    const met = new Set<number>();
    rows.keep((row) => {
      const pair = ((rows.cluster[row] ?? 0) + (rows.account[row] ?? 0)) % EVERYBODY;
      if (met.has(pair)) return false;
      met.add(pair);
      return true;
    });
  }
}

const keyOf = (cluster: string | null): number => (cluster === null ? OUTLIER : hash53(cluster));

/** One vote an account. */
class Votes {
  readonly #met = new Set<number>();
  readonly #carried: Uint32Array;

  constructor(extent: number) {
    this.#carried = new Uint32Array(extent);
  }

  get accounts(): number {
    return this.#met.size;
  }

  cast(rows: NewcomerRows, row: number): void {
    const account = rows.account[row] ?? 0;
    if (this.#met.has(account)) return;
    this.#met.add(account);
    for (const id of rows.valuesOf(row)) {
      if (id === NO_VALUE) break;
      this.#carried[id] = (this.#carried[id] ?? 0) + 1;
    }
  }

  of(id: number): number {
    return this.#carried[id] ?? 0;
  }
}
