import {
  type BaselineColumns,
  createBaselineColumns,
  enterLate,
  hasEntered,
  putCount,
  startBaseline,
} from './baseline.ts';
import { clearSlot, copyColumns } from './columns.ts';
import type { Newborn } from './newborn.ts';
import { LearnedPriors } from './priors.ts';
import { createSurgeColumns, rollSurge, type SurgeColumns } from './surge.ts';
import { BLOCK, Traffic } from './traffic.ts';

/** Counts of a minute that is not closed yet, by slot. */
export type OpenMinute = {
  n: Int32Array;
  a: Int32Array;
  /** New accounts among the outliers: they are traffic, though no cluster's. */
  outliers: number;
};

/** All that a growth book knows. Slots are stable while a cluster lives. */
export type BookState = {
  readonly warmup: number;
  capacity: number;
  baseline: BaselineColumns;
  surge: SurgeColumns;
  /** Cluster of each slot; null: free. */
  readonly ids: (string | null)[];
  readonly slots: Map<string, number>;
  /** The slots in use, for sweeps; null: to be made. */
  live: Int32Array | null;
  readonly newborns: Map<number, Newborn>;
  readonly open: Map<number, OpenMinute>;
  readonly traffic: Traffic;
  /** The same as it is told (`BaselineColumns.told`). */
  readonly told: Traffic;
  readonly priors: LearnedPriors;
  /** First and last closed minute. */
  first: number | null;
  closed: number | null;
  /** Traffic that came after its minute had entered the baselines, not yet entered. */
  late: number;
};

const CAPACITY = 64;

export function createBookState(warmup: number): BookState {
  return {
    warmup,
    capacity: CAPACITY,
    baseline: createBaselineColumns(CAPACITY),
    surge: createSurgeColumns(CAPACITY),
    ids: [],
    slots: new Map(),
    live: null,
    newborns: new Map(),
    open: new Map(),
    traffic: new Traffic(),
    told: new Traffic(),
    priors: new LearnedPriors(),
    first: null,
    closed: null,
    late: 0,
  };
}

/** Makes room for so many slots. */
export function widen(state: BookState, slots: number): void {
  if (slots <= state.capacity) return;
  const capacity = Math.max(slots, state.capacity * 2);
  const baseline = createBaselineColumns(capacity);
  const surge = createSurgeColumns(capacity);
  copyColumns(state.baseline, baseline);
  copyColumns(state.surge, surge);
  state.baseline = baseline;
  state.surge = surge;
  state.capacity = capacity;
  for (const minute of state.open.values()) {
    const wider = createOpenMinute(capacity);
    copyColumns({ n: minute.n, a: minute.a }, { n: wider.n, a: wider.a });
    minute.n = wider.n;
    minute.a = wider.a;
  }
}

export function createOpenMinute(capacity: number): OpenMinute {
  return { n: new Int32Array(capacity), a: new Int32Array(capacity), outliers: 0 };
}

export function openMinute(state: BookState, minute: number): OpenMinute {
  const known = state.open.get(minute);
  if (known !== undefined) return known;
  const created = createOpenMinute(state.capacity);
  state.open.set(minute, created);
  return created;
}

export function liveSlots(state: BookState): Int32Array {
  state.live ??= Int32Array.from(state.slots.values()).sort();
  return state.live;
}

/** Gives a cluster an empty slot. */
export function takeSlot(state: BookState, cluster: string): number {
  const hole = state.slots.size < state.ids.length ? state.ids.indexOf(null) : -1;
  const slot = hole >= 0 ? hole : state.ids.length;
  widen(state, slot + 1);
  state.ids[slot] = cluster;
  state.slots.set(cluster, slot);
  state.live = null;
  return slot;
}

export function freeSlot(state: BookState, cluster: string, slot: number): void {
  state.slots.delete(cluster);
  state.live = null;
  state.ids[slot] = null;
  state.newborns.delete(slot);
  clearSlot(state.baseline, state.capacity, slot);
  clearSlot(state.surge, state.capacity, slot);
  for (const minute of state.open.values()) {
    minute.n[slot] = 0;
    minute.a[slot] = 0;
  }
}

/** Begins a series with nothing known of it. */
export function startSeries(state: BookState, slot: number, minute: number): void {
  clearSlot(state.baseline, state.capacity, slot);
  clearSlot(state.surge, state.capacity, slot);
  startBaseline(state.baseline, slot, minute, state.priors.priorShare);
  state.surge.from[slot] = minute + state.warmup;
  rollSurge(state.surge, state.baseline, slot, minute);
}

/** Gives a series that has just begun its past: the minutes at which accounts first met it, all closed. */
export function fillPast(state: BookState, slot: number, past: readonly number[], closed: number): void {
  const b = state.baseline;
  const counts = new Map<number, number>();
  for (const minute of past) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  const entered = (Math.floor(closed / BLOCK) - 12) * BLOCK - 1; // last minute of the block that entered last
  let hour = 0;
  for (const [minute, count] of counts) {
    if (minute > closed - 300) putCount(b, slot, minute, count);
    if (!hasEntered(minute, closed)) continue;
    enterLate(b, slot, count);
    if (minute > entered - 60) hour += count;
  }
  b.hour[slot] = hour;
  b.exposure[slot] = state.traffic.between(b.start[slot] ?? 0, entered);
}
