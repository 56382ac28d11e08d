/** What is known of a cluster, and what of that may be said. */
import type { ClusterRecord } from '../../domain/generation.ts';
import type { ClusterDetail, ClusterView } from '../../domain/view.ts';
import type { Activity } from './activity.ts';
import type { Estimate } from './estimates.ts';

export type Growth = {
  readonly accounts60: number;
  /** null: not told within the hour. */
  readonly expected60: number | null;
  readonly ratioLow: number;
  readonly score: number;
  readonly accounts24: number;
};

export type ClusterState = {
  readonly record: ClusterRecord;
  readonly activity: Activity;
  /** As last told, and of which minute. */
  told: { readonly minute: number; readonly growth: Growth } | null;
};

/** What may be said of a cluster now; of one that is gone the title it had when it was last shown. */
export type ClusterStanding =
  | { readonly is: 'shown'; readonly title: string }
  | { readonly is: 'masked' }
  | { readonly is: 'gone'; readonly title: string | null };

/** Of a record that does not say since when it has its name, since its birth. */
export function namesOf({ names, label, naming, born_at }: ClusterRecord): ClusterDetail['names'] {
  return label === null ? names : [...names, { name: label.name, from: naming?.at ?? born_at }];
}

/** What is estimated, and how far it may be off; nothing where all is counted. */
export function errorsOf(
  { estimate: window }: ClusterRecord,
  hour: Estimate | null,
): Pick<ClusterView, 'conversations_error' | 'accounts_error' | 'last_hour_error' | 'sparkline_error'> {
  return {
    ...(window === undefined ? {} : { conversations_error: Math.round(window.error) }),
    ...(window?.accounts_error === undefined ? {} : { accounts_error: Math.round(window.accounts_error) }),
    ...(hour === null ? {} : { last_hour_error: hour.lastHour, sparkline_error: [...hour.sparkline] }),
  };
}
