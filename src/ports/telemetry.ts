/** One method per named event; log line and metric both hang on it. No raw text, id or token in any argument. */
import type { Alert } from '../domain/alert.ts';
import type { ClassifierCheckView } from '../domain/view.ts';

export type Role = 'repartition' | 'admit' | 'assign' | 'cluster' | 'detect' | 'emit';
export type DeadLetterReason =
  | 'not-json'
  | 'too-large'
  | 'wrong-schema'
  | 'empty-messages'
  | 'too-old'
  | 'far-future'
  | 'not-a-conversation';
export type DropReason =
  | 'foreign-key'
  | 'duplicate'
  | 'zero-retention'
  | 'older-snapshot'
  | 'no-user-text'
  | 'sampled-out'
  | 'late';

/** refused: the sink would never take it; too-old: it was given up; history: it ended long before the sink could be told; silenced: its cluster is, and it is told later, if it still fires then. */
export type DeliveryOutcome = 'ok' | 'retry' | 'refused' | 'too-old' | 'history' | 'silenced';

/** What the cluster series of /metrics show; replaced as a whole, so that gone clusters leave no series. */
export type ClusterSeries = {
  readonly space: string;
  readonly cluster: string;
  readonly conversations: number;
  readonly accounts24: number;
  readonly lastHour: number;
  /** null: not known, or not to be shown. */
  readonly expectedHour: number | null;
  /** Rounded down unless the cluster may be shown. */
  readonly ratioLow: number;
  /** null: not to be shown. */
  readonly score: number | null;
  /** 0 to 1; null: not known, or not to be shown. */
  readonly coordination: number | null;
  /** Only when audited and above the thresholds. */
  readonly title: string | null;
  readonly state: 'quiet' | 'pending' | 'firing';
  /** No sink is told of its alerts. */
  readonly silenced: boolean;
  /** Younger than a day, and found between rebuilds. */
  readonly newborn: boolean;
};

export interface Telemetry {
  started(info: {
    version: string;
    roles: readonly Role[];
    log: string;
    summarizer: string;
    embedder: string;
    note: string;
  }): void;
  stopped(): void;
  note(level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): void;
  ingested(via: 'http' | 'replay' | 'demo', count: number): void;
  refused(reason: string, count: number): void;
  admitted(count: number): void;
  deadLettered(reason: DeadLetterReason, where: { partition: number; offset: number; field: string }): void;
  dropped(reason: DropReason, count: number): void;
  redacted(kind: string, count: number): void;
  /** Share of accounts taken, and what may still be spent of the budgets for sampling; null: none is set. */
  sampling(share: number, dollarsLeft: number | null, callsLeft: number | null): void;
  /** Share of accounts that growth is tested on. */
  panel(space: string, share: number): void;
  assigned(space: string, outcome: 'cluster' | 'outlier', count: number): void;
  /** Of those in a cluster: another was nearly as near. */
  ambiguous(space: string, count: number): void;
  /** Look-ups made again with every centroid: nothing was nearer than what the index found, or something was. */
  indexChecked(space: string, same: number, other: number): void;
  /** Seconds from a conversation's admit (read) to its assignment. */
  admitToAssigned(seconds: number): void;
  phaseBatch(role: Role, seconds: number, records: number): void;
  phaseFailed(role: Role, error: Error): void;
  lag(role: Role, records: number): void;
  embedded(texts: number, cached: number, seconds: number): void;
  llmCall(
    stage: string,
    model: string,
    outcome: 'ok' | 'refusal' | 'malformed' | 'error',
    seconds: number,
  ): void;
  /** A second try came to its end, after a first whose answer could not be used. One that failed on the way is not told. */
  llmRepair(stage: string, reason: string, outcome: 'repaired' | 'failed'): void;
  /** Answers that were known, or asked for already, and so cost nothing. */
  llmCacheHit(stage: string): void;
  llmTokens(
    stage: string,
    model: string,
    kind: 'input' | 'output' | 'cache_read' | 'cache_write',
    tokens: number,
  ): void;
  llmDollars(stage: string, model: string, dollars: number): void;
  llmFallback(stage: string, reason: string): void;
  /** Calls are held back, or no longer, for one reason. */
  llmState(failing: boolean, because: 'failures' | 'budget' | 'retry-after'): void;
  /** Calls that may be under way at once. */
  llmConcurrency(limit: number): void;
  /** Dollars of the last 60 minutes, and how many may be spent; null: no budget. */
  llmSpent(dollars: number, budget: number | null): void;
  generationPublished(info: {
    space: string;
    generation: number;
    type: 'full' | 'patch';
    clusters: number;
    samples: number;
    seconds: number;
    outlierRate: number;
  }): void;
  generationAdopted(role: Role, space: string, generation: number, eventTime: number): void;
  /** By flag; null: any. Flags that are not among them are told no more. */
  classifierChecked(
    space: string,
    checks: readonly Pick<ClassifierCheckView, 'flag' | 'r' | 'missed' | 'over_flagged'>[],
  ): void;
  /** @param testedSeries null: not to be told */
  tick(space: string, eventTime: number, testedSeries: number | null): void;
  /** It is taken away: nothing is said of it any more. */
  spaceGone(space: string): void;
  alertChanged(alert: Alert): void;
  /** All that are open in a space, as of now; none once this process no longer looks. */
  alertsOpen(space: string, alerts: readonly Alert[]): void;
  /** Alerts of silenced clusters, as of now; those that have ended count for nothing. */
  silencedAlerts(alerts: readonly Alert[]): void;
  /** What fires now, by the incident it is part of. */
  incidents(alerts: readonly Alert[]): void;
  delivered(sink: string, outcome: DeliveryOutcome, seconds: number): void;
  /** How long the oldest alert that a sink is still owed has waited; 0: it has been told all. */
  undelivered(sink: string, oldestSeconds: number): void;
  clients(count: number): void;
  capped(what: string, size: number, cap: number): void;
  clusterSeries(series: readonly ClusterSeries[]): void;
  ready(ready: boolean, problems: readonly string[]): void;
  /** Exposition format of all metrics, and its content type. */
  exposition(): Promise<{ body: string; contentType: string }>;
  /** Totals that the pulse shows. */
  totals(): {
    admitted: number;
    deadLetters: number;
    late: number;
    zeroRetention: number;
    sampledOut: number;
    llmCalls: number;
    llmTokens: number;
    llmDollars: number;
    llmFailing: boolean;
  };
}
