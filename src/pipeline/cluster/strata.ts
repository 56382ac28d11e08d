/** Which samples stay when not all can. */
import { z } from 'zod';
import { DAY } from '../../domain/ids.ts';
import { Part, type Place } from './strata-part.ts';

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
 * Thompson 1952). O(1) a slot, amortized. In columns by slot, as the samples themselves (members.ts).
 */
export class Strata {
  readonly #options: StrataOptions;
  readonly #parts = PARTS.map((part) => new Part(part.room, part.reach));
  /** Number of the entry that holds the slot; 0: none. */
  readonly #entries: number[] = [];
  readonly #times: number[] = [];
  readonly #units: number[] = [];
  readonly #outlier: boolean[] = [];
  readonly #partOf: number[] = [];
  readonly #shares: number[] = [];
  readonly #orders: number[] = [];
  #entered = 0;
  #size = 0;
  #order = 0;
  #cuts = 0;

  constructor(options: StrataOptions) {
    this.#options = options;
  }

  stay(slot: number): Stay {
    if (!this.#holds(slot)) return NEWEST;
    return { part: this.#part(slot), share: this.#shares[slot] ?? 1, order: this.#orders[slot] ?? -1 };
  }

  /** Hash of the account, in [0, 1). */
  unit(slot: number): number {
    return this.#units[slot] ?? 0;
  }

  enter(slot: number, sampled: Sampled, stay: Stay = NEWEST): void {
    const part = this.#parts[stay.part];
    if (part === undefined) return;
    if (!this.#holds(slot)) this.#size++;
    this.#order = Math.max(this.#order, stay.order + 1);
    this.#entered++;
    this.#entries[slot] = this.#entered;
    this.renew(slot, sampled);
    this.#put(slot, stay);
    part.push({ slot, entry: this.#entered });
  }

  /** A later snapshot has taken the slot: it stays where it is. */
  renew(slot: number, { at, unit, outlier }: Sampled): void {
    this.#times[slot] = at;
    this.#units[slot] = unit;
    this.#outlier[slot] = outlier;
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
      // Who enters from now on was not there when it was cut, though all who were have left since.
      for (const [before] of cuts) this.#order = Math.max(this.#order, before);
      // What was written down twice comes back by its last record, not by when it went into the part.
      const places = part.takeAll().filter((place) => this.#isThere(place));
      part.size = 0;
      const order = ({ slot }: Place): number => this.stay(slot).order;
      for (const place of places.sort((a, b) => order(a) - order(b))) {
        this.#shares[place.slot] = shareAfter(this.stay(place.slot), cuts);
        part.push(place);
      }
    }
  }

  /** Slots of the newest. */
  newest(): number[] {
    const held = this.#parts[0]?.all() ?? [];
    return held.filter((place) => this.#isThere(place)).map(({ slot }) => slot);
  }

  leave(slot: number): void {
    if (this.#holds(slot)) this.#drop(slot, this.#parts[this.#part(slot)]);
  }

  /** Lets samples age, and go, until fewer than `cap` are left. O(moved + dropped). */
  settle(now: number): void {
    const { cap, windowMs } = this.#options;
    for (const [i, part] of this.#parts.entries()) {
      const oldest = now - Math.min(part.reach, windowMs);
      const most = i < PANELS ? Math.floor(part.room * cap) : cap;
      for (let place = this.#first(part); place !== undefined; place = this.#first(part)) {
        const { slot } = place;
        const at = this.#at(slot);
        if (at >= oldest && part.size <= most) break;
        part.pop();
        if (at < now - windowMs) this.#drop(slot, part);
        else this.#pass(place, part, now);
      }
    }
    while (this.#size >= cap) this.#shrink();
  }

  #pass(place: Place, from: Part, now: number): void {
    const { slot } = place;
    const held = this.#part(slot);
    let index = held === 0 && this.#outlier[slot] === true ? OUTLIERS : Math.max(PANELS, held + 1);
    while (index >= PANELS && index < PARTS.length - 1 && this.#at(slot) < now - (PARTS[index]?.reach ?? 0))
      index++;
    const part = this.#parts[index];
    if (part === undefined) {
      this.#drop(slot, from);
      return;
    }
    if (part.size < SPARE * part.room * this.#options.cap) part.share = Math.min(1, part.share * GROW);
    // A part of outliers keeps a share of 1: it is bounded by count.
    if (this.#unit(slot) >= part.share) {
      this.#drop(slot, from);
      return;
    }
    from.size--;
    const share = Math.min(this.#shares[slot] ?? 1, part.share);
    this.#put(slot, { part: index, share, order: this.#order++ });
    part.push(place);
    this.#options.onMoved(slot);
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
      const place = part === undefined ? undefined : this.#first(part);
      part?.pop();
      if (place !== undefined) this.#drop(place.slot, part);
      return;
    }
    fullest.share *= SHRINK;
    const { share } = fullest;
    fullest.cut(this.#order, share);
    this.#cuts++;
    fullest.retain((slot, entry) => {
      if (this.#entries[slot] !== entry) return false;
      if (this.#unit(slot) >= share) {
        this.#drop(slot, fullest);
        return false;
      }
      this.#shares[slot] = Math.min(this.#shares[slot] ?? 1, share);
      return true;
    });
  }

  #drop(slot: number, part: Part | undefined): void {
    if (part !== undefined) part.size--;
    this.#entries[slot] = 0;
    this.#size--;
    this.#options.onDropped(slot, this.#part(slot) > 0);
  }

  /** The first that has not left. */
  #first(part: Part): Place | undefined {
    for (let place = part.first(); place !== undefined; place = part.first()) {
      if (this.#isThere(place)) return place;
      part.pop();
    }
    return undefined;
  }

  #put(slot: number, { part, share, order }: Stay): void {
    this.#partOf[slot] = part;
    this.#shares[slot] = share;
    this.#orders[slot] = order;
  }

  #holds(slot: number): boolean {
    return (this.#entries[slot] ?? 0) !== 0;
  }

  #isThere({ slot, entry }: Place): boolean {
    return this.#entries[slot] === entry;
  }

  #part(slot: number): number {
    return this.#partOf[slot] ?? 0;
  }

  #at(slot: number): number {
    return this.#times[slot] ?? 0;
  }

  #unit(slot: number): number {
    return this.#units[slot] ?? 0;
  }
}

/** What it was cut down to since. */
function shareAfter({ order, share }: Stay, cuts: PartStates[number]['cuts']): number {
  return cuts.reduce((least, [before, to]) => (order < before ? Math.min(least, to) : least), share);
}
