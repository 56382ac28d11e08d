/** How far the displayed totals may be off, while conversations stand for others: by cluster, over the last hour and the quarter that fills. */
import { hash53 } from '../../algorithms/hash.ts';
import { TotalVariance, type Weighted } from '../../algorithms/sampling/totals.ts';

const HOUR = 60; // minutes
const QUARTER = 15;
const CHUNK = 10_000;
/** Rows held: an hour of 500 a second. The oldest go first, and errors are told too small by theirs. */
const HELD = 1_800_000;
/** All conversations; no cluster has this id. */
const ALL = '*';

type Row = Weighted & { readonly group: string };

/** Columnar. Groups are clusters; an outlier's is empty. */
export type WeightChunk = {
  readonly minute: readonly number[];
  readonly group: readonly string[];
  readonly account: readonly number[];
  readonly weight: readonly number[];
};

export type TotalErrors = {
  readonly hour: ReadonlyMap<string, number>;
  readonly quarter: ReadonlyMap<string, number>;
  readonly allHour: number;
  readonly allQuarter: number;
};

/** Variances of sums by group over a window. */
class Window {
  readonly #groups = new Map<string, TotalVariance>();

  add(row: Row): void {
    for (const group of [row.group, ALL]) {
      const held = this.#groups.get(group) ?? new TotalVariance();
      held.add(row);
      this.#groups.set(group, held);
    }
  }

  remove(row: Row): void {
    for (const group of [row.group, ALL]) {
      const held = this.#groups.get(group);
      held?.remove(row);
      if (held?.isEmpty === true) this.#groups.delete(group);
    }
  }

  error(group: string): number {
    return this.#groups.get(group)?.error ?? 0;
  }

  errors(): Map<string, number> {
    const errors = new Map<string, number>();
    for (const [group, { error }] of this.#groups)
      if (group !== ALL && group !== '') errors.set(group, error);
    return errors;
  }

  clear(): void {
    this.#groups.clear();
  }
}

/** Holds rows of the last hour that stand for more than themselves; with none, it costs nothing. 100 bytes a row. */
export class Weights {
  readonly #minutes = new Map<number, Row[]>();
  readonly #hour = new Window();
  readonly #quarter = new Window();
  #closed: number | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A row counted at a minute, closed or not; older than the hour it is passed over. */
  count(group: string | null, account: string, minute: number, weight: number): void {
    if (weight > 1) this.#put({ group: group ?? '', account: hash53(account), weight }, minute);
  }

  takeBack(group: string | null, account: string, minute: number, weight: number): void {
    if (weight <= 1) return;
    const rows = this.#minutes.get(minute) ?? [];
    const key = hash53(account);
    const at = rows.findIndex(
      (row) => row.group === (group ?? '') && row.account === key && row.weight === weight,
    );
    const row = rows[at];
    if (row === undefined) return;
    rows.splice(at, 1);
    this.#size--;
    if (this.#closed === null || minute > this.#closed) return;
    this.#hour.remove(row);
    if (inQuarter(minute, this.#closed)) this.#quarter.remove(row);
  }

  /** Minutes are closed one after another, or after a gap. null: nothing stands for more than itself. */
  close(minute: number): TotalErrors | null {
    const from = this.#closed;
    this.#closed = minute;
    if (this.#size === 0) return null;
    if (from === null || !inQuarter(from, minute)) this.#quarter.clear();
    for (const [held, rows] of this.#minutes) {
      if (held > minute) continue;
      const isNew = from === null || held > from;
      if (held <= minute - HOUR) this.#drop(held, rows, !isNew);
      else if (isNew) for (const row of rows) this.#enter(row, held, minute);
    }
    return {
      hour: this.#hour.errors(),
      quarter: this.#quarter.errors(),
      allHour: this.#hour.error(ALL),
      allQuarter: this.#quarter.error(ALL),
    };
  }

  *chunks(): Generator<WeightChunk> {
    const rows = [...this.#minutes].flatMap(([minute, held]) => held.map((row) => ({ ...row, minute })));
    for (let from = 0; from < rows.length; from += CHUNK) {
      const part = rows.slice(from, from + CHUNK);
      yield {
        minute: part.map(({ minute }) => minute),
        group: part.map(({ group }) => group),
        account: part.map(({ account }) => account),
        weight: part.map(({ weight }) => weight),
      };
    }
  }

  /** @param closed last minute closed */
  restore(chunk: WeightChunk, closed: number | null): void {
    this.#closed = closed;
    for (const [i, group] of chunk.group.entries())
      this.#put(
        { group, account: chunk.account[i] ?? 0, weight: chunk.weight[i] ?? 1 },
        chunk.minute[i] ?? 0,
      );
  }

  #put(row: Row, minute: number): void {
    const closed = this.#closed;
    if (closed !== null && minute <= closed - HOUR) return;
    const rows = this.#minutes.get(minute) ?? [];
    rows.push(row);
    this.#minutes.set(minute, rows);
    this.#size++;
    if (closed !== null && minute <= closed) this.#enter(row, minute, closed);
    while (this.#size > HELD) this.#forceOut();
  }

  #enter(row: Row, minute: number, closed: number): void {
    this.#hour.add(row);
    if (inQuarter(minute, closed)) this.#quarter.add(row);
  }

  #drop(minute: number, rows: readonly Row[], entered: boolean): void {
    this.#minutes.delete(minute);
    this.#size -= rows.length;
    if (entered) for (const row of rows) this.#hour.remove(row);
  }

  #forceOut(): void {
    const oldest = Math.min(...this.#minutes.keys());
    this.#drop(oldest, this.#minutes.get(oldest) ?? [], this.#closed !== null && oldest <= this.#closed);
  }
}

const inQuarter = (minute: number, now: number): boolean =>
  Math.floor(minute / QUARTER) === Math.floor(now / QUARTER);
