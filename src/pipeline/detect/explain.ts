import type { Alert } from '../../domain/alert.ts';

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`;
const figure = (x: number): string => (x >= 10 ? x.toFixed(0) : x >= 1 ? x.toFixed(1) : x.toFixed(2));

/** The decision by name, then what an on-call at 3 a.m. needs. Holds no title. */
export function explain(alert: Alert, because: string): string {
  const what =
    alert.kind === 'new'
      ? `a topic not seen before, since ${clock(alert.onset)}: ${alert.accounts} accounts, ${alert.conversations} conversations`
      : `${alert.observed} new accounts in ${alert.window_minutes} min where ${figure(alert.expected)} were expected ` +
        `(${figure(alert.ratio)} times; surely above ${figure(alert.ratio_low)}), growing since ${clock(alert.onset)}`;
  const who =
    alert.pattern === 'coordinated-flood'
      ? `; few accounts send much (${figure(alert.conversations_per_account)} conversations each, the busiest ${Math.round(alert.top_account_share * 100)}%)`
      : '';
  return `${because}: ${what}${who}`;
}
