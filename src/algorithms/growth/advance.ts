import {
  addCount,
  COUNTS_HELD,
  clampCount,
  effectiveCount,
  enterLate,
  hasEntered,
  noteHabit,
  rollBaseline,
} from './baseline.ts';
import { type BookState, createOpenMinute, liveSlots, type OpenMinute, startSeries } from './book-state.ts';
import { NEWBORN_MINUTES, tickNewborn } from './newborn.ts';
import { rollSurge, tickSurge } from './surge.ts';
import { BLOCK } from './traffic.ts';
import { turnBlock } from './turn.ts';

/** A stream silent for longer is cold again: its baselines say nothing any more. */
const FORGOTTEN = 7 * 1_440;
/** Accounts behind a level that others are measured by: short-lived clusters do not get so far. */
const WELL_KNOWN = 20;

/** Closes every minute up to this one, in order; answers with the counts of the last. O(minutes × series), some 130 ns each. */
export function advance(state: BookState, minute: number): OpenMinute {
  if (state.closed === null || minute - state.closed > FORGOTTEN) startAnew(state, minute);
  let last = createOpenMinute(0);
  for (let t = (state.closed ?? minute - 1) + 1; t <= minute; t++) last = closeMinute(state, t);
  return last;
}

function startAnew(state: BookState, minute: number): void {
  let first = minute;
  for (const open of state.open.keys()) {
    if (open < first && minute - open <= FORGOTTEN) first = open;
  }
  for (const open of [...state.open.keys()]) if (open < first) state.open.delete(open);
  state.first = first;
  state.closed = first - 1;
  state.late = 0;
  state.traffic.clear();
  state.told.clear();
  state.priors.forgetTraffic();
  for (const slot of state.slots.values()) startSeries(state, slot, first);
}

function closeMinute(state: BookState, minute: number): OpenMinute {
  const counts = state.open.get(minute) ?? createOpenMinute(0);
  state.open.delete(minute);
  const slots = liveSlots(state);
  let total = counts.outliers;
  for (const slot of slots) total += counts.a[slot] ?? 0;
  state.traffic.set(minute, Math.max(0, total));
  state.told.set(minute, Math.max(0, total));
  if (minute % BLOCK === 0 || minute === state.first) rollBlock(state, slots, minute);
  tickAll(state, slots, minute, counts, Math.max(0, total));
  state.closed = minute;
  state.priors.passMinute();
  if (minute % 60 === 0) learnShare(state, slots);
  return counts;
}

function rollBlock(state: BookState, slots: Int32Array, minute: number): void {
  const turn = turnBlock(Math.floor(minute / BLOCK), state.traffic, {
    late: state.late,
    priorShare: state.priors.priorShare,
    first: state.first ?? minute,
  });
  state.late = 0;
  state.priors.passBlock(turn.entersTotal);
  for (const slot of slots) {
    rollBaseline(state.baseline, slot, turn);
    rollSurge(state.surge, state.baseline, slot, minute);
  }
}

function tickAll(
  state: BookState,
  slots: Int32Array,
  minute: number,
  counts: OpenMinute,
  total: number,
): void {
  const { baseline: b, surge: s } = state;
  const { share, dispersion, counts: ring, told } = b;
  const warm = minute >= (state.first ?? minute) + state.warmup;
  const cell = minute % COUNTS_HELD;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] ?? 0;
    const a = counts.a[slot] ?? 0;
    const n = counts.n[slot] ?? 0;
    // A ring: silent minutes are written too, over what was there a turn ago.
    const at = slot * COUNTS_HELD + cell;
    ring[at] = clampCount(a);
    told[at] = clampCount(a);
    if (n !== 0 || a !== 0) noteHabit(b, slot, n, a);
    if (warm && minute >= (s.from[slot] ?? 0)) {
      tickSurge(s, slot, a, (share[slot] ?? 0) * total, dispersion[slot] ?? 0);
    }
  }
  for (const [slot, newborn] of state.newborns) {
    tickNewborn(newborn, minute, counts.a[slot] ?? 0, total);
    if (minute >= newborn.bornMinute + NEWBORN_MINUTES) state.newborns.delete(slot);
  }
}

function learnShare(state: BookState, slots: Int32Array): void {
  const levels: number[] = [];
  for (const slot of slots) {
    if (effectiveCount(state.baseline, slot) >= WELL_KNOWN) levels.push(state.baseline.level[slot] ?? 0);
  }
  state.priors.learnShare(levels);
}

/** A count whose minute is closed: exact while its block is still kept out of the baselines, else for the level only. */
export function takeLate(
  state: BookState,
  slot: number | null,
  minute: number,
  a: number,
  closed: number,
): void {
  if (hasEntered(minute, closed)) {
    state.late += a;
    if (slot !== null) enterLate(state.baseline, slot, a);
    return;
  }
  state.traffic.add(minute, a);
  state.told.add(minute, a);
  if (slot !== null) addCount(state.baseline, slot, minute, a);
}
