/** The state of the pipeline at a glance. */
import { MINUTE } from '../../domain/ids.ts';
import type { Pulse } from '../../domain/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { ClusterBook } from './clusters.ts';

/** What the process knows of itself, refreshed by the application. */
export type ProcessFacts = {
  readonly summarizer: string;
  readonly embedder: string;
  readonly log: string;
  readonly lag: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
};

const RATE_SECONDS = 10;

/** Makes a pulse a second; rates are over the last ten. */
export class PulseMeter {
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #admitted: { at: number; count: number }[] = [];

  constructor(clock: Clock, telemetry: Telemetry) {
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  read(book: ClusterBook, facts: ProcessFacts): Pulse {
    const totals = this.#telemetry.totals();
    const wall = this.#clock.elapsed();
    // Where admit runs in another process, what was counted stands for it: a little later, and the same.
    const count = Math.max(totals.admitted, book.counted);
    this.#admitted.push({ at: wall, count });
    while (this.#admitted.length > RATE_SECONDS + 1) this.#admitted.shift();
    const first = this.#admitted[0] ?? { at: wall, count };
    const seconds = (wall - first.at) / 1_000;
    // Before the first minute is closed there is no event time yet; the clock is the best guess.
    const now = book.now > 0 ? book.now : this.#clock.now();
    if (book.now > 0) {
      book.total.advance(now);
      book.outliers.advance(now);
    }
    const hour = book.total.lastHour();
    const { share, panel } = book.estimates;
    const estimate = book.estimates.all(now - MINUTE);
    const manifest = book.generation?.manifest;
    return {
      now,
      wall,
      speed: this.#clock.speed,
      conversations: count,
      per_second: seconds > 0 ? (count - first.count) / seconds : 0,
      per_hour: hour,
      total_sparkline: book.total.sparkline(),
      outlier_rate: hour > 0 ? book.outliers.lastHour() / hour : 0,
      dead_letters: totals.deadLetters,
      late: totals.late,
      zero_retention: totals.zeroRetention,
      generation: manifest?.generation ?? 0,
      generation_age_seconds:
        manifest === undefined ? null : Math.max(0, (now - manifest.event_time) / 1_000),
      clusters: manifest?.clusters.length ?? 0,
      summarizer: facts.summarizer,
      embedder: facts.embedder,
      log: facts.log,
      lag: { ...facts.lag },
      llm: {
        calls: totals.llmCalls,
        tokens: totals.llmTokens,
        dollars: totals.llmDollars,
        failing: totals.llmFailing,
      },
      muted_until: book.mutedUntil,
      ...(estimate === null
        ? {}
        : { per_hour_error: estimate.lastHour, total_sparkline_error: [...estimate.sparkline] }),
      ...(share < 1 || panel < 1 ? { sampling: { share, panel, sampled_out: totals.sampledOut } } : {}),
      ready: facts.problems.length === 0,
      problems: [...facts.problems],
    };
  }
}
