/** Closed minutes to tick records, closed hours to rollups. */
import { z } from 'zod';
import type { GrowthBook } from '../../algorithms/growth/book.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { Rollup, Tick } from '../../domain/tick.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Topics } from '../topics.ts';
import type { Panels } from './panels.ts';
import { knowsAll, type Minute, samplingOf, short, withAll } from './report-rows.ts';
import type { HourState, ReportState } from './state.ts';
import type { TotalErrors } from './weights.ts';

type WritableHours = z.infer<typeof restSchema>['hours'];
type Cell = { n: number; a: number; expected: number; error: number };
type Hour = { total: number; outliers: number; error: number; readonly clusters: Map<string, Cell> };

/** An hour is told anew every quarter while it fills, so that a timeline moves. */
const QUARTER = 15;
/** Late counts still change hours so old; older ones stay as they are. */
const HOURS_HELD = 6;

/** What a session of a space that was taken away leaves to the next. */
const restSchema = z.object({
  hours: z.array(
    z.object({
      hour: z.number(),
      total: z.number(),
      outliers: z.number(),
      error: z.number(),
      clusters: z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
});

export class Reporter {
  readonly #space: string;
  readonly #topics: Topics;
  readonly #minutes = new Map<number, Minute>();
  readonly #hours = new Map<number, Hour>();
  readonly #touched = new Set<number>();
  #closedHour: number | null = null;
  #late = 0;
  #taken = 1;
  zeroRetention = 0;

  constructor(space: string, topics: Topics) {
    this.#space = space;
    this.#topics = topics;
  }

  /** Share of accounts taken, as told last. */
  taken(share: number): void {
    this.#taken = share;
  }

  /** Counts one conversation and those it stands for; `first`: it was not counted before, in whatever cluster. */
  count(cluster: string | null, minute: number, late: boolean, first: boolean, weight: number): void {
    if (late) this.#late++;
    // What was told of an hour let go of is whole; begun anew, it would be told as this one conversation.
    if (late && !this.#holds(minute)) return;
    const hour = this.#hour(minute);
    if (first) hour.total += weight;
    if (!late) this.#countOpen(this.#minute(minute), cluster, first, weight);
    if (cluster === null) hour.outliers += weight;
    else this.#cell(hour, cluster).n += weight;
    if (late) this.#touched.add(Math.floor(minute / 60));
  }

  #countOpen(open: Minute, cluster: string | null, first: boolean, weight: number): void {
    if (first) {
      open.total += weight;
      open.rows++;
    }
    if (weight !== 1) open.weighted = true;
    if (cluster === null) open.outliers += weight;
    else open.clusters.set(cluster, (open.clusters.get(cluster) ?? 0) + weight);
  }

  takeBack(cluster: string | null, minute: number, weight: number): void {
    const hour = this.#hours.get(Math.floor(minute / 60));
    if (hour === undefined) return;
    const open = this.#minutes.get(minute);
    if (cluster === null) {
      hour.outliers -= weight;
      if (open !== undefined) open.outliers -= weight;
    } else {
      this.#cell(hour, cluster).n -= weight;
      open?.clusters.set(cluster, (open.clusters.get(cluster) ?? 0) - weight);
    }
    this.#touched.add(Math.floor(minute / 60));
  }

  /** The first minute not closed yet; null: nothing was ever counted. */
  firstOpen(closed: number | null): number | null {
    if (closed !== null) return closed + 1;
    let first: number | null = null;
    for (const minute of this.#minutes.keys()) first = Math.min(first ?? minute, minute);
    return first;
  }

  close(
    minute: number,
    lively: readonly TickRow[],
    { book, share: panel }: Pick<Panels, 'book' | 'share'>,
    accounts24: (cluster: string) => number,
    generation: number,
    errors: TotalErrors | null,
  ): NewRecord[] {
    const counted = this.#minutes.get(minute) ?? createMinute();
    const byBook = panel >= 1 && knowsAll(lively, counted, book);
    const rows = byBook ? lively : withAll(lively, counted, book);
    this.#minutes.delete(minute);
    const hour = Math.floor(minute / 60);
    // Without new accounts a row is there for its last hour alone: the hour that fills has a cell once anybody talks.
    for (const row of rows) if (row.a !== 0) this.#cell(this.#hour(minute), row.cluster).a += row.a;
    this.#closedHour = hour;
    if (errors !== null && minute % 60 === 59) this.#noteErrors(hour, errors);
    const mutedUntil = book.mutedUntil;
    const n = rows.map((row) => Math.max(0, byBook ? row.n : (counted.clusters.get(row.cluster) ?? 0)));
    const outliers = Math.max(0, counted.total - n.reduce((sum, x) => sum + x, 0));
    const tick: Tick = {
      space: this.#space,
      minute: minute * MINUTE,
      generation,
      total: short(counted.total),
      outliers: short(outliers),
      late: this.#late,
      zero_retention: this.zeroRetention,
      cluster: rows.map((row) => row.cluster),
      n: n.map(short),
      a: rows.map((row) => row.a),
      expected: rows.map((row) => short(row.mu)),
      n60: rows.map((row) => row.n60),
      expected60: rows.map((row) => short(row.mu60)),
      ratio_low: rows.map((row) => short(row.ratioLow60)),
      score: rows.map((row) => short(row.score)),
      accounts24: rows.map((row) => accounts24(row.cluster)),
      muted_until: mutedUntil === null ? null : mutedUntil * MINUTE,
      ...samplingOf(this.#taken, panel, counted.rows, errors),
    };
    this.#late = 0;
    this.zeroRetention = 0;
    const out: NewRecord[] = [
      { topic: this.#topics.ticks, key: `${this.#space}/${minute}`, value: JSON.stringify(tick) },
    ];
    if (minute % QUARTER === QUARTER - 1) this.#touch(hour, book);
    out.push(...this.#tellTouched());
    for (const held of this.#hours.keys()) if (held < hour - HOURS_HELD) this.#hours.delete(held);
    return out;
  }

  /** Of all hours that hold what was not told yet, that of open minutes too. */
  rollups(book: GrowthBook): NewRecord[] {
    for (const hour of this.#hours.keys())
      if (this.#closedHour === null || hour >= this.#closedHour) this.#touch(hour, book);
    return this.#tellTouched();
  }

  rest(): z.infer<typeof restSchema> {
    return { hours: hourStates(this.#hours) };
  }

  /** What the session before this one counted of hours that are not over. */
  resume(rest: unknown): void {
    const parsed = restSchema.safeParse(rest);
    if (parsed.success) this.#restoreHours(parsed.data.hours);
  }

  state(): ReportState {
    return {
      hours: hourStates(this.#hours),
      minutes: [...this.#minutes].map(([minute, held]) => ({
        ...held,
        minute,
        clusters: [...held.clusters],
      })),
      taken: this.#taken,
      touched: [...this.#touched],
      closedHour: this.#closedHour,
      late: this.#late,
      zeroRetention: this.zeroRetention,
    };
  }

  restore(state: ReportState): void {
    this.#restoreHours(state.hours);
    for (const { minute, clusters, ...held } of state.minutes)
      this.#minutes.set(minute, { ...held, clusters: new Map(clusters) });
    this.#taken = state.taken;
    for (const hour of state.touched) this.#touched.add(hour);
    this.#closedHour = state.closedHour;
    this.#late = state.late;
    this.zeroRetention = state.zeroRetention;
  }

  #restoreHours(hours: readonly HourState[]): void {
    for (const { hour, clusters, ...held } of hours) {
      this.#hours.set(hour, {
        ...held,
        clusters: new Map(clusters.map(([id, n, a, expected, error]) => [id, { n, a, expected, error }])),
      });
    }
  }

  #tellTouched(): NewRecord[] {
    const { rollups: topic } = this.#topics;
    const out: NewRecord[] = [];
    for (const hour of this.#touched) {
      const rollup = this.#rollup(hour);
      if (rollup !== null) out.push({ topic, key: `${this.#space}/${hour}`, value: JSON.stringify(rollup) });
    }
    this.#touched.clear();
    return out;
  }

  #holds(minute: number): boolean {
    const hour = Math.floor(minute / 60);
    return this.#hours.has(hour) || this.#closedHour === null || hour >= this.#closedHour - HOURS_HELD;
  }

  /** To be told; with what is expected now, which is what the hour that fills expects. */
  #touch(hour: number, book: GrowthBook): void {
    this.#touched.add(hour);
    for (const [id, cell] of this.#hours.get(hour)?.clusters ?? [])
      cell.expected = short(book.row(id)?.mu60 ?? 0);
  }

  /** The last 60 minutes are this very hour. What comes late stands for itself alone. */
  #noteErrors(hour: number, errors: TotalErrors): void {
    const held = this.#hours.get(hour);
    if (held === undefined) return;
    held.error = short(errors.allHour);
    for (const [id, cell] of held.clusters) cell.error = short(errors.hour.get(id) ?? 0);
    this.#touched.add(hour);
  }

  #rollup(hour: number): Rollup | null {
    const held = this.#hours.get(hour);
    if (held === undefined) return null;
    const clusters = [...held.clusters];
    return {
      space: this.#space,
      hour: hour * HOUR,
      total: Math.round(held.total),
      outliers: Math.max(0, Math.round(held.outliers)),
      cluster: clusters.map(([id]) => id),
      n: clusters.map(([, { n }]) => Math.max(0, Math.round(n))),
      a: clusters.map(([, { a }]) => a),
      expected: clusters.map(([, { expected }]) => expected),
      ...(held.error > 0 ? { error: clusters.map(([, { error }]) => error) } : {}),
    };
  }

  #minute(minute: number): Minute {
    const held = this.#minutes.get(minute) ?? createMinute();
    this.#minutes.set(minute, held);
    return held;
  }

  #hour(minute: number): Hour {
    const hour = Math.floor(minute / 60);
    const held = this.#hours.get(hour) ?? { total: 0, outliers: 0, error: 0, clusters: new Map() };
    this.#hours.set(hour, held);
    return held;
  }

  #cell(hour: Hour, cluster: string): Cell {
    const held = hour.clusters.get(cluster) ?? { n: 0, a: 0, expected: 0, error: 0 };
    hour.clusters.set(cluster, held);
    return held;
  }
}

const hourStates = (hours: ReadonlyMap<number, Hour>): WritableHours =>
  [...hours].map(([hour, { clusters, ...held }]) => ({
    hour,
    ...held,
    clusters: [...clusters].map(([id, { n, a, expected, error }]) => [id, n, a, expected, error]),
  }));

const createMinute = (): Minute => ({ total: 0, outliers: 0, rows: 0, weighted: false, clusters: new Map() });
