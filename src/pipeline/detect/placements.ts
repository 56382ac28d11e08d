import { hash53 } from '../../algorithms/hash.ts';
import { clusterId, clusterNumber } from '../../domain/cluster-id.ts';

/** Where a conversation was counted: its cluster, null for an outlier, and the minute. */
export type Placement = { readonly cluster: string | null; readonly minute: number };

const CLUSTERS = 2 ** 27;
const CHUNK = 16_384;

export type PlacementChunk = { readonly keys: string; readonly values: string };

/**
 * Where each conversation was last counted, so that a longer snapshot of it takes the earlier count back. Bounded: two
 * generations, the older forgotten when the younger is full. 50 bytes each.
 */
export class Placements {
  readonly #space: string;
  readonly #half: number;
  #young = new Map<number, number>();
  #old = new Map<number, number>();

  constructor(space: string, cap: number) {
    this.#space = space;
    this.#half = Math.max(1, Math.floor(cap / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /**
   * Remembers the new place and answers with the one before, or null for a conversation not seen. One that stays in its
   * cluster keeps the minute in which it was counted: that is where a later move must take it back. O(1).
   */
  move(conversation: string, cluster: string | null, minute: number): Placement | null {
    const key = hash53(conversation);
    const packed = this.#young.get(key) ?? this.#old.get(key);
    const before = packed === undefined ? null : unpack(this.#space, packed);
    const counted = before !== null && before.cluster === cluster ? before.minute : minute;
    this.#put(key, counted * CLUSTERS + numberOf(cluster));
    return before;
  }

  /** The oldest first. Nothing may be put here until the last is taken. */
  *chunks(): Generator<PlacementChunk> {
    const keys = new Float64Array(CHUNK);
    const values = new Float64Array(CHUNK);
    let size = 0;
    for (const half of [this.#old, this.#young])
      for (const [key, value] of half) {
        keys[size] = key;
        values[size] = value;
        size += 1;
        if (size < CHUNK) continue;
        yield { keys: base64(keys), values: base64(values) };
        size = 0;
      }
    if (size > 0) yield { keys: base64(keys.subarray(0, size)), values: base64(values.subarray(0, size)) };
  }

  restore(chunk: PlacementChunk): void {
    const keys = floats(chunk.keys);
    const values = floats(chunk.values);
    for (const [i, key] of keys.entries()) this.#put(key, values[i] ?? 0);
  }

  #put(key: number, value: number): void {
    if (!this.#young.has(key) && this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }
}

function numberOf(cluster: string | null): number {
  return cluster === null ? 0 : clusterNumber(cluster) % CLUSTERS;
}

function unpack(space: string, packed: number): Placement {
  const number = packed % CLUSTERS;
  return { cluster: number === 0 ? null : clusterId(space, number), minute: Math.floor(packed / CLUSTERS) };
}

function base64(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function floats(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer);
}
