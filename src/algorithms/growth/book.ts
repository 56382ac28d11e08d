import type { GrowthWindow } from '../../domain/alert.ts';
import { advance, takeLate } from './advance.ts';
import { type BookChunk, decodeBook, encodeBook } from './book-chunks.ts';
import {
  type BookState,
  createBookState,
  createOpenMinute,
  fillPast,
  freeSlot,
  type OpenMinute,
  openMinute,
  startSeries,
  takeSlot,
} from './book-state.ts';
import { takeHabits, takeTold } from './inherit.ts';
import { NEWBORN_MINUTES } from './newborn.ts';
import type { LearnedState } from './priors.ts';
import { createRatioBound } from './ratio.ts';
import { alarmingClusters, type Desk, livelyRows, rowOf, type TickRow } from './rows.ts';
import { resetSurge, uncertainty } from './surge.ts';
import { type Bars, setBars } from './verdicts.ts';
import { estimateOnset, growthWindows } from './windows.ts';

export type GrowthOptions = {
  /** False alarms a day promised over all series, by severity. */
  readonly watchPerDay: number;
  readonly pagePerDay: number;
  /** Neither a stream nor a series is tested before so much history. */
  readonly warmupHours: number;
  /** No verdict but quiet on fewer. */
  readonly minAccounts: number;
};

const USUAL = { perAccount: 1.8, weight: 20 };

/**
 * Growth statistics of one space: counts per cluster and minute of event time in, scores and verdicts out. Minutes are integers since 1970, UTC;
 * observed ones stay open until closed, in order. The same calls give the same answers, also over a snapshot.
 */
export class GrowthBook {
  readonly #options: GrowthOptions;
  readonly #state: BookState;
  readonly #bound = createRatioBound();
  #last: OpenMinute = createOpenMinute(0);
  /** Series tested in all books together; null: this one is alone. */
  #tested: number | null = null;

  constructor(options: GrowthOptions) {
    this.#options = options;
    this.#state = createBookState(Math.round(options.warmupHours * 60));
  }

  /** Series kept. */
  get size(): number {
    return this.#state.slots.size;
  }

  /** Last closed minute; null: none yet. */
  get closed(): number | null {
    return this.#state.closed;
  }

  /** First minute that is tested, while it is still to come. */
  get mutedUntil(): number | null {
    const { first, closed, warmup } = this.#state;
    return first !== null && closed !== null && closed < first + warmup ? first + warmup : null;
  }

  get learned(): LearnedState {
    return this.#state.priors.state();
  }

  /** Scores from which the tests speak now. */
  get bars(): Bars {
    const { watchPerDay, pagePerDay } = this.#options;
    // A newborn is tested twice: as one, and for surges once its first day has passed.
    const tested = this.#tested ?? this.size + this.#state.newborns.size;
    return setBars(tested, this.#state.priors.birthsPerWeek, watchPerDay, pagePerDay);
  }

  has(cluster: string): boolean {
    return this.#state.slots.has(cluster);
  }

  clusters(): readonly string[] {
    return [...this.#state.slots.keys()];
  }

  /** First minute of a series. */
  start(cluster: string): number | undefined {
    const slot = this.#state.slots.get(cluster);
    return slot === undefined ? undefined : this.#state.baseline.start[slot];
  }

  /**
   * Begins a series; nothing happens when it is known. `past`, for a newborn: the minute at which each account first met it before it was
   * born. They tell since when it grows; that it does is proven by who comes after.
   */
  add(
    cluster: string,
    bornMinute: number,
    origin: 'rebuild' | 'newborn',
    past: readonly number[] = [],
  ): void {
    const state = this.#state;
    if (state.slots.has(cluster)) return;
    const slot = takeSlot(state, cluster);
    const closed = state.closed ?? bornMinute - 1;
    const known = past.filter((minute) => minute <= closed && minute > bornMinute - NEWBORN_MINUTES);
    const founded = known.length === 0 ? null : known.reduce((x, y) => Math.min(x, y));
    startSeries(state, slot, founded ?? closed + 1);
    fillPast(state, slot, known, closed);
    for (const minute of past) {
      if (minute <= closed) continue;
      const open = openMinute(state, minute);
      open.a[slot] = (open.a[slot] ?? 0) + 1;
    }
    if (origin === 'rebuild') return;
    state.priors.countBirth();
    const hasFounders = past.length > 0 || closed < bornMinute - 1;
    state.newborns.set(slot, {
      bornMinute,
      // Some founders came while it was being looked at.
      provenFrom: hasFounders ? past.reduce((x, y) => Math.max(x, y), bornMinute) + 1 : bornMinute,
      founded,
      accounts: Math.max(0, known.length - 1),
      proof: 0,
      traffic: 0,
    });
  }

  remove(cluster: string): void {
    const slot = this.#state.slots.get(cluster);
    if (slot !== undefined) freeSlot(this.#state, cluster, slot);
  }

  /**
   * Counts `n` conversations, `a` of them from accounts new to the cluster; null: outliers, which count as traffic. A closed minute is not
   * tested again: late counts change baselines only. Negative counts take back. O(1).
   */
  observe(
    cluster: string | null,
    minute: number,
    n: number,
    a: number,
  ): 'counted' | 'late' | 'unknown-cluster' {
    const state = this.#state;
    const slot = cluster === null ? null : state.slots.get(cluster);
    if (slot === undefined) return 'unknown-cluster';
    if (state.closed !== null && minute <= state.closed) {
      takeLate(state, slot, minute, a, state.closed);
      return 'late';
    }
    const open = openMinute(state, minute);
    if (slot === null) {
      open.outliers += a;
    } else {
      open.n[slot] = (open.n[slot] ?? 0) + n;
      open.a[slot] = (open.a[slot] ?? 0) + a;
    }
    return 'counted';
  }

  /**
   * Closes every minute up to this one and answers with rows for it: clusters that had any conversation, a new
   * account in 60 minutes or a score at a bar, or are newborn; see
   * {@link row} for others. `testedSeries`: those of all books together, when there are several. Throws RangeError when the minute is closed already.
   */
  close(minute: number, testedSeries?: number): readonly TickRow[] {
    this.advance(minute);
    this.#tested = testedSeries ?? null;
    return livelyRows(this.#desk(), minute);
  }

  /** The same without rows: for replaying history. */
  advance(minute: number): void {
    const { closed } = this.#state;
    if (closed !== null && minute <= closed) throw new RangeError(`minute ${minute} is closed already`);
    this.#last = advance(this.#state, minute);
  }

  /** Any cluster in the last closed minute; null: not known, or nothing closed. */
  row(cluster: string): TickRow | null {
    const at = this.#at(cluster);
    return at === null ? null : rowOf(this.#desk(), cluster, at.slot, at.minute);
  }

  /** The last 5 to 320 minutes; none for an unknown cluster. */
  windows(cluster: string): readonly GrowthWindow[] {
    const at = this.#at(cluster);
    if (at === null) return [];
    const { baseline, told } = this.#state;
    return growthWindows(baseline, told, at.slot, at.minute, at.variance, this.#bound);
  }

  /** Minute at which growth seems to have begun: the first account of a newborn, else within the last 320 minutes. */
  onset(cluster: string): number | null {
    const at = this.#at(cluster);
    if (at === null) return null;
    const { baseline, told, newborns } = this.#state;
    return newborns.get(at.slot)?.founded ?? estimateOnset(baseline, told, at.slot, at.minute, at.variance);
  }

  /** Usual conversations per account of a cluster, over some two weeks. */
  usualPerAccount(cluster: string): number {
    const slot = this.#state.slots.get(cluster) ?? -1;
    const { talks, talkers } = this.#state.baseline;
    return ((talks[slot] ?? 0) + USUAL.perAccount * USUAL.weight) / ((talkers[slot] ?? 0) + USUAL.weight);
  }

  /** Clusters whose surge score has reached the lower bar. */
  alarming(): readonly string[] {
    return alarmingClusters(this.#state, this.bars.surge.watch);
  }

  /** Starts the surge test of a cluster anew: when its alert is resolved. */
  reset(cluster: string): void {
    const slot = this.#state.slots.get(cluster);
    if (slot !== undefined) resetSurge(this.#state.surge, slot);
  }

  /** Births and their rate as another book of the same stream knows them. */
  inheritBirths(learned: LearnedState): void {
    const { births, weeks } = learned;
    this.#state.priors.set({ ...this.learned, births, weeks });
  }

  /** What the book before it knew better: habits of clusters, and what was counted of late. O(clusters · 320). */
  inherit(other: GrowthBook): void {
    takeHabits(this.#state, other.#state);
    takeTold(this.#state, other.#state);
  }

  /** Chunks for JSON. */
  snapshot(): readonly BookChunk[] {
    return encodeBook(this.#state);
  }

  /** Takes in one chunk of a snapshot, into an empty book, in any order. */
  restore(chunk: BookChunk): void {
    decodeBook(this.#state, chunk);
  }

  #desk(): Desk {
    const { minAccounts } = this.#options;
    return { state: this.#state, counts: this.#last, bars: this.bars, minAccounts, bound: this.#bound };
  }

  #at(cluster: string): { slot: number; minute: number; variance: number } | null {
    const slot = this.#state.slots.get(cluster);
    const minute = this.#state.closed;
    if (slot === undefined || minute === null) return null;
    return { slot, minute, variance: uncertainty(this.#state.baseline, slot, minute) };
  }
}
