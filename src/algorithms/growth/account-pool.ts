const NONE = -1;

/**
 * Hash table of (group, 53-bit key) pairs in typed arrays: about 50 bytes a pair. Pairs lie in a pool with a free list, so that lists
 * may hold their slots; the index over them is open addressing with linear probing and backward-shift deletion. O(1) expected.
 */
export class AccountPool {
  #keys = new Float64Array(1_024);
  #groups = new Int32Array(1_024);
  /** Minute last seen. */
  last = new Int32Array(1_024);
  /** Conversations of the pair. */
  seen = new Uint16Array(1_024);
  /** For lists kept by the owner; also links free slots. */
  next = new Int32Array(1_024);
  #index = new Int32Array(2_048).fill(NONE);
  #free = NONE;
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Slots ever used: the range to walk over. */
  get extent(): number {
    return this.#used;
  }

  key(slot: number): number {
    return this.#keys[slot] ?? 0;
  }

  /** The group of a pair; -1 for a free slot. */
  group(slot: number): number {
    return this.#groups[slot] ?? NONE;
  }

  /** The pair's slot, or -1. */
  find(group: number, key: number): number {
    const mask = this.#index.length - 1;
    for (let at = hashPair(group, key) & mask; ; at = (at + 1) & mask) {
      const slot = this.#index[at] ?? NONE;
      if (slot === NONE) return NONE;
      if (this.#keys[slot] === key && this.#groups[slot] === group) return slot;
    }
  }

  /** Adds a pair that is not there. */
  insert(group: number, key: number, minute: number): number {
    if ((this.#size + 1) * 2 > this.#index.length) this.#widenIndex();
    const slot = this.#takeSlot();
    this.#keys[slot] = key;
    this.#groups[slot] = group;
    this.last[slot] = minute;
    this.seen[slot] = 1;
    this.next[slot] = NONE;
    this.#size += 1;
    this.#enter(slot);
    return slot;
  }

  remove(slot: number): void {
    const mask = this.#index.length - 1;
    let hole = hashPair(this.group(slot), this.key(slot)) & mask;
    while (this.#index[hole] !== slot) hole = (hole + 1) & mask;
    // Pairs that were pushed past the hole move back into it; left there, a search would stop short of them.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const other = this.#index[at] ?? NONE;
      if (other === NONE) break;
      const home = hashPair(this.group(other), this.key(other)) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#index[hole] = other;
      hole = at;
    }
    this.#index[hole] = NONE;
    this.#groups[slot] = NONE;
    this.next[slot] = this.#free;
    this.#free = slot;
    this.#size -= 1;
  }

  #enter(slot: number): void {
    const mask = this.#index.length - 1;
    let at = hashPair(this.group(slot), this.key(slot)) & mask;
    while (this.#index[at] !== NONE) at = (at + 1) & mask;
    this.#index[at] = slot;
  }

  #takeSlot(): number {
    if (this.#free !== NONE) {
      const slot = this.#free;
      this.#free = this.next[slot] ?? NONE;
      return slot;
    }
    if (this.#used === this.last.length) this.#widenPool();
    return this.#used++;
  }

  #widenPool(): void {
    const capacity = Math.ceil(this.last.length * 1.5);
    this.#keys = widened(this.#keys, new Float64Array(capacity));
    this.#groups = widened(this.#groups, new Int32Array(capacity));
    this.last = widened(this.last, new Int32Array(capacity));
    this.seen = widened(this.seen, new Uint16Array(capacity));
    this.next = widened(this.next, new Int32Array(capacity));
  }

  #widenIndex(): void {
    this.#index = new Int32Array(this.#index.length * 2).fill(NONE);
    for (let slot = 0; slot < this.#used; slot++) {
      if (this.group(slot) !== NONE) this.#enter(slot);
    }
  }
}

function widened<T extends Float64Array | Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function hashPair(group: number, key: number): number {
  let h = Math.imul(group + 1, 0x9e3779b1) ^ (key >>> 0) ^ Math.imul(key / 4294967296, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
