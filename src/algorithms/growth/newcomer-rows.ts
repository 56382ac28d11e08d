import { decodeColumn, encodeColumn } from './columns.ts';
import { type FacetValues, NO_VALUE, type Trait } from './facet-values.ts';

/** Values of one row; more are not kept. */
export const VALUES_OF_ROW = 16;

/** base64, oldest first: Float64 hashes of conversations, clusters and accounts, Float64 times, Uint16 numbers of values. */
export type RowChunk = {
  readonly size: number;
  readonly conversation: string;
  readonly cluster: string;
  readonly account: string;
  readonly at: string;
  readonly value: string;
};

/** Rows as columns, in the order they came. 64 bytes each. */
export class NewcomerRows {
  readonly conversation: Float64Array;
  readonly cluster: Float64Array;
  readonly account: Float64Array;
  /** Event time, ms. */
  readonly at: Float64Array;
  readonly value: Uint16Array;
  size = 0;

  constructor(cap: number) {
    this.conversation = new Float64Array(cap);
    this.cluster = new Float64Array(cap);
    this.account = new Float64Array(cap);
    this.at = new Float64Array(cap);
    this.value = new Uint16Array(cap * VALUES_OF_ROW);
  }

  get cap(): number {
    return this.at.length;
  }

  /** A value that stands twice counts once. */
  setValues(row: number, traits: readonly Trait[], numbers: FacetValues): void {
    const from = row * VALUES_OF_ROW;
    const to = from + VALUES_OF_ROW;
    this.value.fill(NO_VALUE, from, to);
    let next = from;
    for (const trait of traits) {
      if (next === to) break;
      const id = numbers.idOf(trait);
      let at = from;
      while (at < next && this.value[at] !== id) at++;
      if (id !== NO_VALUE && at === next) this.value[next++] = id;
    }
  }

  valuesOf(row: number): Uint16Array {
    return this.value.subarray(row * VALUES_OF_ROW, (row + 1) * VALUES_OF_ROW);
  }

  /** Closes the gaps that the others leave. O(rows). */
  keep(isKept: (row: number) => boolean): void {
    let size = 0;
    for (let row = 0; row < this.size; row++) {
      if (!isKept(row)) continue;
      if (size < row) this.#move(row, size);
      size++;
    }
    this.size = size;
  }

  /** 1 for each number below `extent` that a row holds. O(rows). */
  used(extent: number): Uint8Array {
    const used = new Uint8Array(extent);
    const to = this.size * VALUES_OF_ROW;
    for (let i = 0; i < to; i++) used[this.value[i] ?? 0] = 1;
    return used;
  }

  chunk(from: number, size: number): RowChunk {
    const to = from + size;
    return {
      size,
      conversation: encodeColumn(this.conversation.subarray(from, to)),
      cluster: encodeColumn(this.cluster.subarray(from, to)),
      account: encodeColumn(this.account.subarray(from, to)),
      at: encodeColumn(this.at.subarray(from, to)),
      value: encodeColumn(this.value.subarray(from * VALUES_OF_ROW, to * VALUES_OF_ROW)),
    };
  }

  /** Puts a chunk behind what is there. */
  restore(chunk: RowChunk): void {
    const [from, to] = [this.size, this.size + chunk.size];
    decodeColumn(this.conversation.subarray(from, to), chunk.conversation, 'conversation');
    decodeColumn(this.cluster.subarray(from, to), chunk.cluster, 'cluster');
    decodeColumn(this.account.subarray(from, to), chunk.account, 'account');
    decodeColumn(this.at.subarray(from, to), chunk.at, 'at');
    decodeColumn(this.value.subarray(from * VALUES_OF_ROW, to * VALUES_OF_ROW), chunk.value, 'value');
    this.size = to;
  }

  #move(from: number, to: number): void {
    this.conversation[to] = this.conversation[from] ?? 0;
    this.cluster[to] = this.cluster[from] ?? 0;
    this.account[to] = this.account[from] ?? 0;
    this.at[to] = this.at[from] ?? 0;
    this.value.copyWithin(to * VALUES_OF_ROW, from * VALUES_OF_ROW, (from + 1) * VALUES_OF_ROW);
  }
}
