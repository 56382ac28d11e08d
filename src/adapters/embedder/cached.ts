import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { UnitVector } from '../../domain/vector.ts';
import type { Embedder } from '../../ports/embedder.ts';
import { openVectorFile } from './vector-file.ts';

type CachedEmbedderOptions = {
  readonly inner: Embedder;
  /** Vectors kept; the one longest unused goes first. 2 KB each at 384 numbers. */
  readonly size: number;
  /** A file that keeps as many vectors over a restart, or null. It holds hashes and vectors, no text. */
  readonly path: string | null;
  /** Called once a call: its texts, how many of them cost nothing, and how long it took. */
  onBatch(texts: number, cached: number, seconds: number): void;
  /** Monotonic ms. */
  elapsed(): number;
};

type Missing = {
  readonly key: string;
  readonly text: string;
  resolve(vector: UnitVector): void;
  reject(reason: unknown): void;
};

/**
 * Remembers vectors by SHA-256 of the text. Equal texts, in one call or in calls under way, are embedded once. Vectors
 * are shared between callers, who must not change them. A hit takes about 2 µs.
 */
export function createCachedEmbedder(options: CachedEmbedderOptions): Embedder {
  const { inner, onBatch, elapsed } = options;
  const file =
    options.path === null
      ? null
      : openVectorFile({ path: options.path, model: inner.id, size: options.size });
  const held = new LRUCache<string, UnitVector>({ max: options.size });
  const underWay = new Map<string, Promise<UnitVector>>();

  function recall(key: string): UnitVector | undefined {
    const vector = held.get(key);
    if (vector !== undefined || file === null) return vector;
    const kept = file.get(key);
    if (kept !== undefined) held.set(key, kept);
    return kept;
  }

  /** Embeds what nobody has asked for yet, and tells all who wait for it. */
  async function settle(missing: readonly Missing[]): Promise<void> {
    try {
      const vectors = await inner.embed(missing.map(({ text }) => text));
      for (const [i, { key, resolve }] of missing.entries()) {
        const vector = vectors[i];
        if (vector === undefined)
          throw new RangeError(`${inner.id} gave ${vectors.length} vectors, not ${i + 1}`);
        held.set(key, vector);
        file?.put(key, vector);
        resolve(vector);
      }
    } catch (error) {
      for (const { reject } of missing) reject(error);
    } finally {
      for (const { key } of missing) underWay.delete(key);
    }
  }

  async function embed(texts: readonly string[]): Promise<UnitVector[]> {
    const start = elapsed();
    const missing: Missing[] = [];
    const answers = texts.map((text) => {
      const key = hash('sha256', text, 'base64url');
      const known = recall(key) ?? underWay.get(key);
      if (known !== undefined) return known;
      const { promise, resolve, reject } = Promise.withResolvers<UnitVector>();
      underWay.set(key, promise);
      missing.push({ key, text, resolve, reject });
      return promise;
    });
    const [vectors] = await Promise.all([Promise.all(answers), missing.length > 0 ? settle(missing) : null]);
    onBatch(texts.length, texts.length - missing.length, (elapsed() - start) / 1_000);
    return vectors;
  }

  return {
    id: inner.id,
    dimension: inner.dimension,
    embed,
    async stop() {
      await inner.stop();
      file?.close();
    },
  };
}
