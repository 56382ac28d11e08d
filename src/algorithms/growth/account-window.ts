import { hash53 } from '../hash.ts';
import { AccountPool } from './account-pool.ts';
import { decodeColumn, encodeColumn } from './columns.ts';

const DAY = 1_440; // minutes
const CHUNK = 16_384; // pairs a snapshot chunk, 350 KB of text
const NONE = -1;
/** Pairs carried over at one go: a millisecond. */
const PIECE = 2_000;
const MANY = 65_535; // more conversations than this are not told apart

/** Pairs of a snapshot, columnar; `groups` names the clusters that `group` counts through. */
export type AccountChunk = {
  readonly kind: 'accounts';
  readonly size: number;
  readonly forcedOut: number;
  readonly groups: readonly string[];
  /** base64: Float64 hashes, Int32 indices into `groups`, Int32 minutes last seen, Uint16 conversations. */
  readonly key: string;
  readonly group: string;
  readonly last: string;
  readonly seen: string;
};

/** `pairs` are those held, `accounts` those of them that have a conversation. */
type Cluster = { readonly id: string; readonly number: number; pairs: number; accounts: number };

/**
 * Which accounts a cluster has met in the last 24 h of event time, exactly; every sighting renews. Minutes are integers since 1970. Accounts
 * are kept as 53-bit hashes, about 50 bytes a pair. At the cap the longest unseen go first, and `forcedOut` tells how many: from then on some
 * accounts count as new too early. About 1 µs a sighting among a million.
 */
export class AccountWindow {
  readonly #cap: number;
  readonly #pool = new AccountPool();
  readonly #byId = new Map<string, Cluster>();
  readonly #byNumber = new Map<number, Cluster>();
  /** First pair of each minute's list. A pair renewed since stays in its old list until that is due. */
  readonly #due = new Map<number, number>();
  #nextNumber = 0;
  #passed: number | null = null;
  #forcedOut = 0;

  constructor(cap: number) {
    this.#cap = Math.max(1, cap);
  }

  get size(): number {
    return this.#pool.size;
  }

  /** Pairs forgotten before their time because of the cap. */
  get forcedOut(): number {
    return this.#forcedOut;
  }

  /** Distinct accounts of the cluster seen in the 24 h up to the minute last advanced to, and since. */
  accounts(cluster: string): number {
    return this.#byId.get(cluster)?.accounts ?? 0;
  }

  /** Notes a sighting; true when the account is new to the cluster within 24 h. Minutes may come out of order. */
  sight(cluster: string, account: string, minute: number): boolean {
    const key = hash53(account);
    const slot = this.#pool.find(this.#byId.get(cluster)?.number ?? NONE, key);
    if (slot !== NONE) return this.#renew(cluster, slot, minute);
    if (this.#passed !== null && minute <= this.#passed - DAY) return true;
    if (this.#pool.size >= this.#cap) this.#forceOut();
    this.#add(cluster, key, minute);
    return true;
  }

  /**
   * Takes back the sighting of a conversation that is not in the cluster after all; true when the account had no other there, so that it was not
   * met. Held on to until its time: it lies in the list of its minute.
   */
  unsight(cluster: string, account: string): boolean {
    const known = this.#byId.get(cluster);
    const slot = known === undefined ? NONE : this.#pool.find(known.number, hash53(account));
    const seen = slot === NONE ? 0 : (this.#pool.seen[slot] ?? 0);
    if (known === undefined || seen === 0) return false;
    if (seen < MANY) this.#pool.seen[slot] = seen - 1;
    if (seen > 1) return false;
    known.accounts -= 1;
    return true;
  }

  /** Forgets what was last seen 24 h before `minute` or earlier. O(pairs due). */
  advance(minute: number): void {
    const from = this.#passed === null ? null : this.#passed - DAY + 1;
    if (this.#passed !== null && minute <= this.#passed) return;
    this.#passed = minute;
    const to = minute - DAY;
    if (from !== null && to - from < this.#due.size) {
      for (let t = from; t <= to; t++) this.#settle(t, to);
    } else {
      for (const t of [...this.#due.keys()]) if (t <= to) this.#settle(t, to);
    }
  }

  /**
   * Takes in what another window knows of the clusters it keeps, and this one does not: a back-cast is of some accounts only, and the others
   * would be new again. Pauses, so that the caller may do other work in between. O(pairs).
   */
  *carryOver(from: AccountWindow, keeps: (cluster: string) => boolean): Generator<number, void> {
    const pool = from.#pool;
    for (let slot = 0; slot < pool.extent; slot++) {
      if (slot % PIECE === PIECE - 1) yield slot / pool.extent;
      const id = from.#byNumber.get(pool.group(slot))?.id;
      if (id === undefined || !keeps(id)) continue;
      const [key, last, seen] = [pool.key(slot), pool.last[slot] ?? 0, pool.seen[slot] ?? 0];
      if (this.#passed !== null && last <= this.#passed - DAY) continue;
      const held = this.#pool.find(this.#byId.get(id)?.number ?? NONE, key);
      if (held === NONE && this.#pool.size < this.#cap) this.#add(id, key, last, seen);
      if (held === NONE || seen === 0) continue;
      this.#pool.last[held] = Math.max(this.#pool.last[held] ?? 0, last);
      this.#pool.seen[held] = Math.max(this.#pool.seen[held] ?? 0, seen);
    }
  }

  /** Chunks for JSON, the first with the totals; the pairs are those of the moment each chunk is taken. */
  *snapshot(): Generator<AccountChunk> {
    let from = 0;
    do {
      const to = Math.min(from + CHUNK, this.#pool.extent);
      yield this.#chunk(from, to);
      from = to;
    } while (from < this.#pool.extent);
  }

  /** Takes in one chunk of a snapshot. The order of chunks does not matter. */
  restore(chunk: AccountChunk): void {
    const keys = new Float64Array(chunk.size);
    const groups = new Int32Array(chunk.size);
    const last = new Int32Array(chunk.size);
    const seen = new Uint16Array(chunk.size);
    decodeColumn(keys, chunk.key, 'key');
    decodeColumn(groups, chunk.group, 'group');
    decodeColumn(last, chunk.last, 'last');
    decodeColumn(seen, chunk.seen, 'seen');
    this.#forcedOut = Math.max(this.#forcedOut, chunk.forcedOut);
    for (let i = 0; i < chunk.size; i++) {
      this.#add(chunk.groups[groups[i] ?? 0] ?? '', keys[i] ?? 0, last[i] ?? 0, seen[i] ?? 0);
    }
  }

  #chunk(from: number, to: number): AccountChunk {
    const names = new Map<number, number>();
    const keys = new Float64Array(to - from);
    const groups = new Int32Array(to - from);
    const last = new Int32Array(to - from);
    const seen = new Uint16Array(to - from);
    let size = 0;
    for (let slot = from; slot < to; slot++) {
      const group = this.#pool.group(slot);
      if (group === NONE) continue;
      const index = names.get(group) ?? names.size;
      names.set(group, index);
      keys[size] = this.#pool.key(slot);
      groups[size] = index;
      seen[size] = this.#pool.seen[slot] ?? 0;
      last[size++] = this.#pool.last[slot] ?? 0;
    }
    return {
      kind: 'accounts',
      size,
      forcedOut: this.#forcedOut,
      groups: [...names.keys()].map((number) => this.#byNumber.get(number)?.id ?? ''),
      key: encodeColumn(keys.subarray(0, size)),
      group: encodeColumn(groups.subarray(0, size)),
      last: encodeColumn(last.subarray(0, size)),
      seen: encodeColumn(seen.subarray(0, size)),
    };
  }

  #cluster(id: string): Cluster {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const cluster = { id, number: this.#nextNumber++, pairs: 0, accounts: 0 };
    this.#byId.set(id, cluster);
    this.#byNumber.set(cluster.number, cluster);
    return cluster;
  }

  #add(cluster: string, key: number, minute: number, seen = 1): void {
    const known = this.#cluster(cluster);
    known.pairs += 1;
    if (seen > 0) known.accounts += 1;
    const slot = this.#pool.insert(known.number, key, minute);
    this.#pool.seen[slot] = seen;
    this.#link(slot, minute);
  }

  /** Another sighting of a pair that is held; true when it is as good as its first. */
  #renew(cluster: string, slot: number, minute: number): boolean {
    const last = this.#pool.last[slot] ?? 0;
    const seen = this.#pool.seen[slot] ?? 0;
    const known = this.#cluster(cluster);
    if (seen === 0) known.accounts += 1;
    const anew = seen === 0 || minute - last >= DAY;
    this.#pool.seen[slot] = anew ? 1 : Math.min(seen + 1, MANY);
    if (minute > last) this.#pool.last[slot] = minute;
    return anew;
  }

  #link(slot: number, minute: number): void {
    this.#pool.next[slot] = this.#due.get(minute) ?? NONE;
    this.#due.set(minute, slot);
  }

  /** Empties a minute's list: pairs seen after `to` move to the list of that minute, the rest are forgotten. */
  #settle(minute: number, to: number): void {
    let slot = this.#due.get(minute) ?? NONE;
    this.#due.delete(minute);
    while (slot !== NONE) {
      const next = this.#pool.next[slot] ?? NONE;
      const last = this.#pool.last[slot] ?? 0;
      if (last > to) this.#link(slot, last);
      else this.#forget(slot);
      slot = next;
    }
  }

  #forget(slot: number): void {
    const cluster = this.#byNumber.get(this.#pool.group(slot));
    const met = (this.#pool.seen[slot] ?? 0) > 0;
    this.#pool.remove(slot);
    if (cluster === undefined) return;
    cluster.pairs -= 1;
    if (met) cluster.accounts -= 1;
    if (cluster.pairs > 0) return;
    // Ids are never reused, so a cluster without accounts may be one that is gone.
    this.#byId.delete(cluster.id);
    this.#byNumber.delete(cluster.number);
  }

  /** Forgets the pairs of the earliest minute: a whole minute at a time, so that the search for it pays for many. */
  #forceOut(): void {
    const before = this.#pool.size;
    while (this.#pool.size === before && this.#due.size > 0) {
      let earliest = Number.POSITIVE_INFINITY;
      for (const minute of this.#due.keys()) earliest = Math.min(earliest, minute);
      this.#settle(earliest, earliest);
    }
    this.#forcedOut += before - this.#pool.size;
  }
}
