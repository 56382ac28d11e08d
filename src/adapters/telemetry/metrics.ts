/** Every metric, in Prometheus naming. Labels are bounded; clusters are labels only of the gauges replaced as a whole. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters; the same figures by type (nodejs_active_handles and so on) stay.
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name: `cliowatch_${name}`, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name: `cliowatch_${name}`, help, labelNames, registers });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ) => new Histogram<L>({ name: `cliowatch_${name}`, help, labelNames, buckets, registers });
  return {
    registry,
    ...intakeMetrics(counter, gauge),
    ...phaseMetrics(counter, gauge, histogram),
    ...llmMetrics(counter, gauge, histogram),
    ...generationMetrics(counter, gauge, histogram),
    ...alertMetrics(counter, gauge, histogram),
    ...clusterMetrics(gauge),
  };
}

type MakeCounter = <L extends string = never>(
  name: string,
  help: string,
  labels?: readonly L[],
) => Counter<L>;
type MakeGauge = <L extends string = never>(name: string, help: string, labels?: readonly L[]) => Gauge<L>;
type MakeHistogram = <L extends string = never>(
  name: string,
  help: string,
  buckets: number[],
  labels?: readonly L[],
) => Histogram<L>;

function intakeMetrics(counter: MakeCounter, gauge: MakeGauge) {
  return {
    samplingShare: gauge('sampling_share', 'Share of accounts whose conversations are taken; 1: all'),
    samplingDollarsLeft: gauge(
      'sampling_budget_left_dollars',
      'Dollars that sampling may still spend of the budget of 60 minutes; none without a budget',
    ),
    samplingCallsLeft: gauge(
      'sampling_budget_left_calls',
      'Calls that sampling may still make of the budget of 60 minutes; none without a budget',
    ),
    ingested: counter('ingested_conversations_total', 'Conversations taken in, by way', ['via']),
    refused: counter(
      'refused_requests_total',
      'Requests to take conversations in that were refused at the HTTP border, by reason',
      ['reason'],
    ),
    admitted: counter('admitted_conversations_total', 'Conversations admitted'),
    deadLetters: counter('dead_letters_total', 'Records sent to the dead letters, by reason', ['reason']),
    dropped: counter('dropped_conversations_total', 'Conversations not counted, by reason', ['reason']),
    redactions: counter('redactions_total', 'Private values taken out of facets, by kind', ['kind']),
  };
}

function phaseMetrics(counter: MakeCounter, gauge: MakeGauge, histogram: MakeHistogram) {
  return {
    buildInfo: gauge('build_info', 'Always 1; the version is a label', ['version']),
    info: gauge('info', 'Always 1; what this process runs on', ['log', 'summarizer', 'embedder']),
    ready: gauge('ready', '1 when ready'),
    assignments: counter('assignments_total', 'Conversations assigned, by outcome', ['space', 'outcome']),
    ambiguous: counter(
      'assignments_ambiguous_total',
      'Conversations in a cluster that another was nearly as near to: by less than 0.02',
      ['space'],
    ),
    indexChecks: counter(
      'index_checks_total',
      'Look-ups of the approximate index made again exactly: the same cluster is nearest, or another',
      ['space', 'verdict'],
    ),
    admitToAssigned: histogram(
      'admit_to_assigned_seconds',
      'From reading a conversation to its assignment',
      FAST,
    ),
    batchSeconds: histogram('phase_batch_duration_seconds', 'Time a phase took for a batch', FAST, ['role']),
    records: counter('phase_records_total', 'Records handled by a phase', ['role']),
    failures: counter('phase_failures_total', 'Batches that failed and were tried again', ['role']),
    lag: gauge('lag_records', 'Records a phase has not committed yet', ['role']),
    embeddedTexts: counter('embedded_texts_total', 'Texts embedded, by where the vector came from', [
      'source',
    ]),
    embedSeconds: histogram('embed_duration_seconds', 'Time to embed the texts of a batch', FAST),
    clients: gauge('websocket_clients', 'Connected websocket clients'),
    capped: gauge('capped_entries', 'Size of a bounded structure', ['what']),
    caps: gauge('capped_entries_limit', 'Its bound', ['what']),
  };
}

function llmMetrics(counter: MakeCounter, gauge: MakeGauge, histogram: MakeHistogram) {
  return {
    llmConcurrency: gauge(
      'llm_concurrency',
      'Model calls allowed at once, adapted to what the service takes',
    ),
    llmSpent: gauge('llm_hourly_cost_dollars', 'Dollars spent on model calls in the last 60 minutes'),
    llmBudget: gauge('llm_hourly_budget_dollars', 'Dollars that may be spent in 60 minutes; 0: no budget'),
    llmCalls: counter('llm_calls_total', 'Model calls, by outcome', ['stage', 'model', 'outcome']),
    llmRepairs: counter(
      'llm_repairs_total',
      'Second tries after an answer that could not be used, by outcome',
      ['stage', 'reason', 'outcome'],
    ),
    llmCacheHits: counter('llm_cache_hits_total', 'Answers known or asked for already, at no cost', [
      'stage',
    ]),
    llmSeconds: histogram('llm_call_duration_seconds', 'Time of a model call', SLOW, ['stage', 'model']),
    llmTokens: counter('llm_tokens_total', 'Tokens, by kind', ['stage', 'model', 'kind']),
    llmDollars: counter('llm_cost_dollars_total', 'Dollars at the configured prices', ['stage', 'model']),
    llmFallbacks: counter('llm_fallbacks_total', 'Offline answers given because the model could not', [
      'stage',
      'reason',
    ]),
    llmFailing: gauge(
      'llm_failing',
      '1 while calls are held back: they fail, the budget is spent, or the service asked for quiet',
    ),
  };
}

function generationMetrics(counter: MakeCounter, gauge: MakeGauge, histogram: MakeHistogram) {
  return {
    generations: counter('generations_total', 'Generations published', ['space', 'type']),
    generationSeconds: histogram('generation_build_duration_seconds', 'Time to make a generation', SLOW, [
      'type',
    ]),
    generation: gauge('generation_number', 'Number of the generation adopted, by role', ['role', 'space']),
    generationAge: gauge('generation_age_seconds', 'Age of the adopted generation on the clock of events', [
      'space',
    ]),
    generationClusters: gauge('generation_clusters', 'Clusters of the last generation published', ['space']),
    generationSamples: gauge('generation_samples', 'Samples in the window it was made from', ['space']),
    outlierRatio: gauge('generation_outlier_ratio', 'Share of outliers when it was made', ['space']),
    classifierCorrelation: gauge(
      'classifier_concern_correlation',
      'Pearson r of concern and the share of conversations flagged, over clusters, by flag; none: any; NaN where nothing is flagged',
      ['space', 'flag'],
    ),
    classifierDivergent: gauge(
      'classifier_divergent_clusters',
      'Clusters surely more worrying than flagged (missed), or more flagged than worrying (over_flagged), by flag; none: any',
      ['space', 'flag', 'kind'],
    ),
    eventTime: gauge('event_time_seconds', 'Event time up to which minutes are closed', ['space']),
    panelShare: gauge('growth_panel_share', 'Share of accounts that growth is tested on', ['space']),
    growthSeries: gauge('growth_tested_series', 'Series tested for growth', ['space']),
  };
}

function alertMetrics(counter: MakeCounter, gauge: MakeGauge, histogram: MakeHistogram) {
  return {
    alerts: gauge('alerts_open', 'Open alerts', ['kind', 'severity', 'state']),
    silencedAlerts: gauge('alerts_silenced', 'Open alerts of silenced clusters: no sink is told of them', [
      'kind',
      'severity',
      'state',
    ]),
    incidents: gauge(
      'incidents_firing',
      'Incidents with a firing alert, by the highest severity among these',
      ['severity'],
    ),
    transitions: counter('alert_transitions_total', 'Changes of state of alerts', [
      'kind',
      'severity',
      'state',
    ]),
    deliveries: counter('alert_deliveries_total', 'Alerts handed to sinks, by outcome', ['sink', 'outcome']),
    undelivered: gauge(
      'alert_undelivered_age_seconds',
      'How long the oldest alert that a sink is still owed has waited',
      ['sink'],
    ),
    deliverySeconds: histogram('alert_delivery_duration_seconds', 'Time to hand an alert to a sink', FAST, [
      'sink',
    ]),
  };
}

function clusterMetrics(gauge: MakeGauge) {
  const labels = ['space', 'cluster'] as const;
  return {
    clusters: {
      conversations: gauge('cluster_conversations', 'Conversations of the cluster in the window', labels),
      accounts: gauge('cluster_daily_accounts', 'Distinct accounts of the last 24 hours', labels),
      hour: gauge('cluster_hourly_conversations', 'Conversations of the last 60 minutes', labels),
      expected: gauge(
        'cluster_hourly_accounts_expected',
        'New accounts expected in the last 60 minutes',
        labels,
      ),
      ratio: gauge(
        'cluster_growth_ratio_lower_bound',
        '95% lower bound of observed to expected, 60 minutes; 0 when nobody new came',
        labels,
      ),
      score: gauge('cluster_growth_score', 'log e-value of the surge test', labels),
      coordination: gauge(
        'cluster_coordination_score',
        'How surely the members act as one, 0 to 1; from 0.55 on it has a signature',
        labels,
      ),
      state: gauge('cluster_alert_state', '0 quiet, 1 pending, 2 firing', labels),
      silenced: gauge('cluster_silenced', '1 while no sink is told of its alerts', labels),
      newborn: gauge('cluster_newborn', '1 when younger than 24 hours and found between rebuilds', labels),
      info: gauge('cluster_info', 'Always 1; the audited title is a label', [...labels, 'title']),
    },
  };
}
