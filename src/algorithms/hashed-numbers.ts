/** Of room for keys so much is used at most: linear probing then looks at two and a half places for a key that is not there. */
const LOAD = 0.5;
const FIRST_ROOM = 16;
/** No hash is negative. */
const FREE = -1;

/**
 * Numbers by 53-bit hash, in two arrays of doubles: half the memory of a Map, and nothing that a garbage collector goes through, where a
 * Map of a million holds two million numbers as objects. Open addressing with linear probing; what is deleted is closed up (Knuth, The
 * Art of Computer Programming 3, 6.4, algorithm R). O(1), amortised, as long as keys are spread as hashes are; 32 to 64 bytes each.
 */
export class HashedNumbers {
  #keys = new Float64Array(FIRST_ROOM).fill(FREE);
  #values = new Float64Array(FIRST_ROOM);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: number): boolean {
    return this.#keys[this.#placeOf(key)] === key;
  }

  get(key: number): number | undefined {
    const place = this.#placeOf(key);
    return this.#keys[place] === key ? this.#values[place] : undefined;
  }

  /** @param key a whole number from 0 to 2^53 - 1 */
  set(key: number, value: number): void {
    let place = this.#placeOf(key);
    if (this.#keys[place] !== key) {
      if (this.#size + 1 > LOAD * this.#keys.length) {
        this.#grow();
        place = this.#placeOf(key);
      }
      this.#keys[place] = key;
      this.#size++;
    }
    this.#values[place] = value;
  }

  delete(key: number): boolean {
    const mask = this.#keys.length - 1;
    let gap = this.#placeOf(key);
    if (this.#keys[gap] !== key) return false;
    for (let next = (gap + 1) & mask; this.#keys[next] !== FREE; next = (next + 1) & mask) {
      const home = (this.#keys[next] ?? 0) & mask;
      // Only what does not begin its search behind the gap may fill it.
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      this.#keys[gap] = this.#keys[next] ?? FREE;
      this.#values[gap] = this.#values[next] ?? 0;
      gap = next;
    }
    this.#keys[gap] = FREE;
    this.#size--;
    return true;
  }

  /** In no order to rely on; what is written meanwhile may be met or not. */
  *entries(): Generator<[key: number, value: number]> {
    for (let place = 0; place < this.#keys.length; place++) {
      const key = this.#keys[place] ?? FREE;
      if (key !== FREE) yield [key, this.#values[place] ?? 0];
    }
  }

  /** Where the key is, or would be put. */
  #placeOf(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    // The lowest 32 bits, of which a hash spreads all.
    let place = key & mask;
    while (keys[place] !== FREE && keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2).fill(FREE);
    this.#values = new Float64Array(keys.length * 2);
    for (const [i, key] of keys.entries()) {
      if (key === FREE) continue;
      const place = this.#placeOf(key);
      this.#keys[place] = key;
      this.#values[place] = values[i] ?? 0;
    }
  }
}
