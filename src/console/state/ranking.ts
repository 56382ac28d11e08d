/** Order and choice of what is listed. Pure. */
import type { AlertView, ClusterView } from '../../domain/view.ts';

export type Ranking = 'growth' | 'size' | 'newest' | 'concern';

/** Growth not tested ranks below every tested one. */
const growthOf = (cluster: ClusterView): number => cluster.ratio_low ?? -1;

const ORDER: Readonly<Record<Ranking, (a: ClusterView, b: ClusterView) => number>> = {
  growth: (a, b) => growthOf(b) - growthOf(a),
  size: (a, b) => b.conversations - a.conversations,
  newest: (a, b) => b.born_at - a.born_at,
  concern: (a, b) => (b.concern ?? 0) - (a.concern ?? 0),
};

/** Clusters that `search` is part of the name or id of, best first; equals by size, then id, so that they keep their place. */
export function rank(clusters: Iterable<ClusterView>, ranking: Ranking, search: string): ClusterView[] {
  const wanted = search.trim().toLowerCase();
  const found =
    wanted === '' ? [...clusters] : [...clusters].filter((cluster) => namesOf(cluster).includes(wanted));
  return found.sort((a, b) => ORDER[ranking](a, b) || ORDER.size(a, b) || (a.id < b.id ? -1 : 1));
}

const namesOf = (cluster: ClusterView): string => `${cluster.name ?? ''}\n${cluster.id}`.toLowerCase();

/** Newest first. */
export function newestFirst(alerts: Iterable<AlertView>): AlertView[] {
  return [...alerts].sort((a, b) => b.pending_at - a.pending_at || (a.id < b.id ? -1 : 1));
}

export type Incident = { readonly first: AlertView; readonly more: readonly AlertView[] };

/** One incident after another, each where the newest of its alerts is: what it began with, then the rest, newest first. */
export function byIncident(newest: readonly AlertView[]): Incident[] {
  const groups = new Map<string, AlertView[]>();
  for (const alert of newest) {
    const key = alert.incident === '' ? alert.id : `${alert.space}/${alert.incident}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  }
  return [...groups.values()].flatMap((group) => {
    const first = group.find(({ id, incident }) => id === incident) ?? group.at(-1);
    return first === undefined ? [] : [{ first, more: group.filter((alert) => alert !== first) }];
  });
}

export const isOpen = (alert: AlertView): boolean => alert.state === 'firing' || alert.state === 'pending';

/**
 * The order to show when rows must not jump at every change: the shown order stays, less what is gone; what is not
 * listed yet comes at its end. The caller chooses when to take the true order instead. O(n).
 */
export function calmOrder(shown: readonly string[], wanted: readonly string[]): string[] {
  const present = new Set(wanted);
  const kept = shown.filter((id) => present.has(id));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((id) => !known.has(id))];
}
