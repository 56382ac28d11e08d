/** What a stream with a known event in it gave: alerts against the event, clusters, speed, and what is wrong. */
import type { Alert } from '../../src/domain/alert.ts';
import { decent } from './decent.ts';

export type Placement = { readonly id: string; readonly cluster: string | null; readonly at: number };

export type Measured = {
  readonly count: number;
  readonly seconds: number;
  readonly alerts: readonly Alert[];
  readonly clusters: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly size: number;
    readonly accounts: number | null;
  }[];
};

export type Placed = { readonly truth: string; readonly cluster: string | null };

const clock = (ms: number | null): string =>
  ms === null ? '–' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** Markdown. `eventStart`: ms; `event`: the truth of its conversations. */
export function reportOf(
  { count, seconds, alerts, clusters }: Measured,
  placed: readonly Placed[],
  { event, eventStart }: { event: string; eventStart: number },
): string {
  const share = (source: string): string => {
    const rows = placed.filter(({ truth }) => truth.startsWith(source));
    const outside = rows.filter(({ cluster }) => cluster === null).length;
    return `${((100 * outside) / Math.max(1, rows.length)).toFixed(1)}%`;
  };
  const about = aboutEvent(placed, event);
  const title = (id: string): string => {
    const cluster = clusters.find((one) => one.id === id);
    return cluster === undefined ? '(gone by the end)' : decent(cluster.name ?? '(no name)');
  };
  const fired = [...alerts].sort((a, b) => (a.fired_at ?? 0) - (b.fired_at ?? 0));
  const incidents = [...new Set(fired.map(({ incident }) => incident))];
  const since = fired.filter(({ fired_at }) => (fired_at ?? 0) >= eventStart);
  const calls = new Set(since.map(({ incident }) => incident)).size;
  const before = alerts.filter(({ fired_at }) => (fired_at ?? 0) < eventStart).length;
  const first = alerts.find(({ fired_at }) => (fired_at ?? 0) >= eventStart)?.fired_at ?? null;
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  return [
    `${count} conversations in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(0)} a second, embedding included); ${clusters.length} clusters at the end, ${clusters.filter(({ name }) => name !== null).length} of them named; peak memory ${memory} MB.`,
    '',
    `Outliers: clinc150 ${share('clinc')}, hh-harmless ${share('hh')}, oasst1 ${share('oasst')}, ${event} ${share(event)}.`,
    '',
    `Alerts before the event's first tweet: ${before}. First alert after it: ${clock(first)} UTC (the tweets begin ${clock(eventStart)}). ${since.length} alerts since then, in ${calls} incidents: so many calls for whoever is on duty.`,
    '',
    '| incident | fired (UTC) | ended | kind | severity | accounts | ratio ≥ | of the cluster about the event | name |',
    '|---|---|---|---|---|---|---|---|---|',
    ...fired.map(
      (alert) =>
        `| ${incidents.indexOf(alert.incident) + 1} | ${clock(alert.fired_at)} | ${clock(alert.resolved_at)} | ${alert.kind} | ${alert.severity} | ${alert.accounts} | ${alert.ratio_low.toFixed(1)} | ${about(alert.cluster)} | ${title(alert.cluster)} |`,
    ),
    '',
    '| largest clusters | conversations | accounts | about the event |',
    '|---|---|---|---|',
    ...[...clusters]
      .sort((a, b) => b.size - a.size)
      .slice(0, 15)
      .map(({ id, size, accounts }) => `| ${title(id)} | ${size} | ${accounts ?? '–'} | ${about(id)} |`),
  ].join('\n');
}

/** Of all that ever fell into a cluster, the share that is about the event. */
function aboutEvent(placed: readonly Placed[], event: string): (cluster: string) => string {
  const counts = new Map<string, { own: number; all: number }>();
  for (const { truth, cluster } of placed) {
    if (cluster === null) continue;
    const held = counts.get(cluster) ?? { own: 0, all: 0 };
    held.all++;
    if (truth === event) held.own++;
    counts.set(cluster, held);
  }
  return (cluster) => {
    const held = counts.get(cluster);
    return held === undefined ? '–' : `${Math.round((100 * held.own) / held.all)}%`;
  };
}
