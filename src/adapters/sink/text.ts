/** An alert in words, shared by the sinks that people read. */
import type { AlertView } from '../../domain/view.ts';

/** What grows, by its name once it may be shown. Control characters could move a terminal's cursor or forge a line. */
export function subjectOf(alert: AlertView): string {
  return alert.name === null
    ? `Cluster ${alert.cluster} (no name to show)`
    : `“${alert.name.replace(/\p{Cc}/gu, ' ')}”`;
}

export function summaryOf(alert: AlertView): string {
  const what = alert.kind === 'new' ? 'is a new topic' : 'is surging';
  return `${subjectOf(alert)} ${what}: ${figuresOf(alert)}`;
}

export function figuresOf({ observed, expected, ratio, ratio_low, window_minutes }: AlertView): string {
  const observation = `${observed} accounts in ${window_minutes} min`;
  return `${observation}, ${tidy(expected)} expected (×${tidy(ratio)}, surely above ×${tidy(ratio_low)})`;
}

export function extentOf(alert: AlertView): string {
  const share = Math.round(alert.top_account_share * 100);
  return `${alert.accounts} accounts and ${alert.conversations} conversations since onset, busiest account ${share}%, ${alert.pattern}`;
}

/** At most three digits that matter. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(3)));
}
