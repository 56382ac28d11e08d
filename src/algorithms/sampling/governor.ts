/** How large a share of the accounts may be taken, so that what their conversations cost fits a budget of any 60 minutes. */
import { chanceOf, type Strategy } from './chance.ts';

export type Unit = 'dollars' | 'calls';
const UNITS = ['dollars', 'calls'] as const;

export type GovernorOptions = {
  readonly strategy: Strategy;
  /** Largest share of accounts taken, and smallest: never 0, as nothing can be said of what has no chance at all. */
  readonly share: number;
  readonly least: number;
  /** For 60 minutes; null: as many as it takes. */
  readonly budgets: Readonly<Record<Unit, number | null>>;
  /** What a conversation is taken to cost before any was paid for. */
  readonly prior: Readonly<Record<Unit, number>>;
};

/** Conversations by how much the model said in them, as far as their chance depends on it. */
type Offered = Map<number, number>;

/** A batch under way: `offered` at a share, of which so many are taken. */
export type Planned = { readonly share: number; readonly offered: Offered; taken: number };

type Minute = {
  readonly offered: Offered;
  taken: number;
  /** All that was spent, and what of it was for conversations: the rest is for names. */
  readonly spent: Record<Unit, number>;
  readonly paid: Record<Unit, number>;
};

const MINUTE_MS = 60_000;
const HOUR = 60; // minutes
/** Part of a budget that is planned with: what a conversation costs is known from those before it. */
const PLANNED = 0.95;
/** Conversations' worth of trust in the prior cost. */
const TRUST = 20;
/** Traffic is the larger of its mean over these minutes: of the last ones, so that a rush is met at once. */
const LOOK_BACK = [2, 15] as const;
/** Steps of the share: 2^(−k/4), some 16% apart, so that it does not tremble. */
const STEPS = 4;
/** A little less than a share: of a step, the next one below. */
const BELOW = 1 - 1e-6;
/** A step up takes so long at least: the share doubles in four minutes, and falls at once. */
const RISE_MS = MINUTE_MS;
/** So much more than a step costs must be allowed before it is taken. */
const SURE = 1.05;
/** What the model said is told apart by steps of 2^(1/4), upwards: the groups are few, and the error is on the safe side. */
const GROUPS = 4;

/**
 * A receding-horizon controller (Mayne et al. 2000) with one constant input: of all spending rates that, kept up, leave every part of
 * the hour ahead within the budget, the highest; and of the shares, the largest at which the traffic would cost no more. Falls at once,
 * rises step by step. Times are ms of one clock; O(60 + steps fallen) times the groups of the traffic a plan.
 */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #minutes = new Map<number, Minute>();
  readonly #underWay = new Set<Planned>();
  #portion = 1;
  #share: number;
  #changed = Number.NEGATIVE_INFINITY;
  #first: number | null = null;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#share = options.share;
  }

  get share(): number {
    return this.#share;
  }

  /** Part of the budgets that is this one's, where several share them. */
  set portion(portion: number) {
    this.#portion = portion;
  }

  /**
   * The share for a batch of conversations. It is under way until it is settled or given up, and its cost is held ready.
   * @param outputs what the model said in each
   */
  plan(outputs: readonly number[], now: number): Planned {
    if (UNITS.every((unit) => this.#options.budgets[unit] === null))
      return { share: this.#share, offered: new Map(), taken: 0 };
    this.#first ??= now;
    this.#forget(now);
    const offered = this.#grouped(outputs);
    const next = this.#step(offered, now);
    if (next !== this.#share) this.#changed = now;
    this.#share = next;
    const planned = { share: next, offered, taken: 0 };
    this.#underWay.add(planned);
    return planned;
  }

  /** The batch is over and done: it was traffic of this minute. */
  settled(planned: Planned, now: number): void {
    if (!this.#underWay.delete(planned)) return;
    const minute = this.#minute(now);
    merge(minute.offered, planned.offered, 1);
    minute.taken += planned.taken;
  }

  /** The batch failed, and will come again: it is no traffic yet. */
  gaveUp(planned: Planned): void {
    this.#underWay.delete(planned);
  }

  /** @param forConversation false: for a name, or whatever else the same budget pays */
  spend(unit: Unit, amount: number, forConversation: boolean, now: number): void {
    const minute = this.#minute(now);
    minute.spent[unit] += amount;
    if (forConversation) minute.paid[unit] += amount;
  }

  /** Of the last 60 minutes' budget; null: there is none. */
  left(unit: Unit, now: number): number | null {
    const budget = this.#options.budgets[unit];
    return budget === null ? null : Math.max(0, budget * this.#portion - this.#spent(unit, HOUR, now));
  }

  /** The highest constant spending a minute with which no 60 minutes that end within the next hour are over the budget. */
  #rate(unit: Unit, budget: number, now: number): number {
    let under = 0;
    for (const { taken } of this.#underWay) under += taken;
    const left = budget - under * this.#cost(unit, now);
    // From the newest minute on: the sum of the last 60 − h, for each h.
    let sum = 0;
    let rate = left / HOUR;
    const last = Math.floor(now / MINUTE_MS);
    for (let back = 0; back < HOUR; back++) {
      sum += this.#minutes.get(last - back)?.spent[unit] ?? 0;
      rate = Math.min(rate, (left - sum) / (HOUR - back));
    }
    return rate;
  }

  /** Conversations a minute, all that are offered: over each look back. */
  #traffic(offered: Offered, now: number): Offered[] {
    const last = Math.floor(now / MINUTE_MS);
    const known = last - Math.floor((this.#first ?? now) / MINUTE_MS) + 1;
    return LOOK_BACK.map((minutes) => {
      const part = 1 / Math.min(minutes, known);
      const rates: Offered = new Map();
      for (const one of [{ offered }, ...this.#underWay]) merge(rates, one.offered, part);
      for (let back = 0; back < minutes; back++) {
        const minute = this.#minutes.get(last - back);
        if (minute !== undefined) merge(rates, minute.offered, part);
      }
      return rates;
    });
  }

  /** What a conversation costs that is taken, by those of the last hour. */
  #cost(unit: Unit, now: number): number {
    const first = Math.floor(now / MINUTE_MS) - HOUR;
    let paid = this.#options.prior[unit] * TRUST;
    let taken = TRUST;
    for (const [minute, of] of this.#minutes) {
      if (minute <= first) continue;
      paid += of.paid[unit];
      taken += of.taken;
    }
    return paid / taken;
  }

  #spent(unit: Unit, minutes: number, now: number): number {
    const first = Math.floor(now / MINUTE_MS) - minutes;
    let sum = 0;
    for (const [minute, { spent }] of this.#minutes) if (minute > first) sum += spent[unit];
    return sum;
  }

  /** The largest step that is allowed; upwards one at a time, and only when surely allowed. */
  #step(offered: Offered, now: number): number {
    const { least } = this.#options;
    const affords = this.#limits(offered, now);
    let share = this.#share;
    if (affords(share)) {
      const up = this.#floor(share * 2 ** (1 / STEPS));
      return now - this.#changed >= RISE_MS && affords(up, SURE) ? up : share;
    }
    while (share > least && !affords(share)) share = this.#floor(share * BELOW);
    return share;
  }

  /** Whether all budgets allow what a share of the traffic costs. */
  #limits(offered: Offered, now: number): (share: number, sure?: number) => boolean {
    const { budgets, strategy } = this.#options;
    const traffic = this.#traffic(offered, now);
    const allowed = UNITS.map((unit) => {
      const budget = budgets[unit];
      const cost = this.#cost(unit, now);
      if (budget === null || cost <= 0) return Number.POSITIVE_INFINITY;
      return this.#rate(unit, budget * this.#portion * PLANNED, now) / cost;
    });
    const conversations = Math.min(...allowed);
    return (share, sure = 1) =>
      traffic.every((rates) => {
        let taken = 0;
        for (const [outputs, rate] of rates) taken += rate * chanceOf(strategy, share, outputs);
        return taken * sure <= conversations;
      });
  }

  #grouped(outputs: readonly number[]): Offered {
    const grouped: Offered = new Map();
    for (const one of outputs) {
      const step = Math.ceil(Math.log2(Math.max(1, one)) * GROUPS - 1e-9);
      const group = this.#options.strategy === 'outputs' ? 2 ** (step / GROUPS) : 1;
      grouped.set(group, (grouped.get(group) ?? 0) + 1);
    }
    return grouped;
  }

  #floor(p: number): number {
    const { share, least } = this.#options;
    if (p >= share) return share;
    if (p <= least) return least;
    // A share that is a step, but for rounding, is that step.
    return Math.max(least, 2 ** (-Math.ceil(-Math.log2(p) * STEPS - 1e-9) / STEPS));
  }

  #minute(now: number): Minute {
    const at = Math.floor(now / MINUTE_MS);
    if (!this.#minutes.has(at)) this.#forget(now);
    const held = this.#minutes.get(at) ?? {
      offered: new Map(),
      taken: 0,
      spent: { dollars: 0, calls: 0 },
      paid: { dollars: 0, calls: 0 },
    };
    this.#minutes.set(at, held);
    return held;
  }

  #forget(now: number): void {
    const first = Math.floor(now / MINUTE_MS) - HOUR;
    for (const minute of this.#minutes.keys()) if (minute <= first) this.#minutes.delete(minute);
  }
}

function merge(into: Offered, from: Offered, part: number): void {
  for (const [group, count] of from) into.set(group, (into.get(group) ?? 0) + count * part);
}
