/** Evidence to alerts: one open alert a cluster at most, each change told with its explanation. */

import type { GrowthBook } from '../../algorithms/growth/book.ts';
import { growthPattern } from '../../algorithms/growth/concentration.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Relation } from '../../domain/generation.ts';
import { MINUTE } from '../../domain/ids.ts';
import { explain } from '../explain.ts';
import { AlertIds } from './alert-ids.ts';
import type { Behind } from './behind.ts';
import { Incidents } from './incidents.ts';
import {
  type Decision,
  decide,
  type Evidence,
  type LifecycleSettings,
  type OpenAlert,
  severityAfter,
  stateAfter,
} from './lifecycle.ts';
import type { AlertingState } from './state.ts';
import { Topics } from './topics.ts';

export type AlertingDeps = {
  readonly space: string;
  readonly settings: LifecycleSettings;
  readonly book: () => GrowthBook;
  readonly behind: Pick<Behind, 'concentration' | 'shifts'>;
  readonly accounts24: (cluster: string) => number;
  readonly near: (one: string, other: string) => boolean;
};

/** A cluster that is gone hands its alert to the one that has most of it, and so much: scattered, an event that goes on would be told by nobody. */
const HEIR_SHARE = 0.25;

export class Alerting {
  readonly #deps: AlertingDeps;
  readonly #open = new Map<string, OpenAlert>();
  readonly #topics = new Topics();
  readonly #ids = new AlertIds();
  readonly #incidents: Incidents;

  constructor(deps: AlertingDeps) {
    this.#deps = deps;
    this.#incidents = new Incidents(deps.near);
  }

  open(): readonly OpenAlert[] {
    return [...this.#open.values()];
  }

  /** One closed minute: answers with the alerts that changed. */
  tick(rows: readonly TickRow[], now: number): Alert[] {
    const changed: Alert[] = [];
    const book = this.#deps.book();
    const seen = new Set<string>();
    for (const row of rows) {
      seen.add(row.cluster);
      this.#judge(row, now, changed);
    }
    for (const cluster of [...this.#open.keys()]) {
      if (seen.has(cluster)) continue;
      const row = book.row(cluster);
      if (row === null) changed.push(...this.#drop(cluster, now));
      else this.#judge(row, now, changed);
    }
    return changed;
  }

  /**
   * After a rebuild: what its new labels would alarm about is no news, and is told by no alert. An open alert whose cluster is gone goes on
   * under the one that has most of it; answers with those.
   */
  settle(clusters: readonly string[], relations: readonly Relation[], now: number): Alert[] {
    const book = this.#deps.book();
    const alive = new Set(clusters);
    const carried: Alert[] = [];
    for (const cluster of [...this.#open.keys()]) {
      if (!alive.has(cluster)) carried.push(...this.#carryOver(cluster, relations, now));
    }
    for (const { kind, id, from } of relations)
      if (kind === 'died' && from[0] !== undefined) this.#incidents.inherit(id, from[0].id);
    this.#topics.settle(alive, relations, (cluster) => this.#open.has(cluster));
    for (const cluster of book.alarming()) if (!this.#open.has(cluster)) book.reset(cluster);
    for (const cluster of clusters) {
      const row = book.row(cluster);
      if (row?.newborn.severity !== 'quiet' && !this.#open.has(cluster)) this.#topics.announce(cluster);
    }
    return carried;
  }

  /** Nothing will be judged any more: whatever is open ends. */
  end(now: number): Alert[] {
    return [...this.#open.keys()].flatMap((cluster) => this.#drop(cluster, now));
  }

  /** Newborns that are more of the topic of others do not tell its birth a second time. */
  join(relations: readonly Relation[]): void {
    this.#topics.join(relations);
  }

  state(): AlertingState {
    return {
      open: this.open(),
      ended: this.#ids.state(),
      ...this.#topics.state(),
      incidents: this.#incidents.state(),
    };
  }

  restore(state: AlertingState): void {
    for (const open of state.open) this.#open.set(open.alert.cluster, open);
    this.#topics.restore(state);
    this.#ids.restore(state.ended);
    this.#incidents.restore(state.incidents);
  }

  #judge(row: TickRow, now: number, changed: Alert[]): void {
    const open = this.#open.get(row.cluster) ?? null;
    const evidence = this.#evidence(row, open);
    if (evidence === null) return;
    const decision = decide(open, evidence, now, this.#deps.settings);
    const alert = this.#apply(row, open, evidence, decision, now);
    if (alert !== null) changed.push(alert);
  }

  /** The kind of an open alert stays; a cluster without one is judged as a birth first. */
  #evidence(row: TickRow, open: OpenAlert | null): Evidence | null {
    const { bars } = this.#deps.book();
    const common = {
      accounts60: row.n60,
      ratio60: row.ratio60,
      ratioLow60: row.ratioLow60,
    };
    const accounts = this.#deps.accounts24(row.cluster);
    const topic = this.#topics.of(row.cluster);
    const announced = this.#topics.isAnnounced(topic);
    if (open === null && this.#isTold(topic)) return null;
    const mayBeNew = row.newScore !== null && row.newborn.because !== 'warming-up' && !announced;
    if (open?.alert.kind === 'new' || (open === null && mayBeNew)) {
      // What waits to tell a birth that another has told meanwhile fades.
      const score = announced && open?.alert.state === 'pending' ? 0 : (row.newScore ?? 0);
      // The founding account made the birth: it proves nothing.
      return { kind: 'new', score, ...bars.newborn, ...common, accounts: accounts - 1 };
    }
    const muted = row.surge.because === 'warming-up' || row.surge.because === 'young-cluster';
    if (open === null && muted) return null;
    return { kind: 'surge', score: row.score, ...bars.surge, ...common, accounts };
  }

  /** An alert of the same topic is firing, at another cluster. */
  #isTold(topic: string): boolean {
    if (!this.#topics.shared) return false;
    for (const { alert } of this.#open.values())
      if (alert.state === 'firing' && this.#topics.of(alert.cluster) === topic) return true;
    return false;
  }

  #apply(
    row: TickRow,
    open: OpenAlert | null,
    evidence: Evidence,
    decision: Decision,
    now: number,
  ): Alert | null {
    if (decision.verdict === 'quiet') return null;
    const growing = evidence.ratioLow60 > this.#deps.settings.ratioOpen;
    if (decision.verdict === 'keep') {
      if (open !== null && growing) this.#open.set(row.cluster, { ...open, grewAt: now });
      return null;
    }
    const before = open?.alert ?? this.#start(row, evidence, now);
    const state = stateAfter(decision, before);
    const figures = this.#figures(row, before.onset, evidence);
    const ended = state === 'resolved' || state === 'expired';
    const { figures_only: _, ...kept } = before;
    const fires = state === 'firing' && before.fired_at === null;
    const alert: Alert = {
      ...kept,
      ...(decision.because === 'refreshed' ? { figures_only: true } : {}),
      // An alert that ends keeps the figures it was told with: what there is after growth has ended explains nothing.
      ...(ended ? { accounts: figures.accounts, conversations: figures.conversations } : figures),
      revision: before.revision + 1,
      state,
      severity: severityAfter(decision, before),
      incident: fires ? this.#incidents.join(before.id, row.cluster, now) : before.incident,
      fired_at: fires ? now : before.fired_at,
      resolved_at: ended ? now : null,
      updated_at: now,
      reason: '',
    };
    const told = { ...alert, reason: explain(alert, decision.because) };
    // One that never fires is not told: it may still be.
    if (told.kind === 'new' && told.fired_at !== null) this.#topics.announce(told.cluster);
    if (ended) this.#close(told);
    else {
      this.#open.set(row.cluster, {
        alert: told,
        grewAt: growing || open === null ? now : open.grewAt,
        ...(open !== null && decision.because === 'refreshed'
          ? { toldRatio: open.toldRatio, toldAccounts: open.toldAccounts }
          : { toldRatio: Math.max(1, evidence.ratio60), toldAccounts: evidence.accounts }),
      });
    }
    return told;
  }

  #start(row: TickRow, evidence: Evidence, now: number): Alert {
    const onset = (this.#deps.book().onset(row.cluster) ?? now / MINUTE) * MINUTE;
    const id = this.#ids.of(`${this.#deps.space}/${row.cluster}/${evidence.kind}/${onset}`);
    return {
      id,
      revision: 0,
      incident: id,
      kind: evidence.kind,
      space: this.#deps.space,
      cluster: row.cluster,
      state: 'pending',
      severity: 'watch',
      onset,
      pending_at: now,
      fired_at: null,
      resolved_at: null,
      updated_at: now,
      ...this.#figures(row, onset, evidence),
      reason: '',
    };
  }

  #figures(row: TickRow, onset: number, evidence: Evidence) {
    const book = this.#deps.book();
    const since = Math.floor(onset / MINUTE);
    const seen = this.#deps.behind.concentration(row.cluster, since);
    return {
      // Of one window, the hour, whatever the others say: the best of several bounds is no 95% bound.
      observed: row.n60,
      expected: row.mu60,
      ratio: row.ratio60,
      ratio_low: row.ratioLow60,
      window_minutes: 60,
      windows: [...book.windows(row.cluster)],
      accounts: seen.accounts,
      conversations: seen.conversations,
      conversations_per_account: seen.conversationsPerAccount,
      top_account_share: seen.topAccountShare,
      pattern: growthPattern(seen, book.usualPerAccount(row.cluster), this.#deps.settings.minAccounts),
      same_wording: seen.sameWording,
      shifted: this.#deps.behind.shifts(row.cluster, since, evidence.kind),
      score: evidence.score,
      threshold: evidence.watch,
    };
  }

  #close(alert: Alert): void {
    this.#end(alert);
    this.#deps.book().reset(alert.cluster);
  }

  #end(alert: Alert): void {
    this.#open.delete(alert.cluster);
    this.#incidents.end(alert.id, alert.updated_at);
    this.#ids.end(alert.id, alert.onset, alert.updated_at);
  }

  #carryOver(cluster: string, relations: readonly Relation[], now: number): Alert[] {
    const open = this.#open.get(cluster);
    const [heir] = relations.find(({ kind, id }) => kind === 'died' && id === cluster)?.from ?? [];
    if (open === undefined || heir === undefined || heir.share < HEIR_SHARE || this.#open.has(heir.id))
      return [];
    const moved = { ...open.alert, cluster: heir.id, revision: open.alert.revision + 1, updated_at: now };
    const alert = { ...moved, reason: explain(moved, 'cluster-merged') };
    this.#open.delete(cluster);
    this.#open.set(heir.id, { ...open, alert });
    return [alert];
  }

  /** Its cluster is gone: the alert ends, whatever state it was in. */
  #drop(cluster: string, now: number): Alert[] {
    const open = this.#open.get(cluster);
    if (open === undefined) return [];
    const state = open.alert.state === 'firing' ? 'resolved' : 'expired';
    const alert: Alert = {
      ...open.alert,
      revision: open.alert.revision + 1,
      state,
      resolved_at: now,
      updated_at: now,
    };
    this.#end(alert);
    return [{ ...alert, reason: explain(alert, 'cluster-gone') }];
  }
}
