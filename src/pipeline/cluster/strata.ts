/** Which samples stay when not all can. */
import { z } from 'zod';
import { DAY } from '../../domain/ids.ts';

/**
 * The parts of the window: the share of the room each has, and how old its samples may be. The newest are bounded by count, and read
 * again after a restart. So are outliers of the last day, as new clusters are made of them. All older ones are panels of accounts.
 */
const PARTS = [
  { room: 0.25, reach: DAY },
  { room: 0.1, reach: DAY },
  { room: 0.25, reach: DAY },
  { room: 0.2, reach: 7 * DAY },
  { room: 0.2, reach: Number.POSITIVE_INFINITY },
] as const;
const OUTLIERS = 1;
/** The first that is a panel. */
const PANELS = 2;

export const staySchema = z.object({
  part: z.int().nonnegative().describe('0: the newest'),
  share: z.number().describe('Of the accounts whose samples stayed with it'),
  order: z.int().describe('Counts up by one, over all that went into a part'),
});
export type Stay = Readonly<z.infer<typeof staySchema>>;

/** Of each part: its share, and what it was cut down to. A stay that was written down before a cut has the share of before it. */
export const partStatesSchema = z.array(
  z.object({ share: z.number(), cuts: z.array(z.tuple([z.int(), z.number()])) }),
);
export type PartStates = z.infer<typeof partStatesSchema>;

const NEWEST: Stay = { part: 0, share: 1, order: -1 };

/** What a part's panel shrinks by when room is needed. */
const SHRINK = 0.9;
/** And grows by, a sample, when it has room to spare. */
const GROW = 1.01;
const SPARE = 0.8;
const LEAST = 1e-9;

export type Sampled = {
  /** Event time, ms. */
  readonly at: number;
  /** Hash of the account, in [0, 1). */
  readonly unit: number;
  /** Belonged to no cluster when it came. */
  readonly outlier: boolean;
};
type Entry = Sampled & { readonly slot: number; stay: Stay };

type StrataOptions = {
  readonly cap: number;
  readonly windowMs: number;
  /** A slot is no longer among the newest: it is to be written down. */
  readonly onMoved: (slot: number) => void;
  /** A slot is free; `written`: it was no longer among the newest. */
  readonly onDropped: (slot: number, written: boolean) => void;
};

/**
 * A sample of slots, stratified by age. Who stays in an older part goes by a hash of the account, and one in the panel at one share
 * is in it at every larger one: so that what stays of an account stays together, and 1/share is an unbiased weight (Horvitz and
 * Thompson 1952). O(1) a slot, amortized.
 */
export class Strata {
  readonly #options: StrataOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #parts = PARTS.map((part) => new Part(part.room, part.reach));
  #order = 0;
  #cuts = 0;

  constructor(options: StrataOptions) {
    this.#options = options;
  }

  stay(slot: number): Stay {
    return this.#entries.get(slot)?.stay ?? NEWEST;
  }

  enter(slot: number, sampled: Sampled, stay: Stay = NEWEST): void {
    const part = this.#parts[stay.part];
    if (part === undefined) return;
    const entry: Entry = { ...sampled, slot, stay };
    this.#order = Math.max(this.#order, stay.order + 1);
    this.#entries.set(slot, entry);
    part.push(entry);
  }

  /** Counts up whenever what is written down of stays is no longer all there is to say: `state` is, then. */
  get cuts(): number {
    return this.#cuts;
  }

  state(): PartStates {
    return this.#parts.map(({ share, cuts }) => ({ share, cuts: cuts.map(([order, to]) => [order, to]) }));
  }

  /** After all that was written down has entered. */
  recall(states: PartStates): void {
    for (const [i, { share, cuts }] of states.entries()) {
      const part = this.#parts[i];
      if (part === undefined) continue;
      part.share = share;
      part.cuts = cuts.map(([order, to]) => [order, to]);
      for (const entry of part.all()) entry.stay = { ...entry.stay, share: shareAfter(entry.stay, cuts) };
    }
  }

  /** Slots of the newest. */
  newest(): number[] {
    const held = this.#parts[0]?.all() ?? [];
    return held.filter((entry) => this.#entries.get(entry.slot) === entry).map(({ slot }) => slot);
  }

  leave(slot: number): void {
    const entry = this.#entries.get(slot);
    if (entry !== undefined) this.#drop(entry, this.#parts[entry.stay.part]);
  }

  /** Lets samples age, and go, until fewer than `cap` are left. O(moved + dropped). */
  settle(now: number): void {
    const { cap, windowMs } = this.#options;
    for (const [i, part] of this.#parts.entries()) {
      const oldest = now - Math.min(part.reach, windowMs);
      const most = i < PANELS ? Math.floor(part.room * cap) : cap;
      for (let entry = this.#first(part); entry !== undefined; entry = this.#first(part)) {
        if (entry.at >= oldest && part.size <= most) break;
        part.pop();
        if (entry.at < now - windowMs) this.#drop(entry, part);
        else this.#pass(entry, part, now);
      }
    }
    while (this.#entries.size >= cap) this.#shrink();
  }

  #pass(entry: Entry, from: Part, now: number): void {
    let index = entry.stay.part === 0 && entry.outlier ? OUTLIERS : Math.max(PANELS, entry.stay.part + 1);
    while (index >= PANELS && index < PARTS.length - 1 && entry.at < now - (PARTS[index]?.reach ?? 0))
      index++;
    const part = this.#parts[index];
    if (part === undefined) {
      this.#drop(entry, from);
      return;
    }
    if (part.size < SPARE * part.room * this.#options.cap) part.share = Math.min(1, part.share * GROW);
    // A part of outliers keeps a share of 1: it is bounded by count.
    if (entry.unit >= part.share) {
      this.#drop(entry, from);
      return;
    }
    from.size--;
    entry.stay = { part: index, share: Math.min(entry.stay.share, part.share), order: this.#order++ };
    part.push(entry);
    this.#options.onMoved(entry.slot);
  }

  /** The fullest panel loses a tenth of its accounts; where no panel has any, the oldest of the newest goes. */
  #shrink(): void {
    const fullest = this.#parts
      .slice(PANELS)
      .reduce<Part | undefined>(
        (most, part) =>
          part.size / part.room > (most === undefined ? 0 : most.size / most.room) ? part : most,
        undefined,
      );
    if (fullest === undefined || fullest.share < LEAST) {
      const part = fullest ?? this.#parts.find(({ size }) => size > 0);
      const entry = part === undefined ? undefined : this.#first(part);
      part?.pop();
      if (entry !== undefined) this.#drop(entry, part);
      return;
    }
    fullest.share *= SHRINK;
    const { share } = fullest;
    fullest.cut(this.#order, share);
    this.#cuts++;
    for (const entry of fullest.takeAll()) {
      if (this.#entries.get(entry.slot) !== entry) continue;
      if (entry.unit >= share) {
        this.#drop(entry, fullest);
        continue;
      }
      fullest.size--;
      entry.stay = { ...entry.stay, share: Math.min(entry.stay.share, share) };
      fullest.push(entry);
    }
  }

  #drop(entry: Entry, part: Part | undefined): void {
    if (part !== undefined) part.size--;
    this.#entries.delete(entry.slot);
    this.#options.onDropped(entry.slot, entry.stay.part > 0);
  }

  /** The first that has not left. */
  #first(part: Part): Entry | undefined {
    for (let entry = part.first(); entry !== undefined; entry = part.first()) {
      if (this.#entries.get(entry.slot) === entry) return entry;
      part.pop();
    }
    return undefined;
  }
}

/** What it was cut down to since. */
function shareAfter({ order, share }: Stay, cuts: PartStates[number]['cuts']): number {
  return cuts.reduce((least, [before, to]) => (order < before ? Math.min(least, to) : least), share);
}

/** Entries in the order they came; who has left may still stand in it, and `size` counts the others. */
class Part {
  readonly room: number;
  readonly reach: number;
  share = 1;
  size = 0;
  /** What entries of lower order were cut down to: those that later ones have not outdone. */
  cuts: [order: number, share: number][] = [];
  #queue: Entry[] = [];
  #head = 0;

  constructor(room: number, reach: number) {
    this.room = room;
    this.reach = reach;
  }

  cut(order: number, share: number): void {
    this.cuts = [...this.cuts.filter(([, to]) => to < share), [order, share]];
  }

  push(entry: Entry): void {
    this.#queue.push(entry);
    this.size++;
  }

  first(): Entry | undefined {
    return this.#queue[this.#head];
  }

  /** Its `size` is the caller's to lower. */
  pop(): void {
    this.#head++;
    if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  all(): Entry[] {
    return this.#queue.slice(this.#head);
  }

  takeAll(): Entry[] {
    const all = this.all();
    this.#queue = [];
    this.#head = 0;
    return all;
  }
}
