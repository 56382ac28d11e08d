/**
 * pending → firing → resolved, with hysteresis. Pure: one decision a cluster and tick, with its reason by name.
 * Opens on the evidence of the growth test, stays open while growth is surely above `ratioOpen`, closes an hour after.
 */

import type { Alert } from '../../domain/alert.ts';
import { MINUTE } from '../../domain/ids.ts';

export type LifecycleSettings = {
  readonly minAccounts: number;
  readonly ratioOpen: number;
  readonly closeAfterMs: number;
};

/** What the growth test says of one cluster at one tick. */
export type Evidence = {
  readonly kind: Alert['kind'];
  /** log e-value. */
  readonly score: number;
  /** log e-value above which it is a watch and a page; births are judged by another bound than surges. */
  readonly watch: number;
  readonly page: number;
  readonly accounts60: number;
  readonly ratio60: number;
  readonly ratioLow60: number;
  /** Distinct accounts that count towards the minimum; of a birth, those after the founding one. */
  readonly accounts: number;
};

export type OpenAlert = {
  readonly alert: Alert;
  /** Last event time at which growth was sure. */
  readonly grewAt: number;
  /** Ratio and accounts as last told. */
  readonly toldRatio: number;
  readonly toldAccounts: number;
};

export type Decision =
  | {
      readonly verdict: 'open';
      readonly state: 'pending' | 'firing';
      readonly severity: Alert['severity'];
      readonly because: string;
    }
  | { readonly verdict: 'fire'; readonly severity: Alert['severity']; readonly because: string }
  | { readonly verdict: 'escalate'; readonly because: string }
  | { readonly verdict: 'update'; readonly because: 'doubled' | 'more-accounts' | 'refreshed' }
  | { readonly verdict: 'close'; readonly state: 'resolved' | 'expired'; readonly because: string }
  | { readonly verdict: 'keep'; readonly because: 'still-growing' | 'waiting-to-close' | 'evidence-building' }
  | { readonly verdict: 'quiet'; readonly because: 'below-threshold' | 'one-account' };

/** A tenth of the evidence that fires makes an alert pending. */
const PENDING_SHARE = Math.log(10);
const PENDING_FOR_MS = 30 * MINUTE;
/** So much more than last told is worth telling. */
const DOUBLED = 2;
const MORE_ACCOUNTS = 1.5;
/** While it grows, an alert's figures are no older than this. */
const REFRESH_MS = 15 * MINUTE;

export function decide(
  open: OpenAlert | null,
  evidence: Evidence,
  now: number,
  settings: LifecycleSettings,
): Decision {
  const enough = evidence.accounts >= settings.minAccounts;
  const severity = evidence.score >= evidence.page ? 'page' : 'watch';
  if (open === null) {
    // One account is a note in its cluster's figures, never a topic.
    if (evidence.accounts <= 1) return { verdict: 'quiet', because: 'one-account' };
    if (evidence.score >= evidence.watch && enough) {
      return { verdict: 'open', state: 'firing', severity, because: 'above-threshold' };
    }
    if (evidence.score >= evidence.watch - PENDING_SHARE) {
      return {
        verdict: 'open',
        state: 'pending',
        severity: 'watch',
        because: enough ? 'evidence-building' : 'too-few-accounts',
      };
    }
    return { verdict: 'quiet', because: 'below-threshold' };
  }
  if (open.alert.state === 'pending') return decidePending(open, evidence, severity, enough, now);
  if (severity === 'page' && open.alert.severity === 'watch')
    return { verdict: 'escalate', because: 'above-page-threshold' };
  if (evidence.ratioLow60 > settings.ratioOpen) {
    if (evidence.ratio60 >= open.toldRatio * DOUBLED) return { verdict: 'update', because: 'doubled' };
    if (evidence.accounts >= open.toldAccounts * MORE_ACCOUNTS)
      return { verdict: 'update', because: 'more-accounts' };
    if (now - open.alert.updated_at >= REFRESH_MS) return { verdict: 'update', because: 'refreshed' };
    return { verdict: 'keep', because: 'still-growing' };
  }
  if (now - open.grewAt >= settings.closeAfterMs) {
    return { verdict: 'close', state: 'resolved', because: 'growth-ended' };
  }
  return { verdict: 'keep', because: 'waiting-to-close' };
}

function decidePending(
  open: OpenAlert,
  evidence: Evidence,
  severity: Alert['severity'],
  enough: boolean,
  now: number,
): Decision {
  if (evidence.score >= evidence.watch && enough)
    return { verdict: 'fire', severity, because: 'above-threshold' };
  const lapsed = now - open.alert.pending_at >= PENDING_FOR_MS;
  if (lapsed && evidence.score < evidence.watch - PENDING_SHARE) {
    return { verdict: 'close', state: 'expired', because: 'evidence-faded' };
  }
  return { verdict: 'keep', because: 'evidence-building' };
}

export function stateAfter(decision: Decision, before: Alert): Alert['state'] {
  if (decision.verdict === 'open' || decision.verdict === 'close') return decision.state;
  return decision.verdict === 'fire' ? 'firing' : before.state;
}

export function severityAfter(decision: Decision, before: Alert): Alert['severity'] {
  if (decision.verdict === 'open' || decision.verdict === 'fire') return decision.severity;
  return decision.verdict === 'escalate' ? 'page' : before.severity;
}
