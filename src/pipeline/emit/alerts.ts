/** Folds alerts and acknowledgements; an alert about a cluster that may not be shown says no more than that it exists. */

import { stepOf } from '../../algorithms/disclosure.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Acknowledgement } from '../../domain/control.ts';
import type { AlertView } from '../../domain/view.ts';
import { explain } from '../explain.ts';
import type { ClusterStanding } from './cluster-state.ts';
import { type ClusterBook, roundedSize } from './clusters.ts';
import { toldExpected, toldFlow, toldFlowOf, toldNew, toldRatioLow, toldScore } from './flows.ts';
import { type Silenced, silencedFieldsOf } from './silences.ts';
import { type Thresholds, thresholdsOf } from './told.ts';

type Grown = Pick<AlertView, 'observed' | 'expected' | 'ratio' | 'ratio_low'>;

const GONE = '; its cluster is gone by now';

/** Alerts held in memory; older ones are in the store. */
const HELD = 2_000;

export class AlertBook {
  readonly #alerts = new Map<string, Alert>();
  readonly #acknowledged = new Map<string, NonNullable<AlertView['acknowledged']>>();

  /** false: known already, or older than what is known. */
  take(alert: Alert): boolean {
    const held = this.#alerts.get(alert.id);
    if (held !== undefined && held.revision >= alert.revision) return false;
    this.#alerts.delete(alert.id);
    this.#alerts.set(alert.id, alert);
    if (this.#alerts.size > HELD) {
      for (const [id, old] of this.#alerts) {
        if (old.state === 'firing' || old.state === 'pending') continue;
        this.#alerts.delete(id);
        break;
      }
    }
    return true;
  }

  acknowledge(control: Acknowledgement): void {
    this.#acknowledged.set(control.id, {
      by: control.by,
      at: control.at,
      ...(control.note === undefined ? {} : { note: control.note }),
    });
  }

  get(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  /** Newest first. */
  list(): Alert[] {
    return [...this.#alerts.values()].sort((a, b) => b.pending_at - a.pending_at || (a.id < b.id ? -1 : 1));
  }

  /** The state of the open alert of each cluster. */
  open(): Map<string, 'pending' | 'firing'> {
    const open = new Map<string, 'pending' | 'firing'>();
    for (const alert of this.#alerts.values()) {
      if (alert.state === 'firing') open.set(alert.cluster, 'firing');
      else if (alert.state === 'pending' && !open.has(alert.cluster)) open.set(alert.cluster, 'pending');
    }
    return open;
  }

  /** What may be said of it; null: nothing. Of a watch one that waits tells of few. */
  told(alert: Alert, book: ClusterBook, publicUrl: string | null): AlertView | null {
    const standing = book.standing(alert.cluster);
    const { thresholds } = book;
    const view = this.view(alert, standing, publicUrl, book.silenced(alert.cluster));
    if (thresholds.narrow === true && standing.is === 'masked' && alert.fired_at === null) return null;
    const isMasked = standing.is === 'masked' || standing.title === null;
    // As its cluster is told; of one that is gone by what is said of it.
    const near = thresholdsOf(book.state(alert.cluster)?.record ?? alert, thresholds);
    if (isMasked || (near.narrow !== true && near.near !== true)) return view;
    return inStepsOf(view, near);
  }

  view(
    alert: Alert,
    standing: ClusterStanding,
    publicUrl: string | null,
    silenced: Silenced | null,
  ): AlertView {
    const acknowledged = this.#acknowledged.get(alert.id) ?? null;
    const linked = publicUrl !== null && standing.is !== 'gone';
    const whole: AlertView = {
      ...alert,
      name: standing.is === 'masked' ? null : standing.title,
      standing: standing.is,
      acknowledged,
      ...silencedFieldsOf(silenced, standing.is === 'shown'),
      console_url: linked ? `${publicUrl.replace(/\/$/, '')}/#/clusters/${alert.cluster}` : null,
    };
    if (standing.is === 'shown') return whole;
    if (standing.is === 'masked') return masked(whole, 'may not be shown yet; an update follows once it may');
    if (standing.title === null) return masked(whole, 'is gone; its figures may not be shown');
    // It was shown until it went, and so may be what was told of it.
    const told = alert.reason.startsWith('cluster-gone');
    return told ? whole : { ...whole, reason: `${alert.reason}${GONE}` };
  }
}

/**
 * In steps of half the minimum: of few, so that it does not tell to the digit what the cluster is told of in steps, nor, from one minute to
 * the next, who came; of a watch always, so that two which differ in a name do not tell by their alerts who bears it.
 */
function inStepsOf(view: AlertView, thresholds: Thresholds): AlertView {
  const tenths = (x: number): number => Math.floor(x * 10) / 10;
  const accounts = toldFlow(view.accounts, thresholds, 'accounts');
  const grown = <T extends Grown>(figures: T): T => {
    const observed = toldNew(figures.observed, thresholds);
    const expected = toldExpected(figures.expected, thresholds);
    const ratio_low = toldRatioLow(figures.ratio_low, figures, { observed, expected }, thresholds);
    // Of so few that none are told it is at least what is sure.
    const ratio = Math.max(ratio_low, tenths(observed / Math.max(0.1, expected)));
    return { ...figures, observed, expected, ratio, ratio_low };
  };
  const { observed, expected, ratio, ratio_low } = grown(view);
  const figures = {
    observed,
    expected,
    ratio,
    ratio_low,
    accounts,
    conversations: toldFlowOf(view.conversations, accounts, thresholds),
  };
  const twentieths = (x: number): number => Math.round(x * 20) / 20;
  const rounded = (x: number | null): number | null => (x === null ? null : Math.round(x * 10) / 10);
  const told: AlertView = {
    ...view,
    ...figures,
    // What is above its threshold is told to be.
    score: Math.max(toldScore(view.score, thresholds), view.score >= view.threshold ? view.threshold : 0),
    conversations_per_account: rounded(figures.conversations / Math.max(1, figures.accounts)),
    top_account_share: rounded(view.top_account_share),
    same_wording: rounded(view.same_wording),
    windows: thresholds.narrow === true ? [] : view.windows.map(grown),
    shifted: view.shifted.map((shift) => ({
      ...shift,
      share: twentieths(shift.share),
      before: twentieths(shift.before),
      ratio: shift.ratio === null ? null : tenths(shift.ratio),
      low: tenths(shift.low),
      high: shift.high === null ? null : Math.ceil(shift.high * 10) / 10,
    })),
  };
  const [because = ''] = view.reason.split(':', 1);
  const reason =
    thresholds.narrow === true
      ? `${because}: about ${figures.accounts} accounts, ${figures.conversations} conversations; told in steps, as of every watch`
      : `${explain({ ...told, ...whoOf(told) }, because, stepOf(thresholds.minAccounts))}${view.reason.endsWith(GONE) ? GONE : ''}`;
  return { ...told, reason };
}

/** Who is behind it; of none that is masked anything is left out. */
const whoOf = ({ conversations_per_account, top_account_share, same_wording }: AlertView) => ({
  conversations_per_account: conversations_per_account ?? 0,
  top_account_share: top_account_share ?? 0,
  same_wording: same_wording ?? 0,
});

/** Promise 8: until its cluster may be shown, an alert has an id and a rounded size. */
function masked(view: AlertView, because: string): AlertView {
  return {
    ...view,
    observed: roundedSize(view.observed),
    // Rounded as well, or expected times ratio would be the size to the digit.
    expected: roundedSize(view.expected),
    ratio: Math.round(view.ratio),
    ratio_low: Math.floor(view.ratio_low),
    score: Math.round(view.score),
    accounts: roundedSize(view.accounts),
    conversations: roundedSize(view.conversations),
    conversations_per_account: null,
    top_account_share: null,
    same_wording: null,
    windows: [],
    shifted: [],
    reason: `${view.kind === 'new' ? 'new-topic' : 'surge'}: a cluster that ${because}`,
  };
}
