import { decodeColumn, encodeColumn } from './columns.ts';

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
    for (const column of [this.conversation, this.cluster, this.account, this.at])
      column[to] = column[from] ?? 0;
    this.value.copyWithin(to * VALUES_OF_ROW, from * VALUES_OF_ROW, (from + 1) * VALUES_OF_ROW);
  }
}
