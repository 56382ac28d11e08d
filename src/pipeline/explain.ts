import type { Alert } from '../domain/alert.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
/** With its day where that is not the day on which it is told. */
function clock(ms: number, now: number): string {
  const date = day.format(ms) === day.format(now) ? '' : `${day.format(ms)} `;
  return `${date}${new Date(ms).toISOString().slice(11, 16)} UTC`;
}
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const figure = (x: number): string => (x >= 10 ? x.toFixed(0) : x >= 1 ? x.toFixed(1) : x.toFixed(2));

/**
 * The decision by name, then what an on-call at 3 a.m. needs. Holds no title.
 * @param step of counts that are told in steps: none is fewer than one
 */
export function explain(alert: Alert, because: string, step = 0): string {
  const observed = alert.observed < step ? `fewer than ${step}` : String(alert.observed);
  const what =
    alert.kind === 'new'
      ? `a topic not seen before, since ${clock(alert.onset, alert.updated_at)}: ${alert.accounts} accounts, ${alert.conversations} conversations`
      : `${observed} new accounts in ${alert.window_minutes} min where ${figure(alert.expected)} were expected ` +
        `(${figure(alert.ratio)} times; surely above ${figure(alert.ratio_low)}), growing since ${clock(alert.onset, alert.updated_at)}`;
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
