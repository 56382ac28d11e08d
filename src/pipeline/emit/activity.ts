import { MINUTE } from '../../domain/ids.ts';

const SPARK_MS = 15 * MINUTE;
const SPARKS = 48;

/** Conversations, counted or estimated, of one series over the last 12 hours by quarter, and the last 60 minutes by minute. 900 bytes. */
export class Activity {
  readonly #minutes = new Float64Array(60);
  readonly #sparks = new Float64Array(SPARKS);
  #minute = 0;
  #spark = 0;

  /** Counts `n` at a minute of event time; what is older than both windows is passed over. */
  count(minute: number, n: number): void {
    this.advance(minute);
    const m = Math.floor(minute / MINUTE);
    const s = Math.floor(minute / SPARK_MS);
    if (m > this.#minute - 60) this.#minutes[m % 60] = (this.#minutes[m % 60] ?? 0) + n;
    if (s > this.#spark - SPARKS) this.#sparks[s % SPARKS] = (this.#sparks[s % SPARKS] ?? 0) + n;
  }

  /** Lets time pass: what falls out of a window is set to zero. */
  advance(now: number): void {
    const m = Math.floor(now / MINUTE);
    const s = Math.floor(now / SPARK_MS);
    for (let i = Math.max(this.#minute + 1, m - 59); i <= m; i++) this.#minutes[i % 60] = 0;
    for (let i = Math.max(this.#spark + 1, s - SPARKS + 1); i <= s; i++) this.#sparks[i % SPARKS] = 0;
    this.#minute = Math.max(this.#minute, m);
    this.#spark = Math.max(this.#spark, s);
  }

  /** Counted from `from` on, a minute of the last 60. */
  since(from: number): number {
    let sum = 0;
    for (let m = Math.max(Math.floor(from / MINUTE), this.#minute - 59); m <= this.#minute; m++)
      sum += this.#minutes[m % 60] ?? 0;
    return Math.round(sum);
  }

  lastHour(): number {
    return Math.round(this.#minutes.reduce((sum, n) => sum + n, 0));
  }

  /** Oldest first; the last one is still filling. */
  sparkline(): number[] {
    return Array.from({ length: SPARKS }, (_, i) =>
      Math.round(this.#sparks[(this.#spark + 1 + i) % SPARKS] ?? 0),
    );
  }
}
