/** Evidence to alerts: one open alert a cluster at most, each change told with its explanation. */

import type { GrowthBook } from '../../algorithms/growth/book.ts';
import type { Concentration } from '../../algorithms/growth/concentration.ts';
import { growthPattern } from '../../algorithms/growth/concentration.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import { hash53 } from '../../algorithms/hash.ts';
import type { Alert, GrowthWindow } from '../../domain/alert.ts';
import { MINUTE } from '../../domain/ids.ts';
import { type Decision, decide, type Evidence, type LifecycleSettings, type OpenAlert } from './lifecycle.ts';

export type AlertingDeps = {
  readonly space: string;
  readonly settings: LifecycleSettings;
  readonly book: () => GrowthBook;
  /** Who talked in a cluster since a minute. */
  readonly concentration: (cluster: string, sinceMinute: number) => Concentration;
  readonly accounts24: (cluster: string) => number;
};

export class Alerting {
  readonly #deps: AlertingDeps;
  readonly #open = new Map<string, OpenAlert>();
  /** Newborns whose birth was told, or happened under other labels: not told again. */
  readonly #announced = new Set<string>();

  constructor(deps: AlertingDeps) {
    this.#deps = deps;
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

  /** After a rebuild: what its new labels would alarm about is no news, and is told by no alert. */
  settle(clusters: readonly string[]): void {
    const book = this.#deps.book();
    const alive = new Set(clusters);
    for (const cluster of this.#announced) if (!alive.has(cluster)) this.#announced.delete(cluster);
    for (const cluster of book.alarming()) if (!this.#open.has(cluster)) book.reset(cluster);
    for (const cluster of clusters) {
      const row = book.row(cluster);
      if (row?.newborn.severity !== 'quiet' && !this.#open.has(cluster)) this.#announced.add(cluster);
    }
  }

  state(): { open: readonly OpenAlert[]; announced: readonly string[] } {
    return { open: this.open(), announced: [...this.#announced] };
  }

  restore(state: { open: readonly OpenAlert[]; announced: readonly string[] }): void {
    for (const open of state.open) this.#open.set(open.alert.cluster, open);
    for (const cluster of state.announced) this.#announced.add(cluster);
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
      accounts: this.#deps.accounts24(row.cluster),
    };
    const mayBeNew =
      row.newScore !== null && row.newborn.because !== 'warming-up' && !this.#announced.has(row.cluster);
    if (open?.alert.kind === 'new' || (open === null && mayBeNew)) {
      return { kind: 'new', score: row.newScore ?? 0, ...bars.newborn, ...common };
    }
    const muted = row.surge.because === 'warming-up' || row.surge.because === 'young-cluster';
    if (open === null && muted) return null;
    return { kind: 'surge', score: row.score, ...bars.surge, ...common };
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
    const alert: Alert = {
      ...before,
      // An alert that ends keeps the figures it was told with: what there is after growth has ended explains nothing.
      ...(ended ? { accounts: figures.accounts, conversations: figures.conversations } : figures),
      revision: before.revision + 1,
      state,
      severity: severityAfter(decision, before),
      fired_at: before.fired_at ?? (state === 'firing' ? now : null),
      resolved_at: ended ? now : null,
      updated_at: now,
      reason: '',
    };
    const told = { ...alert, reason: explain(alert, decision.because) };
    if (ended) this.#close(told);
    else {
      this.#open.set(row.cluster, {
        alert: told,
        grewAt: growing || open === null ? now : open.grewAt,
        toldRatio: Math.max(1, evidence.ratio60),
        toldAccounts: evidence.accounts,
      });
    }
    return told;
  }

  #start(row: TickRow, evidence: Evidence, now: number): Alert {
    const onset = (this.#deps.book().onset(row.cluster) ?? now / MINUTE) * MINUTE;
    // Evidence that fades and comes back may have the same onset; it is another alert, whose revisions start anew.
    const subject = `${this.#deps.space}/${row.cluster}/${evidence.kind}/${onset}/${now}`;
    const id = `a${hash53(subject).toString(36)}`;
    return {
      id,
      revision: 0,
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
    const seen = this.#deps.concentration(row.cluster, Math.floor(onset / MINUTE));
    const windows = [...book.windows(row.cluster)];
    const clearest = windows.reduce<GrowthWindow | undefined>(
      (best, window) => (best === undefined || window.ratio_low > best.ratio_low ? window : best),
      undefined,
    );
    return {
      observed: clearest?.observed ?? row.n60,
      expected: clearest?.expected ?? row.mu60,
      ratio: clearest?.ratio ?? row.ratio60,
      ratio_low: clearest?.ratio_low ?? row.ratioLow60,
      window_minutes: clearest?.minutes ?? 60,
      windows,
      accounts: seen.accounts,
      conversations: seen.conversations,
      conversations_per_account: seen.conversationsPerAccount,
      top_account_share: seen.topAccountShare,
      pattern: growthPattern(seen, book.usualPerAccount(row.cluster), this.#deps.settings.minAccounts),
      same_wording: seen.sameWording,
      score: evidence.score,
      threshold: evidence.watch,
    };
  }

  #close(alert: Alert): void {
    this.#open.delete(alert.cluster);
    // One that never fired was not told: it may still be.
    if (alert.kind === 'new' && alert.fired_at !== null) this.#announced.add(alert.cluster);
    this.#deps.book().reset(alert.cluster);
  }

  /** Its cluster is gone: the alert ends, whatever state it was in. */
  #drop(cluster: string, now: number): Alert[] {
    const open = this.#open.get(cluster);
    if (open === undefined) return [];
    this.#open.delete(cluster);
    const state = open.alert.state === 'firing' ? 'resolved' : 'expired';
    const alert: Alert = {
      ...open.alert,
      revision: open.alert.revision + 1,
      state,
      resolved_at: now,
      updated_at: now,
    };
    return [{ ...alert, reason: explain(alert, 'cluster-gone') }];
  }
}

function stateAfter(decision: Decision, before: Alert): Alert['state'] {
  if (decision.verdict === 'open' || decision.verdict === 'close') return decision.state;
  return decision.verdict === 'fire' ? 'firing' : before.state;
}

function severityAfter(decision: Decision, before: Alert): Alert['severity'] {
  if (decision.verdict === 'open' || decision.verdict === 'fire') return decision.severity;
  return decision.verdict === 'escalate' ? 'page' : before.severity;
}

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`;
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const figure = (x: number): string => (x >= 10 ? x.toFixed(0) : x >= 1 ? x.toFixed(1) : x.toFixed(2));

/** The decision by name, then what an on-call at 3 a.m. needs. Holds no title. */
function explain(alert: Alert, because: string): string {
  const what =
    alert.kind === 'new'
      ? `a topic not seen before, since ${clock(alert.onset)}: ${alert.accounts} accounts, ${alert.conversations} conversations`
      : `${alert.observed} new accounts in ${alert.window_minutes} min where ${figure(alert.expected)} were expected ` +
        `(${figure(alert.ratio)} times; surely above ${figure(alert.ratio_low)}), growing since ${clock(alert.onset)}`;
  return `${because}: ${what}${who(alert)}`;
}

/** What is to be said of those behind it when they are not many people with words of their own. */
function who(alert: Alert): string {
  switch (alert.pattern) {
    case 'organic':
      return '';
    case 'coordinated-flood':
      return `; few accounts send much (${figure(alert.conversations_per_account)} conversations each, the busiest ${percent(alert.top_account_share)})`;
    case 'one-template':
      return `; its accounts send one template (of two of them, ${percent(alert.same_wording)} begin alike)`;
  }
}
