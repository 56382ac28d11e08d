/** What a backtest found, as JSON and in one line. */
import type { BacktestResult } from '../app/gathered.ts';
import type { BadLines } from './bad-lines.ts';
import { VERSION } from './version.ts';

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export type Run = {
  readonly files: readonly string[];
  readonly lines: number;
  readonly bad: BadLines;
  readonly seconds: number;
};

/** What --json holds. */
export function report(result: BacktestResult, run: Run) {
  return {
    version: VERSION,
    run: {
      files: run.files,
      seconds: run.seconds,
      conversations: run.lines,
      per_second: run.lines / Math.max(1e-9, run.seconds),
      admitted: result.admitted,
      bad_lines: run.bad.count,
      first_bad_lines: run.bad.first,
      bad_lines_not_listed: run.bad.unlisted,
      broken_files: run.bad.ends,
      dead_letters: result.deadLetters,
      late: result.late,
      zero_retention: result.zeroRetention,
    },
    alerts: result.alerts.map((alert) => ({
      id: alert.id,
      incident: alert.incident,
      kind: alert.kind,
      severity: alert.severity,
      cluster_id: alert.cluster,
      name: result.names.get(alert.cluster) ?? null,
      onset: time(alert.onset),
      fired_at: time(alert.fired_at),
      resolved_at: time(alert.resolved_at),
      observed: alert.observed,
      expected: alert.expected,
      ratio: alert.ratio,
      ratio_low: alert.ratio_low,
      window_minutes: alert.window_minutes,
      accounts: alert.accounts,
      conversations: alert.conversations,
      pattern: alert.pattern,
      shifted: alert.shifted,
      reason: alert.reason,
    })),
    generation: result.generation,
    clusters: result.clusters.map((cluster) => ({
      id: cluster.id,
      name: cluster.label?.name ?? null,
      description: cluster.label?.description ?? null,
      conversations: cluster.conversations,
      accounts: cluster.accounts,
      origin: cluster.origin,
      born_at: time(cluster.born_at),
      radius: cluster.radius,
      mean_similarity: cluster.mean_similarity,
      concern: cluster.concern,
      languages: cluster.languages,
      parent: cluster.parent,
    })),
    hours: result.rollups.map((rollup) => ({
      hour: time(rollup.hour),
      total: rollup.total,
      outliers: rollup.outliers,
      clusters: Object.fromEntries(rollup.cluster.map((id, i) => [id, rollup.n[i] ?? 0])),
    })),
  };
}

/** The last line, for people. */
export function summary(result: BacktestResult, { lines, bad, seconds }: Run): string {
  return (
    `${lines} conversations in ${seconds.toFixed(1)} s (${Math.round(lines / Math.max(seconds, 1e-9))} a second), ` +
    `${result.clusters.length} clusters, ${result.alerts.length} alerts, ${bad.summary()}, ${result.deadLetters} dead letters, ${result.late} late\n`
  );
}
