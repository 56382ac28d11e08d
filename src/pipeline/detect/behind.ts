/** What is remembered of the last rows, so that an alert, which comes after its onset, can say who is behind it and what about it is new. */
import { inPieces, inSteps } from '../../algorithms/give-way.ts';
import { type Concentration, RecentAccounts } from '../../algorithms/growth/concentration.ts';
import { Newcomers } from '../../algorithms/growth/newcomers.ts';
import { type Minimum, shiftsOf } from '../../algorithms/growth/shift.ts';
import type { Alert, Shift } from '../../domain/alert.ts';
import type { AssignmentBatch } from '../../domain/assignment.ts';
import type { Manifest } from '../../domain/generation.ts';
import { MINUTE } from '../../domain/ids.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { heirsOf } from '../heirs.ts';
import { type History, rowsOf } from './history.ts';
import type { DetectSnapshot, SnapshotPart } from './state.ts';
import { Tail } from './tail.ts';
import { traitsOf } from './traits.ts';

const RECENT = 100_000;
const NEWCOMERS = 100_000;
/** Rows of history taken in at one go. */
const PIECE = 5_000;

export class Behind {
  readonly #minimum: Minimum;
  #recent = new RecentAccounts(RECENT);
  readonly #newcomers = new Newcomers(NEWCOMERS);
  readonly #tail = new Tail();

  /** @param minimum below which a value of a facet is not told */
  constructor(minimum: Minimum) {
    this.#minimum = minimum;
  }

  /**
   * Notes row `i`.
   * @param cluster where it counts; null: an outlier
   * @param isNew its account was not in that cluster within the day
   */
  note(rows: AssignmentBatch, i: number, cluster: string | null, isNew: boolean): void {
    const at = rows.at[i] ?? 0;
    const account = rows.account[i] ?? '';
    const sketch = rows.sketch[i] ?? '';
    if (cluster !== null) this.#recent.add(cluster, account, sketch, Math.floor(at / MINUTE));
    this.#tail.add({ cluster: rows.cluster[i] ?? null, account, sketch, at });
    // Outliers all, as any may found a cluster, and be the first there of its account.
    if (cluster === null || isNew) {
      const conversation = rows.conversation[i] ?? '';
      this.#newcomers.add({ conversation, cluster, account, at }, () => traitsOf(rows, i));
    }
  }

  /** A longer snapshot belongs in `cluster`, where the shorter one did not. */
  takeBack(conversation: string, cluster: string | null): void {
    this.#newcomers.takeBack(conversation, cluster);
  }

  /** Lets event time (ms) pass. */
  advance(now: number): void {
    this.#newcomers.advance(now);
  }

  concentration(cluster: string, sinceMinute: number): Concentration {
    return this.#recent.since(cluster, sinceMinute);
  }

  shifts(cluster: string, sinceMinute: number, kind: Alert['kind']): Shift[] {
    const to = kind === 'new' ? 'elsewhere' : 'before';
    return shiftsOf(this.#newcomers.compare(cluster, sinceMinute * MINUTE, to), this.#minimum);
  }

  /** Notes the founders of a newborn cluster. */
  found(cluster: string, backcast: readonly History[]): void {
    const founders: number[] = [];
    const counted: { account: string; at: number }[] = [];
    for (const { cluster: id, account, sketch, at, minute, conversation } of rowsOf(backcast)) {
      if (id !== cluster) continue;
      this.#recent.add(id, account, sketch, minute);
      counted.push({ account, at });
      if (conversation !== null) founders.push(conversation);
    }
    this.#newcomers.join(cluster, founders);
    // A rebuild may be under way that speaks of the time before they came.
    this.#tail.found(cluster, counted);
  }

  /** A back-cast, and what was counted after the time it speaks of. */
  history(
    backcast: readonly History[],
    { event_time, clusters, relations }: Pick<Manifest, 'event_time' | 'clusters' | 'relations'>,
  ): History[] {
    const alive = new Set(clusters);
    const heirs = heirsOf(relations);
    const homeOf = (id: string): string | null => (alive.has(id) ? id : (heirs.get(id) ?? null));
    return [...backcast, this.#tail.since(event_time, homeOf)];
  }

  /**
   * Under the clusters of a new generation.
   * @param known those that there were before: who is behind them was seen, and a history of few would say less
   */
  async recast(
    history: readonly History[],
    after: number,
    alive: readonly string[],
    known: ReadonlySet<string>,
  ): Promise<void> {
    const before = this.#recent;
    // Anew, or a conversation would stand in it once for every rebuild.
    this.#recent = new RecentAccounts(RECENT);
    const named = new Map<number, string | null>();
    for await (const rows of inPieces(rowsOf(history), PIECE)) {
      for (const { cluster, account, sketch, minute, conversation } of rows) {
        if (cluster !== null && !known.has(cluster)) this.#recent.add(cluster, account, sketch, minute);
        if (conversation !== null) named.set(conversation, cluster);
      }
    }
    this.#recent.keep(before, known);
    await inSteps(this.#newcomers.recast(named, after, alive));
  }

  *snapshot(): Generator<SnapshotPart> {
    for (const value of this.#recent.snapshot()) yield { kind: 'recent', value };
    for (const value of this.#newcomers.snapshot()) yield { kind: 'newcomers', value };
    for (const value of this.#tail.chunks()) yield { kind: 'tail', value };
  }

  restore({ recent, newcomers, tail }: Pick<DetectSnapshot, 'recent' | 'newcomers' | 'tail'>): void {
    for (const chunk of recent) this.#recent.restore(chunk);
    for (const chunk of newcomers) this.#newcomers.restore(chunk);
    for (const chunk of tail) this.#tail.restore(chunk);
  }

  measure(telemetry: Pick<Telemetry, 'capped'>): void {
    telemetry.capped('newcomers', this.#newcomers.size, NEWCOMERS);
    telemetry.capped('newcomer-values', this.#newcomers.values.size, this.#newcomers.values.cap);
  }
}
