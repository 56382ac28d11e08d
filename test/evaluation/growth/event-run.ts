import { GrowthBook } from '../../../src/algorithms/growth/book.ts';
import type { TickRow } from '../../../src/algorithms/growth/rows.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { geometric, poisson } from '../../support/random-counts.ts';
import { OPTIONS } from './null-run.ts';
import { DAY, EPOCH, intensity, MINUTES, type Stream } from './stream.ts';

export const SIZES = { small: [600, 1_000], medium: [80, 150], large: [8, 20] } as const;
export type Size = keyof typeof SIZES;
/** Accounts at which a new cluster is found. */
const FOUND_AT = 8;
const YOUNG_AGE = 1.5 * DAY;

export type EventKind =
  | { readonly type: 'surge'; readonly size: Size; readonly ratio: number; readonly hours: number }
  | { readonly type: 'one-account-flood'; readonly size: Size; readonly conversations: number }
  | {
      readonly type: 'many-account-flood';
      readonly size: Size;
      readonly accounts: number;
      readonly each: number;
    }
  | { readonly type: 'new'; readonly share: number }
  /** A surge of a cluster that was born a day and a half before. */
  | { readonly type: 'young'; readonly size: Size; readonly ratio: number; readonly hours: number };

/** One cluster's 28 days with one event. Counts are new accounts; `extra` is the event's part of them, and `talks` its conversations. */
export type EventRow = {
  readonly kind: EventKind;
  readonly start: number;
  readonly end: number;
  readonly counts: Uint16Array;
  readonly extra: Uint16Array;
  readonly talks: Uint16Array;
};

/** What was found: minutes after the start, or null; and how much of the event had been seen by then. */
export type Found = {
  readonly minutes: number;
  readonly conversations: number;
  readonly accounts: number;
} | null;
export type Outcome = {
  readonly kind: EventKind;
  readonly watch: Found;
  readonly page: Found;
  readonly spoiled: boolean;
};

export function drawEvent(stream: Stream, kind: EventKind, seed: number): EventRow {
  const random = seededRandom(seed);
  const row = {
    kind,
    counts: new Uint16Array(MINUTES),
    extra: new Uint16Array(MINUTES),
    talks: new Uint16Array(MINUTES),
  };
  const length = 'hours' in kind ? kind.hours * 60 : kind.type === 'new' ? 360 : 60;
  const start = 15 * DAY + Math.floor(random() * (MINUTES - length - 70 - 15 * DAY));
  const end = Math.min(MINUTES, start + length + (kind.type === 'new' ? 0 : 60));
  const [low, high] = kind.type === 'new' ? [0, 0] : SIZES[kind.size];
  const cluster = low + Math.floor(random() * (high - low));
  for (let t = 0; t < MINUTES; t++) {
    const absent = kind.type === 'new' || (kind.type === 'young' && t < start - YOUNG_AGE);
    const background = absent ? 0 : intensity(stream, cluster, t);
    row.counts[t] = poisson(random, background);
    if (t < start || t >= start + length) continue;
    addVisits(
      random,
      row,
      t,
      poisson(random, eventRate(kind, stream, background, t, start)),
      stream.bursty[cluster],
    );
  }
  addFlood(random, row, start);
  for (let t = 0; t < MINUTES; t++) row.counts[t]! += row.extra[t]!;
  return { ...row, start, end };
}

function eventRate(kind: EventKind, stream: Stream, background: number, t: number, start: number): number {
  if ('ratio' in kind) return (kind.ratio - 1) * background;
  if (kind.type === 'new') return kind.share * stream.rate[t]! * Math.min(1, (t - start + 1) / 30);
  return 0;
}

/** Accounts come, and talk again within a quarter of an hour or so. */
function addVisits(
  random: () => number,
  row: { extra: Uint16Array; talks: Uint16Array },
  t: number,
  visits: number,
  bursty = false,
): void {
  row.extra[t]! += visits;
  for (let i = 0; i < visits; i++) {
    row.talks[t]! += 1;
    for (let more = geometric(random, bursty ? 2 : 0.6); more > 0; more--) {
      const later = t + Math.floor(-15 * Math.log(1 - random()));
      if (later < MINUTES) row.talks[later]! += 1;
    }
  }
}

function addFlood(
  random: () => number,
  row: { kind: EventKind; extra: Uint16Array; talks: Uint16Array },
  start: number,
): void {
  const { kind, extra, talks } = row;
  const within = () => start + Math.floor(random() * 60);
  if (kind.type === 'one-account-flood') {
    extra[start]! += 1;
    for (let i = 0; i < kind.conversations; i++) talks[within()]! += 1;
  }
  if (kind.type === 'many-account-flood') {
    for (let i = 0; i < kind.accounts; i++) extra[within()]! += 1;
    for (let i = 0; i < kind.accounts * kind.each; i++) talks[within()]! += 1;
  }
}

type Sighting = { watch: number | null; page: number | null; spoiled: boolean };

/** Runs rows as clusters of one book under the totals of a host stream, at the bars of `testedSeries` clusters. */
export function runEvents(rows: readonly EventRow[], totals: Float64Array, testedSeries: number): Outcome[] {
  const book = new GrowthBook(OPTIONS);
  const found = rows.map((): Sighting => ({ watch: null, page: null, spoiled: false }));
  for (const [i, row] of rows.entries()) if (!isBornLate(row)) book.add(`${i}`, EPOCH, 'rebuild');
  for (let t = 0; t < MINUTES; t++) {
    const counted = observeRows(book, rows, t);
    // The host's traffic stays as it was: events are small against it, and rows do not see each other.
    book.observe(null, EPOCH + t, 0, totals[t]! - counted);
    if (t < 14 * DAY) book.advance(EPOCH + t);
    else for (const tick of book.close(EPOCH + t, testedSeries)) note(rows, found, tick, t);
  }
  return rows.map((row, i) => ({
    kind: row.kind,
    watch: measure(row, found[i]!.watch),
    page: measure(row, found[i]!.page),
    spoiled: found[i]!.spoiled,
  }));
}

const isBornLate = ({ kind }: EventRow): boolean => kind.type === 'new' || kind.type === 'young';

function observeRows(book: GrowthBook, rows: readonly EventRow[], t: number): number {
  let sum = 0;
  for (const [i, row] of rows.entries()) {
    const a = row.counts[t]!;
    if (a === 0) continue;
    sum += a;
    if (isBornLate(row) && !book.has(`${i}`)) {
      // Found at its eighth account, like a newborn among outliers.
      const past = earlier(row.counts, t);
      if (past.length >= FOUND_AT) book.add(`${i}`, EPOCH + t, 'newborn', past);
      continue;
    }
    book.observe(`${i}`, EPOCH + t, a, a);
  }
  return sum;
}

/** Minutes of the accounts of the day up to t. */
function earlier(counts: ArrayLike<number>, t: number): number[] {
  const minutes: number[] = [];
  for (let s = Math.max(0, t - DAY + 1); s <= t; s++) {
    for (let i = counts[s] ?? 0; i > 0; i--) minutes.push(EPOCH + s);
  }
  return minutes;
}

function note(rows: readonly EventRow[], found: Sighting[], tick: TickRow, t: number): void {
  const row = rows[Number(tick.cluster)]!;
  const sighting = found[Number(tick.cluster)]!;
  const { severity } = row.kind.type === 'new' ? tick.newborn : tick.surge;
  if (severity === 'quiet' || t >= row.end || t < row.start - 360) return;
  if (t < row.start) {
    sighting.spoiled = true;
    return;
  }
  sighting.watch ??= t;
  if (severity === 'page') sighting.page ??= t;
}

function measure(row: EventRow, at: number | null): Found {
  if (at === null) return null;
  let conversations = 0;
  let accounts = 0;
  for (let t = row.start; t <= at; t++) {
    conversations += row.talks[t]!;
    accounts += row.extra[t]!;
  }
  return { minutes: at - row.start, conversations, accounts };
}

/** Births that come to nothing: Pareto many accounts over two hours to two days; alerts a day among them. */
export function runJunk(totals: Float64Array, perDay: number, seed: number): { watch: number; page: number } {
  const random = seededRandom(seed);
  const days = (MINUTES - 14 * DAY) / DAY;
  const rows = Array.from({ length: perDay * days }, () => drawJunk(random)).filter(
    (row) => row.size >= FOUND_AT,
  );
  const alerted = { watch: new Set<string>(), page: new Set<string>() };
  const book = new GrowthBook(OPTIONS);
  for (let t = 12 * DAY; t < MINUTES; t++) {
    for (const [i, row] of rows.entries()) {
      const a = row.counts.get(t) ?? 0;
      if (a === 0) continue;
      row.seen += a;
      if (book.has(`${i}`)) book.observe(`${i}`, EPOCH + t, a, a);
      else if (row.seen >= FOUND_AT) book.add(`${i}`, EPOCH + t, 'newborn', dayBefore(row.counts, t));
    }
    book.observe(null, EPOCH + t, 0, totals[t]!);
    for (const tick of book.close(EPOCH + t, 1_000)) {
      if (tick.newborn.severity !== 'quiet') alerted.watch.add(tick.cluster);
      if (tick.newborn.severity === 'page') alerted.page.add(tick.cluster);
    }
  }
  return { watch: alerted.watch.size / days, page: alerted.page.size / days };
}

function drawJunk(random: () => number): { size: number; counts: Map<number, number>; seen: number } {
  const start = 14 * DAY + Math.floor(random() * (MINUTES - 14 * DAY));
  const size = Math.min(300, Math.floor((1 - random()) ** (-1 / 1.3)));
  const spread = 120 + random() * 2_760;
  const counts = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const t = start + (i === 0 ? 0 : Math.floor(-spread * Math.log(1 - random())));
    counts.set(t, (counts.get(t) ?? 0) + 1);
  }
  return { size, counts, seen: 0 };
}

function dayBefore(counts: ReadonlyMap<number, number>, t: number): number[] {
  return [...counts].flatMap(([s, a]) =>
    s <= t && s > t - DAY ? Array.from({ length: a }, () => EPOCH + s) : [],
  );
}
