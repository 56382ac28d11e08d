import type { Alert } from '../../domain/alert.ts';
import { hash53 } from '../hash.ts';
import { decodeColumn, encodeColumn } from './columns.ts';

/** How a cluster's conversations spread over accounts and wordings. */
export type Concentration = {
  readonly conversations: number;
  readonly accounts: number;
  readonly conversationsPerAccount: number;
  /** Share of the busiest account. */
  readonly topAccountShare: number;
  /** Chance that two accounts begin a conversation with the same wording; 0: never, or too few to say. */
  readonly sameWording: number;
  /** The same before that minute. */
  readonly usualSameWording: number;
};

export type RecentChunk = {
  readonly kind: 'recent';
  readonly size: number;
  /** base64: Float64 hashes of clusters, of accounts and of sketches, Int32 minutes, oldest first. */
  readonly cluster: string;
  readonly account: string;
  readonly sketch: string;
  readonly minute: string;
};

const CHUNK = 16_384; // rows a snapshot chunk, 610 KB of text
const FLOOD_FACTOR = 3; // conversations per account, times the usual
const FLOOD_SHARE = 0.5; // of one account
const FLOOD_CONVERSATIONS = 10; // below, any one account is a large share
const ONE_TEMPLATE = 0.25; // of pairs begin alike, as when half have one wording, or all one of four
const ONE_TEMPLATE_FACTOR = 2; // times the usual
const ACCOUNTS_COMPARED = 10; // below, nothing is said of wordings
const NO_SKETCH = 0;

/**
 * The last conversations of all clusters as (cluster, account, sketch, minute), so that an alert, which comes after its onset, can still say who
 * made it. A ring of `cap` rows, 28 bytes each; older rows are gone, and figures then speak of what is left.
 */
export class RecentAccounts {
  readonly #clusters: Float64Array;
  readonly #accounts: Float64Array;
  readonly #sketches: Float64Array;
  readonly #minutes: Int32Array;
  #written = 0;

  constructor(cap: number) {
    const rows = Math.max(1, cap);
    this.#clusters = new Float64Array(rows);
    this.#accounts = new Float64Array(rows);
    this.#sketches = new Float64Array(rows);
    this.#minutes = new Int32Array(rows);
  }

  /** @param sketch of the wording it begins with; empty: not known */
  add(cluster: string, account: string, sketch: string, minute: number): void {
    this.#put(hash53(cluster), hash53(account), sketch === '' ? NO_SKETCH : hash53(sketch), minute);
  }

  /** Takes over what another has of these clusters. O(cap). */
  keep(other: RecentAccounts, clusters: Iterable<string>): void {
    const wanted = new Set([...clusters].map(hash53));
    const size = Math.min(other.#written, other.#minutes.length);
    for (let row = other.#written - size; row < other.#written; row++) {
      const i = row % other.#minutes.length;
      const cluster = other.#clusters[i] ?? 0;
      if (wanted.has(cluster))
        this.#put(cluster, other.#accounts[i] ?? 0, other.#sketches[i] ?? NO_SKETCH, other.#minutes[i] ?? 0);
    }
  }

  /** Figures of a cluster from `minute` on. O(cap): under 1 ms for 200,000 rows, so for alerts, not for every cluster. */
  since(cluster: string, minute: number): Concentration {
    const wanted = hash53(cluster);
    const byAccount = new Map<number, number>();
    const wordings = new Wordings();
    const before = new Wordings();
    const size = Math.min(this.#written, this.#minutes.length);
    let conversations = 0;
    let top = 0;
    for (let i = 0; i < size; i++) {
      if (this.#clusters[i] !== wanted) continue;
      const account = this.#accounts[i] ?? 0;
      const past = (this.#minutes[i] ?? 0) < minute;
      (past ? before : wordings).add(account, this.#sketches[i] ?? NO_SKETCH);
      if (past) continue;
      const count = (byAccount.get(account) ?? 0) + 1;
      byAccount.set(account, count);
      conversations += 1;
      top = Math.max(top, count);
    }
    return {
      conversations,
      accounts: byAccount.size,
      conversationsPerAccount: conversations / Math.max(1, byAccount.size),
      topAccountShare: top / Math.max(1, conversations),
      sameWording: wordings.chanceAlike(),
      usualSameWording: before.chanceAlike(),
    };
  }

  /** Chunks for JSON, the oldest rows first: in this order they are to be restored. */
  *snapshot(): Generator<RecentChunk> {
    const size = Math.min(this.#written, this.#minutes.length);
    for (let from = this.#written - size; from < this.#written; from += CHUNK) {
      yield this.#chunk(from, Math.min(CHUNK, this.#written - from));
    }
  }

  #chunk(from: number, size: number): RecentChunk {
    const order = Int32Array.from({ length: size }, (_, i) => (from + i) % this.#minutes.length);
    return {
      kind: 'recent',
      size,
      cluster: encodeColumn(Float64Array.from(order, (i) => this.#clusters[i] ?? 0)),
      account: encodeColumn(Float64Array.from(order, (i) => this.#accounts[i] ?? 0)),
      sketch: encodeColumn(Float64Array.from(order, (i) => this.#sketches[i] ?? NO_SKETCH)),
      minute: encodeColumn(Int32Array.from(order, (i) => this.#minutes[i] ?? 0)),
    };
  }

  restore(chunk: RecentChunk): void {
    const clusters = new Float64Array(chunk.size);
    const accounts = new Float64Array(chunk.size);
    const sketches = new Float64Array(chunk.size);
    const minutes = new Int32Array(chunk.size);
    decodeColumn(clusters, chunk.cluster, 'cluster');
    decodeColumn(accounts, chunk.account, 'account');
    decodeColumn(sketches, chunk.sketch, 'sketch');
    decodeColumn(minutes, chunk.minute, 'minute');
    for (let i = 0; i < chunk.size; i++)
      this.#put(clusters[i] ?? 0, accounts[i] ?? 0, sketches[i] ?? NO_SKETCH, minutes[i] ?? 0);
  }

  #put(cluster: number, account: number, sketch: number, minute: number): void {
    const at = this.#written % this.#minutes.length;
    this.#clusters[at] = cluster;
    this.#accounts[at] = account;
    this.#sketches[at] = sketch;
    this.#minutes[at] = minute;
    this.#written += 1;
  }
}

/** Which accounts use which wordings. An account counts once a wording: what one sends again and again is no wave. */
class Wordings {
  readonly #accounts = new Map<number, Set<number>>();

  add(account: number, sketch: number): void {
    if (sketch === NO_SKETCH) return;
    const held = this.#accounts.get(sketch) ?? new Set();
    held.add(account);
    this.#accounts.set(sketch, held);
  }

  /** Simpson's index without replacement (Simpson 1949). O(wordings). */
  chanceAlike(): number {
    let all = 0;
    let alike = 0;
    for (const { size } of this.#accounts.values()) {
      all += size;
      alike += size * (size - 1);
    }
    return all < ACCOUNTS_COMPARED ? 0 : alike / (all * (all - 1));
  }
}

/**
 * Many people; few that send much, against the cluster's usual conversations per account; or many accounts with one template, against how
 * often its accounts begin alike as a rule: where everybody always asks in the same words, more of the same is no wave.
 */
export function growthPattern(
  seen: Concentration,
  usualPerAccount: number,
  minAccounts: number,
): Alert['pattern'] {
  if (seen.conversations < FLOOD_CONVERSATIONS) return 'organic';
  const flood =
    seen.conversationsPerAccount >= FLOOD_FACTOR * usualPerAccount || seen.topAccountShare >= FLOOD_SHARE;
  if (flood) return 'coordinated-flood';
  const template =
    seen.accounts >= minAccounts &&
    seen.sameWording >= ONE_TEMPLATE &&
    seen.sameWording >= ONE_TEMPLATE_FACTOR * seen.usualSameWording;
  return template ? 'one-template' : 'organic';
}
