/** A live view held in memory, for tests of what reads one: its lists are set, its events sent, by the test. */

import { conversationToken, HOUR } from '../../src/domain/ids.ts';
import type { WatchReport } from '../../src/domain/report.ts';
import type { SilenceView } from '../../src/domain/silence.ts';
import type {
  AlertView,
  ClusterDetail,
  ClusterView,
  LiveEvents,
  Pulse,
  Room,
} from '../../src/domain/view.ts';
import type { ClusterQuery, LiveView } from '../../src/ports/live-view.ts';
import type { Delivery } from '../../src/ports/sink.ts';

export const NOON = Date.parse('2026-03-01T12:00:00Z');

const HEARD = { silenced_until: null, silenced_by: null, silenced_from: null };

export function clusterView(id: string, change: Partial<ClusterView> = {}): ClusterView {
  return {
    id,
    space: 'all/request',
    visibility: 'shown',
    name: `Cluster ${id}`,
    description: 'A cluster',
    origin: 'rebuild',
    born_at: NOON - 100 * HOUR,
    conversations: 120,
    accounts: 80,
    last_hour: 12,
    expected_hour: 6,
    accounts_hour: 11,
    ratio: 1.8,
    ratio_low: 1.1,
    concern: 1.4,
    parent: null,
    x: null,
    y: null,
    alert: null,
    ...HEARD,
    sparkline: [1, 2, 3],
    ...change,
  };
}

export function clusterDetail(id: string, change: Partial<ClusterDetail> = {}): ClusterDetail {
  return {
    ...clusterView(id),
    mean_similarity: 0.71,
    coordination: {
      score: 0.8,
      signature: 'many-accounts-one-template',
      parts: [
        { part: 'template_share', value: 0.95, usual: 0.05, contribution: 0.4 },
        { part: 'synchrony', value: 34.5, usual: 1, contribution: 0.2 },
        { part: 'gini', value: 0.1, usual: null, contribution: 0 },
      ],
    },
    languages: [
      { value: 'en', share: 0.8, lift: { lift: 0.9, low: 0.8, high: 1.1 } },
      { value: 'de', share: 0.2, lift: { lift: 4, low: 2.5, high: 6.4 } },
    ],
    surfaces: [{ value: 'web', share: 1, lift: null }],
    flags: [],
    values: {},
    timeline: [{ at: NOON - HOUR, conversations: 12, accounts: 11, expected: 6.2 }],
    neighbours: [{ id: 'c2', name: 'Cluster c2', similarity: 0.6 }],
    lineage: [{ generation: 1, at: NOON, relation: { kind: 'born', id, from: [] } }],
    lineage_since: NOON,
    silenced_note: null,
    names: [{ from: NOON, name: `Cluster ${id}` }],
    ...change,
  };
}

export function alertView(id: string, change: Partial<AlertView> = {}): AlertView {
  return {
    id,
    revision: 2,
    incident: id,
    kind: 'surge',
    space: 'all/request',
    cluster: 'c1',
    state: 'firing',
    severity: 'page',
    onset: NOON - 15 * 60_000,
    pending_at: NOON - 8 * 60_000,
    fired_at: NOON - 5 * 60_000,
    resolved_at: null,
    updated_at: NOON - 5 * 60_000,
    observed: 84,
    expected: 21.3,
    ratio: 3.94,
    ratio_low: 3.1,
    window_minutes: 60,
    windows: [{ minutes: 60, observed: 84, expected: 21.3, ratio: 3.94, ratio_low: 3.1 }],
    accounts: 97,
    conversations: 120,
    conversations_per_account: 1.24,
    top_account_share: 0.03,
    same_wording: 0.02,
    pattern: 'organic',
    shifted: [],
    score: 11.2,
    threshold: 9,
    reason: 'above-threshold: many more accounts than expected',
    name: 'Refunds after the outage',
    standing: 'shown',
    acknowledged: null,
    ...HEARD,
    console_url: 'https://console.example/#/alerts/a1',
    ...change,
  };
}

/** One telling of an alert, as delivery hands it to a sink. */
export function delivery(alert: AlertView, change: Partial<Delivery> = {}): Delivery {
  return { alert, key: `${alert.id}:${alert.revision}`, firstTold: NOON, told: null, ...change };
}

export function pulse(change: Partial<Pulse> = {}): Pulse {
  return {
    now: NOON,
    wall: NOON,
    speed: 1,
    conversations: 1_000,
    per_second: 12,
    per_hour: 4_000,
    total_sparkline: [1, 2],
    outlier_rate: 0.2,
    dead_letters: 1,
    late: 0,
    zero_retention: 3,
    generation: 4,
    generation_age_seconds: 60,
    clusters: 2,
    summarizer: 'offline',
    embedder: 'all-MiniLM-L6-v2-int8:384',
    log: 'embedded',
    lag: { admit: 0 },
    llm: { calls: 0, tokens: 0, dollars: 0, failing: false },
    muted_until: null,
    ready: true,
    problems: [],
    ...change,
  };
}

export type ViewFixture = LiveView & {
  readonly content: {
    clusters: ClusterView[];
    details: Map<string, ClusterDetail>;
    secret: Map<string, ClusterDetail>;
    alerts: AlertView[];
    problems: string[];
    reports: Map<string, WatchReport>;
    silences: SilenceView[];
    /** The last query for clusters. */
    asked: ClusterQuery | null;
  };
  /** Numbers an event and sends it to the subscribers; `forget` drops what is held of a room. */
  send<R extends Room>(room: R, body: Omit<LiveEvents[R], 'seq'>): void;
  forget(room: Room): void;
};

type AnyEvent = LiveEvents[Room];

export function createViewFixture(): ViewFixture {
  const content: ViewFixture['content'] = {
    clusters: [clusterView('c1'), clusterView('c2')],
    details: new Map([['c1', clusterDetail('c1')]]),
    secret: new Map([['c9', clusterDetail('c9', { visibility: 'pending' })]]),
    alerts: [alertView('a1')],
    problems: [],
    reports: new Map(),
    silences: [],
    asked: null,
  };
  const held: Record<Room, AnyEvent[]> = { alerts: [], clusters: [], pulse: [] };
  const last: Record<Room, number> = { alerts: 0, clusters: 0, pulse: 0 };
  const listeners: Record<Room, Set<(event: never) => void>> = {
    alerts: new Set(),
    clusters: new Set(),
    pulse: new Set(),
  };
  return {
    content,
    clusters(query) {
      content.asked = query;
      return content.clusters.slice(0, query.limit);
    },
    watches: () => [],
    watchReport: (id) => content.reports.get(id) ?? null,
    spaces: () => [
      {
        id: 'all/request',
        watch: null,
        facet: 'request',
        title: null,
        clusters: 2,
        generation: 4,
        muted_until: null,
      },
    ],
    cluster: (id) => content.details.get(id) ?? null,
    hierarchy: () => [
      {
        id: 'p1',
        level: 1,
        parent: null,
        name: 'Money',
        description: null,
        conversations: 240,
        children: [],
      },
    ],
    facetShares: (asked) => ({
      asked,
      values: [
        { facet: 'languages', value: 'de', share: 0.2 },
        { facet: 'flags', value: 'spam', share: 0.1 },
      ],
      clusters: asked === null ? [] : [{ id: 'c1', share: 0.4 }],
    }),
    classifierCheck: (flag) => ({ flag, flags: [], clusters: 2, r: null, missed: [], over_flagged: [] }),
    coordination: (limit) =>
      [
        {
          id: 'c1',
          name: 'Cluster c1',
          conversations: 120,
          accounts: 80,
          score: 0.8,
          signature: null,
          parts: [],
        },
      ].slice(0, limit),
    alerts: ({ state, limit }) =>
      content.alerts.filter((alert) => state === undefined || alert.state === state).slice(0, limit),
    alert: (id) => content.alerts.find((alert) => alert.id === id) ?? null,
    silences: () => content.silences,
    lineage: (generations, space = 'all/request') => ({
      space,
      since: NOON,
      columns: [
        { generation: 1, at: NOON },
        { generation: 4, at: NOON + generations },
      ],
      nodes: [{ generation: 1, id: 'c1', name: 'Cluster c1', conversations: 120 }],
      links: [],
    }),
    generations: () => [
      {
        space: 'all/request',
        generation: 4,
        type: 'full',
        event_time: NOON,
        clusters: 2,
        samples: 900,
        outlier_rate: 0.2,
        embedder: 'all-MiniLM-L6-v2-int8:384',
        relations: [],
      },
    ],
    pulse: () => pulse(),
    ready: () => ({ ready: content.problems.length === 0, problems: content.problems }),
    subscribe(room, on) {
      listeners[room].add(on);
      return () => listeners[room].delete(on);
    },
    since<R extends Room>(room: R, seq: number) {
      const first = last[room] - held[room].length + 1;
      if (seq > last[room] || seq + 1 < first) return null;
      return held[room].filter((event) => event.seq > seq) as LiveEvents[R][];
    },
    lastSeq: (room) => last[room],
    safety: {
      clusters: ({ limit }) => [...content.secret.values(), ...content.details.values()].slice(0, limit),
      cluster: (id) => content.secret.get(id) ?? content.details.get(id) ?? null,
      coordination: () => [
        { id: 'c9', name: null, conversations: 40, accounts: 2, score: 1, signature: null, parts: [] },
      ],
      classifierCheck: (flag) => ({ flag, flags: [], clusters: 3, r: 0.5, missed: [], over_flagged: [] }),
      conversations: () => [
        { conversation: conversationToken('t-conversation'), account: 't-account', at: NOON },
      ],
    },
    send(room, body) {
      last[room]++;
      const event = { seq: last[room], ...body } as unknown as AnyEvent;
      held[room].push(event);
      for (const on of listeners[room]) on(event as never);
    },
    forget(room) {
      held[room] = [];
    },
  };
}
