import { BLOCK } from './traffic.ts';
import { type BlockTurn, DAY_BLOCKS, GUARD, SETTLED } from './turn.ts';

/**
 * What share of all new accounts a cluster is expected to draw: a level that adapts by the cluster's own activity, times
 * a profile of the hour of day and of the weekend. Data younger than an hour never enters, so that a surge does not
 * become its own expectation. Per cluster one step every 5 minutes of event time, O(1).
 */
export const COUNTS_HELD = 320; // minutes; the longest growth window
const SHARES_HELD = 64; // blocks: as long as the counts
const SHAPES_HELD = 16; // blocks: longer than the guard

const LEVEL_PRIOR = 1; // accounts' worth of trust in the prior share
const HALF_LIFE = { accounts: 100, shortest: 0.5, longest: 3 }; // days
const RATE_FADE = 0.5 ** (1 / (5 * DAY_BLOCKS));
const GATED = 0.1; // weight of a block whose hour looks like a surge
const PROFILE_PRIOR = 10; // accounts an hour bin
const WEEKEND_PRIOR = 30;
const PROFILE_FADE = 0.5 ** (1 / (12 * 20)); // an hour bin is met 12 blocks a day; 20 days
const WEEKEND_FADE = 0.5 ** (1 / (DAY_BLOCKS * 20));
const DISPERSION = { prior: 0.04, weight: 1_000, least: 0.001, fade: 0.5 ** (12 / (7 * DAY_BLOCKS)) };
const HABIT_FADE = 0.5 ** (1 / (7 * DAY_BLOCKS));

export type BaselineColumns = {
  /** New accounts by minute, a ring: what baselines learn from. */
  readonly counts: Uint16Array;
  /** The same as it is told: a re-cast from a panel learns from few, and what was counted before is told still. */
  readonly told: Uint16Array;
  /** Share expected by block, a ring. */
  readonly shares: Float32Array;
  /** Profile factor by block, a ring. */
  readonly shapes: Float32Array;
  readonly hourSeen: Float32Array;
  readonly hourDue: Float32Array;
  readonly weekSeen: Float32Array;
  readonly weekDue: Float32Array;
  /** Decayed accounts, and the decayed traffic they came from. */
  readonly seen: Float64Array;
  readonly exposure: Float64Array;
  readonly level: Float64Array;
  readonly fade: Float64Array;
  readonly rateSum: Float64Array;
  readonly rateWeight: Float64Array;
  readonly excess: Float64Array;
  readonly square: Float64Array;
  /** Share expected in the running block. */
  readonly share: Float64Array;
  /** Over-dispersion of 60-minute counts. */
  readonly dispersion: Float64Array;
  /** Decayed conversations and accounts, for the usual conversations per account. */
  readonly talks: Float64Array;
  readonly talkers: Float64Array;
  /** Accounts of the hour that entered last. */
  readonly hour: Int32Array;
  /** First minute of the series. */
  readonly start: Int32Array;
};

export function createBaselineColumns(capacity: number): BaselineColumns {
  const doubles = () => new Float64Array(capacity);
  return {
    counts: new Uint16Array(capacity * COUNTS_HELD),
    told: new Uint16Array(capacity * COUNTS_HELD),
    shares: new Float32Array(capacity * SHARES_HELD),
    shapes: new Float32Array(capacity * SHAPES_HELD),
    hourSeen: new Float32Array(capacity * 24),
    hourDue: new Float32Array(capacity * 24),
    weekSeen: new Float32Array(capacity * 2),
    weekDue: new Float32Array(capacity * 2),
    seen: doubles(),
    exposure: doubles(),
    level: doubles(),
    fade: doubles(),
    rateSum: doubles(),
    rateWeight: doubles(),
    excess: doubles(),
    square: doubles(),
    share: doubles(),
    dispersion: doubles(),
    talks: doubles(),
    talkers: doubles(),
    hour: new Int32Array(capacity),
    start: new Int32Array(capacity),
  };
}

/** Prepares a cleared slot: the prior share until data says otherwise. */
export function startBaseline(c: BaselineColumns, slot: number, minute: number, share: number): void {
  c.start[slot] = minute;
  c.level[slot] = share;
  c.share[slot] = share;
  c.dispersion[slot] = DISPERSION.prior;
  c.fade[slot] = 0.5 ** (1 / (HALF_LIFE.longest * DAY_BLOCKS));
  c.shares.fill(share, slot * SHARES_HELD, (slot + 1) * SHARES_HELD);
  c.shapes.fill(1, slot * SHAPES_HELD, (slot + 1) * SHAPES_HELD);
}

/** Takes in the block that leaves the guard and sets the share expected from now on. */
export function rollBaseline(c: BaselineColumns, slot: number, turn: BlockTurn): void {
  const startBlock = Math.floor((c.start[slot] ?? 0) / BLOCK);
  const age = turn.block - startBlock;
  c.talks[slot] = (c.talks[slot] ?? 0) * HABIT_FADE;
  c.talkers[slot] = (c.talkers[slot] ?? 0) * HABIT_FADE;
  if (turn.enters >= startBlock) enterBlock(c, slot, turn, age);
  const level =
    ((c.seen[slot] ?? 0) + LEVEL_PRIOR) / ((c.exposure[slot] ?? 0) + LEVEL_PRIOR / turn.priorShare);
  const shape = age > 2 * DAY_BLOCKS ? profile(c, slot, turn, age) : 1;
  c.level[slot] = level;
  c.share[slot] = level * shape;
  c.shares[slot * SHARES_HELD + (turn.block % SHARES_HELD)] = level * shape;
  c.shapes[slot * SHAPES_HELD + (turn.block % SHAPES_HELD)] = shape;
}

function enterBlock(c: BaselineColumns, slot: number, turn: BlockTurn, age: number): void {
  const n = blockCount(c, slot, turn.enters);
  const hour = (c.hour[slot] ?? 0) + n - blockCount(c, slot, turn.enters - 12);
  c.hour[slot] = hour;
  // The stream's age, not the cluster's: what a surge of a young cluster brings is no more its usual than an old one's. Its
  // first day alone is taken as it is, for there is no level to hold it against.
  const settled = turn.settled && age > DAY_BLOCKS;
  const hourEnds = (turn.enters + 1) % 12 === 0;
  // The expectation of the hour costs 12 steps and is needed only at hour ends, or when there is anything to gate.
  const due = settled && (hourEnds || hour > 2) ? expectedHour(c, slot, turn) : 0;
  const v =
    ((c.excess[slot] ?? 0) + DISPERSION.weight * DISPERSION.prior) /
    ((c.square[slot] ?? 0) + DISPERSION.weight);
  const gated = settled && hour > due + 4 * Math.sqrt(due * (1 + v * due)) + 2;
  const weight = gated ? GATED : 1;
  adaptHalfLife(c, slot, turn.enters, n);
  const fade = c.fade[slot] ?? 1;
  const shape = c.shapes[slot * SHAPES_HELD + (turn.enters % SHAPES_HELD)] ?? 1;
  const expected = (c.level[slot] ?? 0) * turn.entersTotal;
  c.seen[slot] = (c.seen[slot] ?? 0) * fade + weight * n;
  c.exposure[slot] = (c.exposure[slot] ?? 0) * fade + weight * turn.entersTotal * shape + turn.late;
  if (age > DAY_BLOCKS) {
    blend(c.hourSeen, c.hourDue, slot * 24 + turn.entersHour, PROFILE_FADE, weight * n, weight * expected);
    blend(c.weekSeen, c.weekDue, slot * 2 + turn.entersWeekend, WEEKEND_FADE, weight * n, weight * expected);
  }
  // Expectations of its first days are too far off: measured from them, any noise would look usual.
  if (age > SETTLED && hourEnds) measureDispersion(c, slot, hour, due);
}

function blend(seen: Float32Array, due: Float32Array, at: number, fade: number, n: number, m: number): void {
  seen[at] = (seen[at] ?? 0) * fade + n;
  due[at] = (due[at] ?? 0) * fade + m;
}

/** A busy cluster may forget faster: its level is known from fewer days. */
function adaptHalfLife(c: BaselineColumns, slot: number, enters: number, n: number): void {
  const sum = (c.rateSum[slot] ?? 0) * RATE_FADE + n;
  const weight = (c.rateWeight[slot] ?? 0) * RATE_FADE + 1;
  c.rateSum[slot] = sum;
  c.rateWeight[slot] = weight;
  if (enters % 12 !== 0) return;
  const daily = Math.max((sum / weight) * DAY_BLOCKS, 0.1);
  const days = Math.min(Math.max(HALF_LIFE.accounts / daily, HALF_LIFE.shortest), HALF_LIFE.longest);
  c.fade[slot] = 0.5 ** (1 / (days * DAY_BLOCKS));
}

/** Method of moments on hours, winsorised so that one surge does not make every later one look usual. */
function measureDispersion(c: BaselineColumns, slot: number, n: number, m: number): void {
  const squared = Math.min((n - m) ** 2, 16 * m * (1 + DISPERSION.prior * 4 * m) + 16);
  const excess = (c.excess[slot] ?? 0) * DISPERSION.fade + squared - m;
  const square = (c.square[slot] ?? 0) * DISPERSION.fade + m * m;
  c.excess[slot] = excess;
  c.square[slot] = square;
  const v = (excess + DISPERSION.weight * DISPERSION.prior) / (square + DISPERSION.weight);
  c.dispersion[slot] = Math.max(v, DISPERSION.least);
}

/**
 * Gives a series the habits of another of the same cluster, where those rest on more: the rhythm of its day and week, its
 * over-dispersion, how fast it forgets. Not its level: after a rebuild other members make it. O(1).
 */
export function inheritHabits(to: BaselineColumns, slot: number, from: BaselineColumns, old: number): void {
  if ((from.square[old] ?? 0) > (to.square[slot] ?? 0))
    copy(to, slot, from, old, ['excess', 'square', 'dispersion']);
  const known = (c: BaselineColumns, at: number): number =>
    c.hourDue.subarray(at * 24, (at + 1) * 24).reduce((sum, x) => sum + x, 0);
  if (known(from, old) > known(to, slot)) {
    for (const name of ['hourSeen', 'hourDue'] as const)
      to[name].set(from[name].subarray(old * 24, (old + 1) * 24), slot * 24);
    for (const name of ['weekSeen', 'weekDue'] as const)
      to[name].set(from[name].subarray(old * 2, (old + 1) * 2), slot * 2);
  }
  if ((from.rateSum[old] ?? 0) > (to.rateSum[slot] ?? 0))
    copy(to, slot, from, old, ['rateSum', 'rateWeight', 'fade']);
}

function copy(
  to: BaselineColumns,
  slot: number,
  from: BaselineColumns,
  old: number,
  names: readonly ('excess' | 'square' | 'dispersion' | 'rateSum' | 'rateWeight' | 'fade')[],
): void {
  for (const name of names) to[name][slot] = from[name][old] ?? 0;
}

function expectedHour(c: BaselineColumns, slot: number, turn: BlockTurn): number {
  const row = slot * SHARES_HELD;
  let sum = 0;
  for (let i = 0; i < 12; i++) {
    sum += (c.shares[row + ((turn.enters - 11 + i) % SHARES_HELD)] ?? 0) * (turn.hourTotals[i] ?? 0);
  }
  return sum;
}

/** Hour of day, smoothed over its neighbours round the clock and interpolated, times the weekend factor. */
function profile(c: BaselineColumns, slot: number, turn: BlockTurn, age: number): number {
  const daily =
    (1 - turn.blend) * hourFactor(c, slot, turn.bins[0]) + turn.blend * hourFactor(c, slot, turn.bins[1]);
  if (age <= 7 * DAY_BLOCKS) return daily;
  const at = slot * 2 + turn.weekend;
  return (daily * ((c.weekSeen[at] ?? 0) + WEEKEND_PRIOR)) / ((c.weekDue[at] ?? 0) + WEEKEND_PRIOR);
}

function hourFactor(c: BaselineColumns, slot: number, bin: number): number {
  const row = slot * 24;
  const before = row + ((bin + 23) % 24);
  const after = row + ((bin + 1) % 24);
  const at = row + bin;
  const seen = 0.5 * (c.hourSeen[before] ?? 0) + (c.hourSeen[at] ?? 0) + 0.5 * (c.hourSeen[after] ?? 0);
  const due = 0.5 * (c.hourDue[before] ?? 0) + (c.hourDue[at] ?? 0) + 0.5 * (c.hourDue[after] ?? 0);
  return (seen + PROFILE_PRIOR) / (due + PROFILE_PRIOR);
}

function blockCount(c: BaselineColumns, slot: number, block: number): number {
  const at = slot * COUNTS_HELD + ((block * BLOCK) % COUNTS_HELD);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += c.counts[at + i] ?? 0;
  return sum;
}

/** Effective number of accounts behind the level. */
export function effectiveCount(c: BaselineColumns, slot: number): number {
  return (c.seen[slot] ?? 0) + LEVEL_PRIOR;
}

/** A cell of the ring of counts holds 65,535 at most. */
export function clampCount(accounts: number): number {
  return accounts < 0 ? 0 : Math.min(accounts, 65_535);
}

/** Sets the new accounts of a minute. */
export function putCount(c: BaselineColumns, slot: number, minute: number, accounts: number): void {
  const cell = slot * COUNTS_HELD + (minute % COUNTS_HELD);
  c.counts[cell] = clampCount(accounts);
  c.told[cell] = clampCount(accounts);
}

/** Adds to a minute of the last 320. */
export function addCount(c: BaselineColumns, slot: number, minute: number, accounts: number): void {
  const cell = slot * COUNTS_HELD + (minute % COUNTS_HELD);
  c.counts[cell] = clampCount((c.counts[cell] ?? 0) + accounts);
  c.told[cell] = clampCount((c.told[cell] ?? 0) + accounts);
}

/** Sets what is told of a minute. */
export function putTold(c: BaselineColumns, slot: number, minute: number, accounts: number): void {
  c.told[slot * COUNTS_HELD + (minute % COUNTS_HELD)] = clampCount(accounts);
}

/** How much the cluster's accounts talk. */
export function noteHabit(c: BaselineColumns, slot: number, conversations: number, accounts: number): void {
  c.talks[slot] = (c.talks[slot] ?? 0) + conversations;
  c.talkers[slot] = (c.talkers[slot] ?? 0) + accounts;
}

export function toldAt(c: BaselineColumns, slot: number, minute: number): number {
  return c.told[slot * COUNTS_HELD + (minute % COUNTS_HELD)] ?? 0;
}

/** Share expected in a minute of the last 320. */
export function shareAt(c: BaselineColumns, slot: number, minute: number): number {
  return c.shares[slot * SHARES_HELD + (Math.floor(minute / BLOCK) % SHARES_HELD)] ?? 0;
}

/** Whether a minute has already entered the baselines when `closed` is the last closed minute. */
export function hasEntered(minute: number, closed: number): boolean {
  return Math.floor(minute / BLOCK) <= Math.floor(closed / BLOCK) - GUARD - 1;
}

/** A count that came after its minute entered: the level alone still learns of it. */
export function enterLate(c: BaselineColumns, slot: number, accounts: number): void {
  c.seen[slot] = Math.max(0, (c.seen[slot] ?? 0) + accounts);
}
