/** Closed minutes to tick records, closed hours to rollups. */
import type { GrowthBook } from '../../algorithms/growth/book.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { Rollup, Tick } from '../../domain/tick.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Topics } from '../topics.ts';
import type { ReportState } from './state.ts';

type Minute = { total: number; outliers: number };
type Cell = { n: number; a: number; expected: number };
type Hour = { total: number; outliers: number; readonly clusters: Map<string, Cell> };

/** An hour is told anew every quarter while it fills, so that a timeline moves. */
const QUARTER = 15;
/** Late counts still change hours so old; older ones stay as they are. */
const HOURS_HELD = 6;

export class Reporter {
  readonly #space: string;
  readonly #topics: Topics;
  readonly #minutes = new Map<number, Minute>();
  readonly #hours = new Map<number, Hour>();
  readonly #touched = new Set<number>();
  #closedHour: number | null = null;
  #late = 0;
  zeroRetention = 0;

  constructor(space: string, topics: Topics) {
    this.#space = space;
    this.#topics = topics;
  }

  /** Counts one conversation; `first`: it was not counted before, in whatever cluster. */
  count(cluster: string | null, minute: number, late: boolean, first: boolean): void {
    if (late) this.#late++;
    // What was told of an hour let go of is whole; begun anew, it would be told as this one conversation.
    if (late && !this.#holds(minute)) return;
    const hour = this.#hour(minute);
    if (first) hour.total++;
    if (!late && first) this.#minute(minute).total++;
    if (cluster === null) {
      hour.outliers++;
      if (!late) this.#minute(minute).outliers++;
    } else this.#cell(hour, cluster).n++;
    if (late) this.#touched.add(Math.floor(minute / 60));
  }

  takeBack(cluster: string | null, minute: number): void {
    const hour = this.#hours.get(Math.floor(minute / 60));
    if (hour === undefined) return;
    if (cluster === null) {
      hour.outliers--;
      const open = this.#minutes.get(minute);
      if (open !== undefined) open.outliers--;
    } else this.#cell(hour, cluster).n--;
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
    rows: readonly TickRow[],
    book: GrowthBook,
    accounts24: (cluster: string) => number,
    generation: number,
  ): NewRecord[] {
    const counted = this.#minutes.get(minute) ?? { total: 0, outliers: 0 };
    this.#minutes.delete(minute);
    const hour = Math.floor(minute / 60);
    // Without new accounts a row is there for its last hour alone: the hour that fills has a cell once anybody talks.
    for (const row of rows) if (row.a !== 0) this.#cell(this.#hour(minute), row.cluster).a += row.a;
    this.#closedHour = hour;
    const mutedUntil = book.mutedUntil;
    const tick: Tick = {
      space: this.#space,
      minute: minute * MINUTE,
      generation,
      total: counted.total,
      outliers: counted.outliers,
      late: this.#late,
      zero_retention: this.zeroRetention,
      cluster: rows.map((row) => row.cluster),
      n: rows.map((row) => Math.max(0, row.n)),
      a: rows.map((row) => row.a),
      expected: rows.map((row) => short(row.mu)),
      n60: rows.map((row) => row.n60),
      expected60: rows.map((row) => short(row.mu60)),
      ratio_low: rows.map((row) => short(row.ratioLow60)),
      score: rows.map((row) => short(row.score)),
      accounts24: rows.map((row) => accounts24(row.cluster)),
      muted_until: mutedUntil === null ? null : mutedUntil * MINUTE,
    };
    this.#late = 0;
    this.zeroRetention = 0;
    const out: NewRecord[] = [
      { topic: this.#topics.ticks, key: `${this.#space}/${minute}`, value: JSON.stringify(tick) },
    ];
    if (minute % QUARTER === QUARTER - 1) this.#touch(hour, book);
    for (const touched of this.#touched) {
      const rollup = this.#rollup(touched);
      if (rollup !== null) {
        out.push({
          topic: this.#topics.rollups,
          key: `${this.#space}/${touched}`,
          value: JSON.stringify(rollup),
        });
      }
    }
    this.#touched.clear();
    for (const held of this.#hours.keys()) if (held < hour - HOURS_HELD) this.#hours.delete(held);
    return out;
  }

  state(): ReportState {
    return {
      hours: [...this.#hours].map(([hour, { total, outliers, clusters }]) => ({
        hour,
        total,
        outliers,
        clusters: [...clusters].map(([id, { n, a, expected }]) => [id, n, a, expected] as const),
      })),
      minutes: [...this.#minutes].map(([minute, { total, outliers }]) => ({ minute, total, outliers })),
      touched: [...this.#touched],
      closedHour: this.#closedHour,
      late: this.#late,
      zeroRetention: this.zeroRetention,
    };
  }

  restore(state: ReportState): void {
    for (const { hour, total, outliers, clusters } of state.hours) {
      this.#hours.set(hour, {
        total,
        outliers,
        clusters: new Map(clusters.map(([id, n, a, expected]) => [id, { n, a, expected }])),
      });
    }
    for (const { minute, total, outliers } of state.minutes) this.#minutes.set(minute, { total, outliers });
    for (const hour of state.touched) this.#touched.add(hour);
    this.#closedHour = state.closedHour;
    this.#late = state.late;
    this.zeroRetention = state.zeroRetention;
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

  #rollup(hour: number): Rollup | null {
    const held = this.#hours.get(hour);
    if (held === undefined) return null;
    const clusters = [...held.clusters];
    return {
      space: this.#space,
      hour: hour * HOUR,
      total: held.total,
      outliers: Math.max(0, held.outliers),
      cluster: clusters.map(([id]) => id),
      n: clusters.map(([, { n }]) => Math.max(0, n)),
      a: clusters.map(([, { a }]) => a),
      expected: clusters.map(([, { expected }]) => expected),
    };
  }

  #minute(minute: number): Minute {
    const held = this.#minutes.get(minute) ?? { total: 0, outliers: 0 };
    this.#minutes.set(minute, held);
    return held;
  }

  #hour(minute: number): Hour {
    const hour = Math.floor(minute / 60);
    const held = this.#hours.get(hour) ?? { total: 0, outliers: 0, clusters: new Map() };
    this.#hours.set(hour, held);
    return held;
  }

  #cell(hour: Hour, cluster: string): Cell {
    const held = hour.clusters.get(cluster) ?? { n: 0, a: 0, expected: 0 };
    hour.clusters.set(cluster, held);
    return held;
  }
}

const short = (x: number): number => Math.round(x * 1e4) / 1e4;
