/** A slot in the queue of its part. The slot may have been left since, and taken by another. */
export type Place = { readonly slot: number; readonly entry: number };

/** Places in the order they came; who has left may still stand in it, and `size` counts the others. */
export class Part {
  readonly room: number;
  readonly reach: number;
  share = 1;
  size = 0;
  /** What entries of lower order were cut down to: those that later ones have not outdone. */
  cuts: [order: number, share: number][] = [];
  /** Slot and entry, one after the other. */
  #queue: number[] = [];
  #head = 0;

  constructor(room: number, reach: number) {
    this.room = room;
    this.reach = reach;
  }

  cut(order: number, share: number): void {
    this.cuts = [...this.cuts.filter(([, to]) => to < share), [order, share]];
  }

  push({ slot, entry }: Place): void {
    this.#queue.push(slot, entry);
    this.size++;
  }

  first(): Place | undefined {
    return this.#at(this.#head);
  }

  /** Its `size` is the caller's to lower. */
  pop(): void {
    this.#head += 2;
    if (this.#head > 2_048 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Lets go of all others, in place: a part may hold hundreds of thousands. Its `size` is the caller's to lower. */
  retain(stays: (slot: number, entry: number) => boolean): void {
    let to = 0;
    for (let at = this.#head; at < this.#queue.length; at += 2) {
      const [slot = 0, entry = 0] = [this.#queue[at], this.#queue[at + 1]];
      if (!stays(slot, entry)) continue;
      this.#queue[to++] = slot;
      this.#queue[to++] = entry;
    }
    this.#queue.length = to;
    this.#head = 0;
  }

  all(): Place[] {
    const places: Place[] = [];
    for (let at = this.#head; at < this.#queue.length; at += 2) {
      const place = this.#at(at);
      if (place !== undefined) places.push(place);
    }
    return places;
  }

  takeAll(): Place[] {
    const all = this.all();
    this.#queue = [];
    this.#head = 0;
    return all;
  }

  #at(at: number): Place | undefined {
    const [slot, entry] = [this.#queue[at], this.#queue[at + 1]];
    return slot === undefined || entry === undefined ? undefined : { slot, entry };
  }
}
