/** How far the totals that are shown may be off, while accounts are sampled: standard errors, as the ticks tell them. */
import { MINUTE } from '../../domain/ids.ts';
import type { Tick } from '../../domain/tick.ts';

const QUARTER_MS = 15 * MINUTE;
const QUARTERS = 48;

type Errors = { hour: number; at: number; readonly quarters: Map<number, number> };

export type Estimate = { readonly lastHour: number; readonly sparkline: readonly number[] };

/** Of every cluster with conversations that stand for others, and of all together. 1 KB each; gone clusters go after 12 hours. */
export class Estimates {
  readonly #clusters = new Map<string, Errors>();
  readonly #all: Errors = { hour: 0, at: 0, quarters: new Map() };
  /** Shares of accounts that were taken, and that growth is tested on. */
  share = 1;
  panel = 1;

  take({ minute, sampling }: Tick): void {
    this.share = sampling?.share ?? 1;
    this.panel = sampling?.panel ?? 1;
    if (sampling === undefined) return;
    note(this.#all, minute, sampling.hour_error, sampling.quarter_error);
    for (const [i, id] of sampling.cluster.entries()) {
      const held = this.#clusters.get(id) ?? { hour: 0, at: 0, quarters: new Map() };
      note(held, minute, sampling.cluster_hour_error[i] ?? 0, sampling.cluster_quarter_error[i] ?? 0);
      this.#clusters.set(id, held);
    }
    if (minute % QUARTER_MS !== 0) return;
    for (const [id, { at }] of this.#clusters)
      if (minute - at >= QUARTERS * QUARTER_MS) this.#clusters.delete(id);
  }

  /** @param now start of the last minute told */
  all(now: number): Estimate | null {
    return estimateOf(this.#all, now);
  }

  of(cluster: string, now: number): Estimate | null {
    const held = this.#clusters.get(cluster);
    return held === undefined ? null : estimateOf(held, now);
  }
}

function note(errors: Errors, minute: number, hour: number, quarter: number): void {
  errors.hour = hour;
  errors.at = minute;
  const at = Math.floor(minute / QUARTER_MS);
  errors.quarters.set(at, quarter);
  for (const held of errors.quarters.keys()) if (held <= at - QUARTERS) errors.quarters.delete(held);
}

/** null: nothing was estimated in twelve hours. */
function estimateOf({ hour, at, quarters }: Errors, now: number): Estimate | null {
  const last = Math.floor(now / QUARTER_MS);
  const sparkline = Array.from({ length: QUARTERS }, (_, i) =>
    Math.round(quarters.get(last - QUARTERS + 1 + i) ?? 0),
  );
  // A cluster that the last tick leaves out has nothing in the hour that stands for others.
  const lastHour = at === now ? Math.round(hour) : 0;
  return lastHour === 0 && sparkline.every((error) => error === 0) ? null : { lastHour, sparkline };
}
