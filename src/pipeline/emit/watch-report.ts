/** Watches as readers see them, and what each has seen. */
import { coarseCount } from '../../algorithms/disclosure.ts';
import { spaceId } from '../../domain/ids.ts';
import type { WatchReport, WatchView } from '../../domain/report.ts';
import type { TimelinePoint } from '../../domain/view.ts';
import { WHOLE_SPACE } from '../../ports/store.ts';
import type { NamedWatch } from '../watches.ts';
import type { Books, EmitDeps } from './books.ts';

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
  const { minAccounts, minConversations } = deps.thresholds(space);
  const now = spaces.main.now;
  const until = Math.min(now, to);
  const since = Number.isFinite(from) ? from : 0;
  const timeline = (cluster: string) =>
    hoursOf(deps.store.timeline(space, cluster, since, until), minConversations);
  const hours = deps.store.timeline(space, WHOLE_SPACE, since, until);
  const total = hours.reduce((sum, { conversations }) => sum + conversations, 0);
  const open = alerts.open();
  const states = book.states();
  const shown = states
    .map((state) => book.view(state, open.get(state.record.id) ?? null))
    .filter(({ visibility }) => visibility === 'shown')
    .sort((a, b) => b.conversations - a.conversations);
  return {
    id,
    watch,
    space,
    until,
    ended: now >= to,
    minimum: { accounts: minAccounts, conversations: minConversations },
    conversations: total < minConversations ? null : coarseCount(total, minConversations),
    hours: hoursOf(hours, minConversations),
    clusters: shown.slice(0, CLUSTERS).map((view) => ({
      id: view.id,
      name: view.name ?? '',
      description: view.description,
      conversations: view.conversations,
      accounts: view.accounts,
      concern: view.concern,
      born_at: view.born_at,
      hours: timeline(view.id),
    })),
    hidden: states.length - shown.length,
    alerts: alerts
      .list()
      .filter((alert) => alert.space === space && alert.state !== 'expired')
      .slice(0, ALERTS)
      .reverse()
      .map((alert) => alerts.view(alert, book.standing(alert.cluster), deps.publicUrl())),
  };
}

/** An hour of few conversations would tell of them. */
const hoursOf = (points: readonly TimelinePoint[], minimum: number): WatchReport['hours'] =>
  points.map(({ at, conversations }) => ({
    at,
    conversations: conversations < minimum ? null : coarseCount(conversations, minimum),
  }));
