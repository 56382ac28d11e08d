/** What the console knows, and how everything that comes in changes it. Pure. */
import type { AlertView, ClusterView, LiveEvents, Pulse } from '../../domain/view.ts';
import { AWAY, type Feed, received } from './feed.ts';

/** Rooms whose events build on one another; a pulse says all by itself. */
export type ListRoom = 'alerts' | 'clusters';

export type Access = 'checking' | 'granted' | 'token-needed' | 'token-refused';

export type ConsoleState = {
  readonly access: Access;
  readonly connection: 'connecting' | 'live' | 'lost';
  readonly clusters: ReadonlyMap<string, ClusterView>;
  readonly alerts: ReadonlyMap<string, AlertView>;
  readonly pulse: Pulse | null;
  /** Where each room's events stand; a list says nothing while its room is away. */
  readonly feeds: { readonly [R in ListRoom]: Feed };
  /** Alerts that began to fire while the page was open and have not been shown as such yet, oldest first. */
  readonly news: readonly string[];
};

export type Action =
  | { readonly type: 'access'; readonly access: Access }
  | { readonly type: 'connection'; readonly connection: ConsoleState['connection'] }
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  /** The whole of a room, as of event `seq`. */
  | { readonly type: 'all-alerts'; readonly seq: number; readonly alerts: readonly AlertView[] }
  | { readonly type: 'all-clusters'; readonly seq: number; readonly clusters: readonly ClusterView[] }
  | { readonly type: 'alerts'; readonly events: readonly LiveEvents['alerts'][] }
  | { readonly type: 'clusters'; readonly events: readonly LiveEvents['clusters'][] }
  | { readonly type: 'news-shown'; readonly ids: readonly string[] };

export const EMPTY: ConsoleState = {
  access: 'checking',
  connection: 'connecting',
  clusters: new Map(),
  alerts: new Map(),
  pulse: null,
  feeds: { alerts: AWAY, clusters: AWAY },
  news: [],
};

export function reduce(state: ConsoleState, action: Action): ConsoleState {
  switch (action.type) {
    case 'access':
      return { ...state, access: action.access };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'pulse':
      return { ...state, pulse: action.pulse };
    case 'all-alerts':
      return withAllAlerts(state, action.seq, action.alerts);
    case 'all-clusters':
      return {
        ...state,
        clusters: new Map(action.clusters.map((cluster) => [cluster.id, cluster])),
        feeds: { ...state.feeds, clusters: { phase: 'live', seq: action.seq } },
      };
    case 'alerts': {
      const { feed, fresh } = received(state.feeds.alerts, action.events);
      return withAlerts({ ...state, feeds: { ...state.feeds, alerts: feed } }, fresh);
    }
    case 'clusters': {
      const { feed, fresh } = received(state.feeds.clusters, action.events);
      return withClusters({ ...state, feeds: { ...state.feeds, clusters: feed } }, fresh);
    }
    case 'news-shown':
      return { ...state, news: state.news.filter((id) => !action.ids.includes(id)) };
  }
}

function withAllAlerts(state: ConsoleState, seq: number, list: readonly AlertView[]): ConsoleState {
  // The first list is the past, not news; a later one fills a gap, in which something may have begun.
  const first = state.feeds.alerts.phase === 'away';
  const begun = first ? [] : list.filter((alert) => beganToFire(state.alerts, alert));
  return {
    ...state,
    alerts: new Map(list.map((alert) => [alert.id, alert])),
    feeds: { ...state.feeds, alerts: { phase: 'live', seq } },
    news: withNews(state.news, begun),
  };
}

function withAlerts(state: ConsoleState, events: readonly LiveEvents['alerts'][]): ConsoleState {
  if (events.length === 0) return state;
  const alerts = new Map(state.alerts);
  const begun: AlertView[] = [];
  for (const { alert } of events) {
    if (beganToFire(alerts, alert)) begun.push(alert);
    // Expired: it was pending and came to nothing, so there is nothing to show.
    if (alert.state === 'expired') alerts.delete(alert.id);
    else alerts.set(alert.id, alert);
  }
  return { ...state, alerts, news: withNews(state.news, begun) };
}

const beganToFire = (known: ReadonlyMap<string, AlertView>, alert: AlertView): boolean =>
  alert.state === 'firing' && known.get(alert.id)?.state !== 'firing';

function withNews(news: readonly string[], begun: readonly AlertView[]): readonly string[] {
  if (begun.length === 0) return news;
  const oldestFirst = begun.toSorted((a, b) => a.updated_at - b.updated_at).map((alert) => alert.id);
  return [...new Set([...news, ...oldestFirst])];
}

function withClusters(state: ConsoleState, events: readonly LiveEvents['clusters'][]): ConsoleState {
  if (events.length === 0) return state;
  const clusters = new Map(state.clusters);
  for (const event of events) {
    for (const cluster of event.clusters) clusters.set(cluster.id, cluster);
    for (const id of event.removed) clusters.delete(id);
  }
  return { ...state, clusters };
}
