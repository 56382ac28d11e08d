/** Watches as readers see them, and what each has seen. */
import { coarseCount } from '../../algorithms/disclosure.ts';
import { HOUR, MINUTE, spaceId } from '../../domain/ids.ts';
import type { WatchReport, WatchView } from '../../domain/report.ts';
import type { TimelinePoint } from '../../domain/view.ts';
import type { NamedWatch } from '../watches.ts';
import type { Activity } from './activity.ts';
import { alertView } from './alert-view.ts';
import type { Books, EmitDeps } from './books.ts';
import { toldHour } from './flows.ts';
import { shownBefore } from './lineage.ts';
import type { Thresholds } from './told.ts';

const CLUSTERS = 500;
const ALERTS = 500;

export function watchView(named: NamedWatch, now: number, asking: boolean): WatchView {
  const { id, watch, from, to, configured } = named;
  return {
    id,
    watch,
    space: spaceId(id, watch.facet),
    state: now < from ? 'waiting' : now >= to ? 'ended' : 'open',
    configured,
    screening: screeningOf(named, asking),
  };
}

function screeningOf({ watch: { question, match } }: NamedWatch, asking: boolean): WatchView['screening'] {
  if (question === undefined) return 'none';
  if (asking) return 'asked';
  return match === undefined ? 'nobody-to-ask' : 'match-only';
}

export function reportOf(deps: EmitDeps, { spaces, alerts }: Books, named: NamedWatch): WatchReport {
  const { id, watch, from, to } = named;
  const space = spaceId(id, watch.facet);
  const book = spaces.of(space);
  const { minAccounts, minConversations } = book.thresholds;
  const now = spaces.main.now;
  const until = Math.min(now, to);
  // The hour it began in as well.
  const since = Number.isFinite(from) ? Math.floor(from / HOUR) * HOUR : 0;
  const open = alerts.open();
  const shown = book
    .heard()
    .map((state) => book.view(state, open.get(state.record.id) ?? null))
    .filter(({ visibility }) => visibility === 'shown')
    .sort((a, b) => b.conversations - a.conversations)
    .map((view) => {
      const activity = book.state(view.id)?.activity;
      const told = deps.store.timeline(space, view.id, since, until);
      return {
        view,
        timeline: activity === undefined ? told : filled(told, activity, { since, until, now: book.now }),
      };
    });
  const gone = shownBefore(deps, book, space)
    .filter((cluster) => book.state(cluster) === undefined)
    .map((cluster) => deps.store.timeline(space, cluster, since, until));
  // Of clusters that are shown, or were until they went, alone: of all, nobody would know how few accounts they are.
  const hours = sumByHour([...shown.map(({ timeline }) => timeline), ...gone]);
  const counted = hours.reduce((sum, { conversations }) => sum + conversations, 0);
  // Who came before the first clusters were made is a member of one, and of no hour.
  const members = shown.reduce((sum, { view }) => sum + view.conversations, 0);
  const total = Math.max(counted, members);
  return {
    id,
    watch,
    space,
    until,
    ended: now >= to,
    minimum: { accounts: minAccounts, conversations: minConversations },
    conversations: total < minConversations ? null : coarseCount(total, minConversations, true),
    hours: hoursOf(hours, book.thresholds),
    clusters: shown.slice(0, CLUSTERS).map(({ view, timeline }) => ({
      id: view.id,
      name: view.name ?? '',
      description: view.description,
      conversations: view.conversations,
      accounts: view.accounts,
      concern: view.concern,
      born_at: view.born_at,
      hours: hoursOf(timeline, book.thresholds),
    })),
    alerts: alerts
      .list()
      .filter((alert) => alert.space === space && alert.state !== 'expired')
      .flatMap((alert) => alertView(deps, { spaces, alerts }, alert) ?? [])
      .slice(0, ALERTS)
      .reverse(),
  };
}

type Hour = Pick<TimelinePoint, 'at' | 'conversations' | 'accounts'>;

/** With the minutes of the hour that fills: hours are told every quarter, and a watch that is taken away tells no more. */
function filled(
  hours: readonly Hour[],
  activity: Activity,
  { since, until, now }: { readonly since: number; readonly until: number; readonly now: number },
): readonly Hour[] {
  const at = Math.floor((now - 1) / HOUR) * HOUR;
  if (at < since || at >= until) return hours;
  activity.advance(now - MINUTE);
  const told = hours.find((hour) => hour.at === at);
  const conversations = Math.max(told?.conversations ?? 0, activity.since(at));
  if (conversations === 0) return hours;
  return [...hours.filter((hour) => hour.at !== at), { at, accounts: 0, ...told, conversations }];
}

/** Oldest first. */
function sumByHour(timelines: readonly (readonly Hour[])[]): Hour[] {
  const sums = new Map<number, Hour>();
  for (const { at, conversations, accounts } of timelines.flat()) {
    const sum = sums.get(at) ?? { at, conversations: 0, accounts: 0 };
    // Accounts of several clusters count in each: no fewer, and no more than the conversations of all.
    sums.set(at, {
      at,
      conversations: sum.conversations + conversations,
      accounts: sum.accounts + accounts,
    });
  }
  return [...sums.values()].sort((a, b) => a.at - b.at);
}

/** As the timeline of a cluster tells them: an hour of few conversations would tell of them. */
const hoursOf = (points: readonly Hour[], thresholds: Thresholds): WatchReport['hours'] =>
  points.map((point) => ({
    at: point.at,
    conversations: toldHour(point, { ...thresholds, narrow: true }).conversations || null,
  }));
