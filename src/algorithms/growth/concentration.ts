import { hash53 } from '../hash.ts';
import { decodeColumn, encodeColumn } from './columns.ts';

/** How a cluster's conversations spread over accounts. */
export type Concentration = {
  readonly conversations: number;
  readonly accounts: number;
  readonly conversationsPerAccount: number;
  /** Share of the busiest account. */
  readonly topAccountShare: number;
};

export type RecentChunk = {
  readonly kind: 'recent';
  readonly size: number;
  /** base64: Float64 hashes of clusters and of accounts, Int32 minutes, oldest first. */
  readonly cluster: string;
  readonly account: string;
  readonly minute: string;
};

const CHUNK = 16_384; // rows a snapshot chunk, 440 KB of text
const FLOOD_FACTOR = 3; // conversations per account, times the usual
const FLOOD_SHARE = 0.5; // of one account
const FLOOD_CONVERSATIONS = 10; // below, any one account is a large share

/**
 * The last conversations of all clusters as (cluster, account, minute), so that an alert, which comes after its onset, can still say who made it.
 * A ring of `cap` rows, 20 bytes each; older rows are gone, and figures then speak of what is left.
 */
export class RecentAccounts {
  readonly #clusters: Float64Array;
  readonly #accounts: Float64Array;
  readonly #minutes: Int32Array;
  #written = 0;

  constructor(cap: number) {
    const rows = Math.max(1, cap);
    this.#clusters = new Float64Array(rows);
    this.#accounts = new Float64Array(rows);
    this.#minutes = new Int32Array(rows);
  }

  add(cluster: string, account: string, minute: number): void {
    this.#put(hash53(cluster), hash53(account), minute);
  }

  /** Figures of a cluster from `minute` on. O(cap): under 1 ms for 200,000 rows, so for alerts, not for every cluster. */
  since(cluster: string, minute: number): Concentration {
    const wanted = hash53(cluster);
    const byAccount = new Map<number, number>();
    const size = Math.min(this.#written, this.#minutes.length);
    let conversations = 0;
    let top = 0;
    for (let i = 0; i < size; i++) {
      if (this.#clusters[i] !== wanted || (this.#minutes[i] ?? 0) < minute) continue;
      const account = this.#accounts[i] ?? 0;
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
    };
  }

  /** Chunks for JSON, the oldest rows first: in this order they are to be restored. */
  snapshot(): RecentChunk[] {
    const size = Math.min(this.#written, this.#minutes.length);
    const chunks: RecentChunk[] = [];
    for (let from = this.#written - size; from < this.#written; from += CHUNK) {
      chunks.push(this.#chunk(from, Math.min(CHUNK, this.#written - from)));
    }
    return chunks;
  }

  #chunk(from: number, size: number): RecentChunk {
    const order = Int32Array.from({ length: size }, (_, i) => (from + i) % this.#minutes.length);
    return {
      kind: 'recent',
      size,
      cluster: encodeColumn(Float64Array.from(order, (i) => this.#clusters[i] ?? 0)),
      account: encodeColumn(Float64Array.from(order, (i) => this.#accounts[i] ?? 0)),
      minute: encodeColumn(Int32Array.from(order, (i) => this.#minutes[i] ?? 0)),
    };
  }

  restore(chunk: RecentChunk): void {
    const clusters = new Float64Array(chunk.size);
    const accounts = new Float64Array(chunk.size);
    const minutes = new Int32Array(chunk.size);
    decodeColumn(clusters, chunk.cluster, 'cluster');
    decodeColumn(accounts, chunk.account, 'account');
    decodeColumn(minutes, chunk.minute, 'minute');
    for (let i = 0; i < chunk.size; i++) this.#put(clusters[i] ?? 0, accounts[i] ?? 0, minutes[i] ?? 0);
  }

  #put(cluster: number, account: number, minute: number): void {
    const at = this.#written % this.#minutes.length;
    this.#clusters[at] = cluster;
    this.#accounts[at] = account;
    this.#minutes[at] = minute;
    this.#written += 1;
  }
}

/** Many people, or few that send much: against the cluster's usual conversations per account. */
export function growthPattern(seen: Concentration, usualPerAccount: number): 'organic' | 'coordinated-flood' {
  if (seen.conversations < FLOOD_CONVERSATIONS) return 'organic';
  const flood =
    seen.conversationsPerAccount >= FLOOD_FACTOR * usualPerAccount || seen.topAccountShare >= FLOOD_SHARE;
  return flood ? 'coordinated-flood' : 'organic';
}
