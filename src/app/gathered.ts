/** What a backtest gathers from the topics as its phases write them. */
import { EventTime } from '../algorithms/event-time.ts';
import { type Alert, alertSchema } from '../domain/alert.ts';
import { type AssignmentBatch, assignmentBatchSchema } from '../domain/assignment.ts';
import type { ClusterRecord, Generation } from '../domain/generation.ts';
import { DEFAULT_SPACE } from '../domain/ids.ts';
import { type Rollup, rollupSchema } from '../domain/tick.ts';
import type { Generations } from '../pipeline/generations.ts';
import { decode } from '../pipeline/records.ts';
import type { Topics } from '../pipeline/topics.ts';
import type { LogRecord } from '../ports/event-log.ts';

/** Where one conversation fell, under the tokens of this run. */
export type Placed = {
  readonly conversation: string;
  readonly at: number;
  readonly cluster: string | null;
  readonly generation: number;
  readonly similarity: number;
};

export type BacktestResult = {
  readonly alerts: readonly Alert[];
  /** By cluster, also those that are gone by the end, as an alert may be about one: its name when it was last seen. */
  readonly names: ReadonlyMap<string, string | null>;
  readonly clusters: readonly ClusterRecord[];
  readonly generation: number;
  readonly rollups: readonly Rollup[];
  readonly admitted: number;
  readonly deadLetters: number;
  readonly late: number;
  readonly zeroRetention: number;
};

export class Gathered {
  readonly #topics: Topics;
  readonly #onPlaced: (placed: Placed) => void;
  readonly #alerts = new Map<string, Alert>();
  readonly #rollups = new Map<number, Rollup>();
  readonly #names = new Map<string, string | null>();
  /** Of all that was assigned, so that the end of the file is known. */
  readonly time = new EventTime(1);

  constructor(topics: Topics, onPlaced: (placed: Placed) => void) {
    this.#topics = topics;
    this.#onPlaced = onPlaced;
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    if (record.topic === this.#topics.alerts) {
      const alert = decode(alertSchema, record);
      if (alert.space === DEFAULT_SPACE) this.#alerts.set(alert.id, alert);
    } else if (record.topic === this.#topics.rollups) {
      const rollup = decode(rollupSchema, record);
      if (rollup.space === DEFAULT_SPACE) this.#rollups.set(rollup.hour, rollup);
    } else if (record.topic === this.#topics.assignments) this.#place(decode(assignmentBatchSchema, record));
  }

  /** Notes the names of a generation as it arrives. */
  name({ clusters, manifest }: Generation): void {
    if (manifest.space !== DEFAULT_SPACE) return;
    for (const { id, label } of clusters) this.#names.set(id, label?.name ?? null);
  }

  result(
    generations: Generations,
    totals: { admitted: number; deadLetters: number; late: number; zeroRetention: number },
  ): BacktestResult {
    const generation = generations.current(DEFAULT_SPACE);
    return {
      alerts: [...this.#alerts.values()]
        .filter((alert) => alert.fired_at !== null)
        .sort((a, b) => (a.fired_at ?? 0) - (b.fired_at ?? 0)),
      names: this.#names,
      clusters: generation?.clusters ?? [],
      generation: generation?.manifest.generation ?? 0,
      rollups: [...this.#rollups.values()].sort((a, b) => a.hour - b.hour),
      ...totals,
    };
  }

  #place(batch: AssignmentBatch): void {
    if (batch.space !== DEFAULT_SPACE) return;
    for (const [i, conversation] of batch.conversation.entries()) {
      this.time.hear(batch.account[i] ?? '', batch.at[i] ?? 0);
      this.#onPlaced({
        conversation,
        at: batch.at[i] ?? 0,
        cluster: batch.cluster[i] ?? null,
        generation: batch.generation,
        similarity: batch.similarity[i] ?? 0,
      });
    }
  }
}
