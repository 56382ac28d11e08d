/** The report of a watch as one page that needs nothing else: no script, no other file. */
import type { WatchReport } from '../domain/report.ts';
import { escapeText } from './fence.ts';

type Hours = WatchReport['hours'];

const HOUR = 3_600_000;
const [WIDTH, HEIGHT] = [720, 120];
const [SMALL_WIDTH, SMALL_HEIGHT] = [180, 24];

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:.2rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.q{opacity:.75}path{fill:#3b82a0}svg{display:block;max-width:100%}`;

/** O(clusters · hours). Every text is escaped: names are written by a model that has read strange text. */
export function reportPage(report: WatchReport): string {
  const { watch, until, ended, minimum } = report;
  const title = escapeText(watch.title);
  const few = `fewer than ${minimum.conversations}`;
  const span = spanOf(report);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style></head>
<body>
<h1>${title}</h1>
<p class="q">Watch ${escapeText(report.id)}, ${ended ? 'ended' : 'still going on at'} ${timeOf(until)}. ${escapeText(rule(report))}</p>
<p>${summary(report)}</p>
<h2>Conversations an hour</h2>
${bars(report.hours, span, WIDTH, HEIGHT)}
<p class="q">${timeOf(span.from)} to ${timeOf(span.to)}. Hours with ${few} are left out; near that figures are rounded.</p>
<h2>Alerts</h2>
${alertTable(report)}
<h2>Clusters</h2>
${clusterTable(report, span)}
</body></html>
`;
}

function summary({ conversations, clusters, alerts, minimum }: WatchReport): string {
  const { accounts } = minimum;
  const told =
    conversations === null
      ? `No cluster may be shown: that takes ${minimum.conversations} conversations of ${accounts} accounts on one subject. Whether fewer came is not told`
      : `<strong>${conversations.toLocaleString('en')}</strong> conversations in clusters that may be shown, <strong>${clusters.length}</strong> of them still there`;
  return `${told}; <strong>${alerts.length}</strong> alerts.`;
}

function rule({ watch: { question, match, facet } }: WatchReport): string {
  const parts = [
    ...(question === undefined ? [] : [`Asked: ${question}`]),
    ...Object.entries(match ?? {}).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`),
  ];
  return `${parts.join('; ')}. Clustered by ${facet}.`;
}

function alertTable({ alerts }: WatchReport): string {
  if (alerts.length === 0) return '<p>None.</p>';
  const rows = alerts.map((alert) => {
    const name = alert.name ?? `cluster ${alert.cluster}`;
    const when = timeOf(alert.fired_at ?? alert.pending_at);
    const end = alert.resolved_at === null ? 'open' : timeOf(alert.resolved_at);
    return `<tr><td>${when}</td><td>${end}</td><td>${alert.kind}, ${alert.severity}</td><td>${escapeText(name)}<br><span class="q">${escapeText(alert.reason)}</span></td></tr>`;
  });
  return `<table><tr><th>From</th><th>To</th><th>What</th><th>Cluster</th></tr>${rows.join('')}</table>`;
}

function clusterTable({ clusters }: WatchReport, span: Span): string {
  if (clusters.length === 0) return '<p>None that may be shown.</p>';
  const rows = clusters.map(
    (cluster) =>
      `<tr><td><strong>${escapeText(cluster.name)}</strong><br><span class="q">${escapeText(cluster.description ?? '')}</span></td><td class="n">${cluster.conversations}</td><td class="n">${cluster.accounts ?? ''}</td><td class="n">${cluster.concern?.toFixed(1) ?? ''}</td><td>${bars(cluster.hours, span, SMALL_WIDTH, SMALL_HEIGHT)}</td></tr>`,
  );
  return `<table><tr><th>Name</th><th class="n">Conversations</th><th class="n">Accounts</th><th class="n">Concern</th><th>By hour</th></tr>${rows.join('')}</table>`;
}

type Span = { readonly from: number; readonly to: number };

function spanOf({ hours, until }: WatchReport): Span {
  const from = hours[0]?.at ?? until;
  return { from, to: Math.max(until, (hours.at(-1)?.at ?? from) + HOUR) };
}

function bars(hours: Hours, { from, to }: Span, width: number, height: number): string {
  const most = Math.max(1, ...hours.map(({ conversations }) => conversations ?? 0));
  const step = width / Math.max(1, (to - from) / HOUR);
  const short = (x: number) => Number(x.toFixed(1));
  const path = hours
    .filter(({ conversations }) => (conversations ?? 0) > 0)
    .map(({ at, conversations }) => {
      const tall = short(((conversations ?? 0) / most) * height);
      const left = short(((at - from) / HOUR) * step);
      return `M${left} ${height}v${-tall}h${short(Math.max(0.5, step * 0.8))}v${tall}z`;
    });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="conversations by hour, at most ${most}"><path d="${path.join('')}"/></svg>`;
}

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
