import { hash53 } from './hash.ts';
import { HashedNumbers } from './hashed-numbers.ts';

/**
 * The highest version seen of each key, bounded: two generations of at most half the cap; when the young one is full
 * it becomes the old one and the old one is forgotten. Forgets the longest unseen first, within half a cap. O(1).
 */
export class SeenVersions {
  readonly #half: number;
  #young = new HashedNumbers();
  #old = new HashedNumbers();
  #forgotten = 0;

  constructor(cap: number) {
    this.#half = Math.max(1, Math.floor(cap / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Keys given up because of the cap. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** The highest version, or 0 for a key not seen. */
  version(key: string): number {
    const hash = hash53(key);
    return this.#young.get(hash) ?? this.#old.get(hash) ?? 0;
  }

  put(key: string, version: number): void {
    const hash = hash53(key);
    if (!this.#young.has(hash) && this.#young.size >= this.#half) {
      this.#forgotten += this.#old.size;
      this.#old = this.#young;
      this.#young = new HashedNumbers();
    }
    this.#old.delete(hash);
    this.#young.set(hash, version);
  }
}
