import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../../src/adapters/telemetry/telemetry.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { ALL_ROLES } from '../../../src/pipeline/roles.ts';
import type { ClusterSeries, Role } from '../../../src/ports/telemetry.ts';
import { need } from '../../support/need.ts';

const promtool = need('promtool');
const SPACE = 'all/request';

function setUp(now: () => number = () => 0) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', format: 'json' }, { write: (line) => lines.push(line) });
  const telemetry = createTelemetry(logger, now);
  return {
    telemetry,
    log: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    /** Value of one series, `name{a="b"}` with its labels in the order of the exposition; null: no such series. */
    async value(series: string): Promise<number | null> {
      const { body } = await telemetry.exposition();
      const line = body.split('\n').find((one) => one.startsWith(`cliowatch_${series} `));
      return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ') + 1));
    },
    async seriesOf(name: string): Promise<string[]> {
      const { body } = await telemetry.exposition();
      return body.split('\n').filter((line) => line.startsWith(`cliowatch_${name}{`));
    },
  };
}

const started = (roles: readonly Role[]) => ({
  version: '1.2.3',
  roles,
  log: 'kafka',
  summarizer: 'offline',
  embedder: 'some-model',
  note: 'a note',
});

const alert = (state: Alert['state'], over: Partial<Alert> = {}): Alert => ({
  id: 'alert-1',
  revision: 1,
  incident: 'alert-1',
  kind: 'surge',
  space: SPACE,
  cluster: 'c1',
  state,
  severity: 'watch',
  onset: 0,
  pending_at: 0,
  fired_at: null,
  resolved_at: null,
  updated_at: 0,
  observed: 10,
  expected: 2,
  ratio: 5,
  ratio_low: 3,
  window_minutes: 60,
  windows: [],
  accounts: 10,
  conversations: 12,
  conversations_per_account: 1.2,
  top_account_share: 0.1,
  same_wording: 0.02,
  shifted: [],
  pattern: 'organic',
  score: 12,
  threshold: 9,
  reason: 'surge: above the threshold',
  ...over,
});

const series = (cluster: string, over: Partial<ClusterSeries> = {}): ClusterSeries => ({
  space: SPACE,
  cluster,
  conversations: 40,
  accounts24: 30,
  lastHour: 12,
  expectedHour: 4,
  ratioLow: 1.5,
  score: 3,
  coordination: 0.1,
  title: `Title of ${cluster}`,
  state: 'quiet',
  newborn: false,
  silenced: false,
  ...over,
});

test('shows every counter with a known label at 0 before anything happens', async () => {
  const { telemetry, value } = setUp();
  telemetry.started(started(ALL_ROLES));
  expect(await value('dead_letters_total{reason="not-json"}')).toBe(0);
  expect(await value('dropped_conversations_total{reason="late"}')).toBe(0);
  expect(await value('refused_requests_total{reason="backlog"}')).toBe(0);
  expect(await value('phase_failures_total{role="detect"}')).toBe(0);
  expect(await value('alert_deliveries_total{sink="webhook",outcome="too-old"}')).toBe(0);
  expect(await value('alert_undelivered_age_seconds{sink="webhook"}')).toBe(0);
  expect(await value('alerts_open{kind="new",severity="page",state="firing"}')).toBe(0);
  expect(await value('ready')).toBe(0);
});

test('shows no series of roles that the process does not play', async () => {
  const { telemetry, value, seriesOf } = setUp();
  telemetry.started(started(['admit']));
  expect(await value('phase_failures_total{role="admit"}')).toBe(0);
  expect(await value('phase_failures_total{role="detect"}')).toBeNull();
  expect(await seriesOf('alert_deliveries_total')).toEqual([]);
  expect(await seriesOf('assignments_total')).toEqual([]);
});

test('says at the start what runs', async () => {
  const { telemetry, value, log } = setUp();
  telemetry.started(started(['admit', 'assign']));
  expect(await value('build_info{version="1.2.3"}')).toBe(1);
  expect(await value('info{log="kafka",summarizer="offline",embedder="some-model"}')).toBe(1);
  expect(log()[0]?.msg).toBe('cliowatch 1.2.3 runs admit, assign; a note');
});

test('counts what comes in and what is refused or left out', async () => {
  const { telemetry, value } = setUp();
  telemetry.ingested('http', 5);
  telemetry.refused('backlog', 2);
  telemetry.admitted(4);
  telemetry.deadLettered('too-old', { partition: 0, offset: 7, field: 'at' });
  telemetry.dropped('duplicate', 3);
  telemetry.redacted('email', 2);
  expect(await value('ingested_conversations_total{via="http"}')).toBe(5);
  expect(await value('refused_requests_total{reason="backlog"}')).toBe(2);
  expect(await value('admitted_conversations_total')).toBe(4);
  expect(await value('dead_letters_total{reason="too-old"}')).toBe(1);
  expect(await value('dropped_conversations_total{reason="duplicate"}')).toBe(3);
  expect(await value('redactions_total{kind="email"}')).toBe(2);
});

test('logs a dead letter by its place, not by its content', () => {
  const { telemetry, log } = setUp();
  telemetry.deadLettered('wrong-schema', { partition: 1, offset: 7, field: 'messages.0.role' });
  const [{ time: _time, ...line } = {}] = log();
  expect(line).toEqual({
    level: 40,
    reason: 'wrong-schema',
    partition: 1,
    offset: 7,
    field: 'messages.0.role',
    msg: 'dead letter',
  });
});

test('measures phases and their failures', async () => {
  const { telemetry, value, log } = setUp();
  telemetry.phaseBatch('assign', 0.02, 500);
  telemetry.admitToAssigned(0.2);
  telemetry.assigned(SPACE, 'outlier', 7);
  telemetry.lag('assign', 42);
  telemetry.phaseFailed('assign', new Error('disk full'));
  telemetry.embedded(10, 8, 0.1);
  expect(await value('phase_records_total{role="assign"}')).toBe(500);
  expect(await value('phase_batch_duration_seconds_count{role="assign"}')).toBe(1);
  expect(await value('admit_to_assigned_seconds_sum')).toBe(0.2);
  expect(await value('assignments_total{space="all/request",outcome="outlier"}')).toBe(7);
  expect(await value('lag_records{role="assign"}')).toBe(42);
  expect(await value('phase_failures_total{role="assign"}')).toBe(1);
  expect(await value('embedded_texts_total{source="model"}')).toBe(2);
  expect(await value('embedded_texts_total{source="cache"}')).toBe(8);
  expect(log()[0]).toMatchObject({ level: 50, role: 'assign', reason: 'disk full' });
});

test('counts calls, tokens and dollars of the model, and says once that calls fail', async () => {
  const { telemetry, value, log } = setUp();
  telemetry.llmCall('facets', 'small', 'ok', 0.8);
  telemetry.llmTokens('facets', 'small', 'input', 900);
  telemetry.llmDollars('facets', 'small', 0.25);
  telemetry.llmFallback('facets', 'down');
  telemetry.llmRepair('audit', 'malformed', 'repaired');
  telemetry.llmCacheHit('facets');
  telemetry.llmState(true, 'failures');
  telemetry.llmState(true, 'failures');
  expect(await value('llm_calls_total{stage="facets",model="small",outcome="ok"}')).toBe(1);
  expect(await value('llm_call_duration_seconds_count{stage="facets",model="small"}')).toBe(1);
  expect(await value('llm_tokens_total{stage="facets",model="small",kind="input"}')).toBe(900);
  expect(await value('llm_cost_dollars_total{stage="facets",model="small"}')).toBe(0.25);
  expect(await value('llm_fallbacks_total{stage="facets",reason="down"}')).toBe(1);
  expect(await value('llm_repairs_total{stage="audit",reason="malformed",outcome="repaired"}')).toBe(1);
  expect(await value('llm_repairs_total{stage="facets",reason="max-tokens",outcome="failed"}')).toBe(0);
  expect(await value('llm_cache_hits_total{stage="facets"}')).toBe(1);
  expect(await value('llm_failing')).toBe(1);
  telemetry.llmState(false, 'failures');
  expect(await value('llm_failing')).toBe(0);
  expect(log().map(({ msg }) => msg)).toEqual(['model calls fail', 'model calls work again']);
});

test('says once each that the budget of the model is spent and is not, and fails while any reason holds', async () => {
  const { telemetry, value, log } = setUp();
  telemetry.llmSpent(3, 2);
  telemetry.llmConcurrency(5);
  telemetry.llmState(true, 'budget');
  telemetry.llmState(true, 'failures');
  telemetry.llmState(false, 'failures');
  expect(await value('llm_failing')).toBe(1);
  telemetry.llmState(false, 'budget');
  expect(await value('llm_failing')).toBe(0);
  telemetry.llmState(true, 'retry-after');
  expect(await value('llm_failing')).toBe(1);
  expect(await value('llm_hourly_cost_dollars')).toBe(3);
  expect(await value('llm_hourly_budget_dollars')).toBe(2);
  expect(await value('llm_concurrency')).toBe(5);
  expect(log().map(({ msg }) => msg)).toEqual([
    'the budget for model calls is spent',
    'model calls fail',
    'model calls work again',
    'model calls are within their budget again',
    'the model asked for some minutes without calls',
  ]);
});

test('shows the generation published and, per role, the one adopted', async () => {
  const { telemetry, value } = setUp(() => 100_000);
  const info = { space: SPACE, generation: 3, type: 'full' as const, clusters: 12, samples: 900 };
  telemetry.generationPublished({ ...info, seconds: 2, outlierRate: 0.1 });
  telemetry.generationAdopted('assign', SPACE, 3, 40_000);
  expect(await value('generations_total{space="all/request",type="full"}')).toBe(1);
  expect(await value('generation_clusters{space="all/request"}')).toBe(12);
  expect(await value('generation_samples{space="all/request"}')).toBe(900);
  expect(await value('generation_outlier_ratio{space="all/request"}')).toBe(0.1);
  expect(await value('generation_number{role="assign",space="all/request"}')).toBe(3);
  expect(await value('generation_age_seconds{space="all/request"}')).toBe(60);
});

test('lets the age of a generation grow though nothing happens', async () => {
  let now = 50_000;
  const { telemetry, value } = setUp(() => now);
  telemetry.generationAdopted('emit', SPACE, 3, 40_000);
  expect(await value('generation_age_seconds{space="all/request"}')).toBe(10);
  now = 80_000;
  expect(await value('generation_age_seconds{space="all/request"}')).toBe(40);
});

test('shows the age of the newest generation when a role adopts an older one later', async () => {
  const { telemetry, value } = setUp(() => 100_000);
  telemetry.generationAdopted('assign', SPACE, 4, 90_000);
  telemetry.generationAdopted('detect', SPACE, 3, 40_000);
  expect(await value('generation_age_seconds{space="all/request"}')).toBe(10);
});

test('shows event time in seconds', async () => {
  const { telemetry, value } = setUp();
  telemetry.tick(SPACE, 1_772_517_420_000, 24);
  expect(await value('event_time_seconds{space="all/request"}')).toBe(1_772_517_420);
  expect(await value('growth_tested_series{space="all/request"}')).toBe(24);
});

test('shows the alerts that are open in all spaces, as of now', async () => {
  const { telemetry, value } = setUp();
  const open = (severity: string, state: string) =>
    value(`alerts_open{kind="surge",severity="${severity}",state="${state}"}`);
  telemetry.alertsOpen(SPACE, [alert('pending')]);
  telemetry.alertsOpen('launch/request', [alert('firing'), alert('firing', { severity: 'page' })]);
  expect([await open('watch', 'pending'), await open('watch', 'firing')]).toEqual([1, 1]);
  telemetry.alertsOpen(SPACE, [alert('firing')]);
  expect([await open('watch', 'pending'), await open('watch', 'firing')]).toEqual([0, 2]);
  telemetry.alertsOpen('launch/request', []);
  expect([await open('watch', 'firing'), await open('page', 'firing')]).toEqual([1, 0]);
});

test('counts what an alert becomes', async () => {
  const { telemetry, value } = setUp();
  telemetry.alertChanged(alert('resolved', { severity: 'page' }));
  expect(await value('alert_transitions_total{kind="surge",severity="page",state="resolved"}')).toBe(1);
});

test('counts open alerts of silenced clusters as they are now', async () => {
  const { telemetry, value } = setUp();
  const silenced = (state: string) =>
    value(`alerts_silenced{kind="surge",severity="watch",state="${state}"}`);
  telemetry.silencedAlerts([alert('firing'), alert('firing', { id: 'a2' }), alert('resolved', { id: 'a3' })]);
  expect([await silenced('firing'), await silenced('resolved')]).toEqual([2, null]);
  telemetry.silencedAlerts([alert('pending')]);
  expect([await silenced('pending'), await silenced('firing')]).toEqual([1, 0]);
  telemetry.delivered('webhook', 'silenced', 0);
  expect(await value('alert_deliveries_total{sink="webhook",outcome="silenced"}')).toBe(1);
  expect(await value('alert_delivery_duration_seconds_count{sink="webhook"}')).toBeNull();
});

test('counts incidents that fire, each by its highest severity', async () => {
  const { telemetry, value } = setUp();
  const firing = (severity: string) => value(`incidents_firing{severity="${severity}"}`);
  telemetry.incidents([
    alert('firing', { id: 'a1', incident: 'a1', severity: 'page' }),
    alert('firing', { id: 'a2', incident: 'a1' }),
    alert('firing', { id: 'a3', incident: 'a3' }),
    alert('resolved', { id: 'a4', incident: 'a4', severity: 'page' }),
  ]);
  expect([await firing('page'), await firing('watch')]).toEqual([1, 1]);
  telemetry.incidents([]);
  expect([await firing('page'), await firing('watch')]).toEqual([0, 0]);
});

test('counts deliveries by sink and outcome', async () => {
  const { telemetry, value } = setUp();
  telemetry.delivered('webhook', 'retry', 0.5);
  telemetry.delivered('webhook', 'ok', 0.1);
  expect(await value('alert_deliveries_total{sink="webhook",outcome="retry"}')).toBe(1);
  expect(await value('alert_deliveries_total{sink="webhook",outcome="ok"}')).toBe(1);
  expect(await value('alert_delivery_duration_seconds_count{sink="webhook"}')).toBe(2);
});

test('leaves no series of clusters that are gone', async () => {
  const { telemetry, value, seriesOf } = setUp();
  telemetry.clusterSeries([
    series('c1', { state: 'firing' }),
    series('c2', { state: 'pending', newborn: true }),
  ]);
  expect(await value('cluster_alert_state{space="all/request",cluster="c1"}')).toBe(2);
  expect(await value('cluster_newborn{space="all/request",cluster="c2"}')).toBe(1);
  telemetry.clusterSeries([series('c2', { title: 'Another title' })]);
  const { body } = await telemetry.exposition();
  expect(body).not.toContain('"c1"');
  expect(await seriesOf('cluster_info')).toEqual([
    'cliowatch_cluster_info{space="all/request",cluster="c2",title="Another title"} 1',
  ]);
});

test('gives a cluster without a title no info series', async () => {
  const { telemetry, value, seriesOf } = setUp();
  telemetry.clusterSeries([series('c1', { title: null })]);
  expect(await value('cluster_conversations{space="all/request",cluster="c1"}')).toBe(40);
  expect(await seriesOf('cluster_info')).toEqual([]);
});

test('shows clients, bounded structures with their bounds, and readiness', async () => {
  const { telemetry, value, log } = setUp();
  telemetry.clients(3);
  telemetry.capped('buffer', 5, 10);
  telemetry.ready(false, ['the log is out of reach']);
  telemetry.ready(false, ['the log is out of reach']);
  expect(await value('websocket_clients')).toBe(3);
  expect(await value('capped_entries{what="buffer"}')).toBe(5);
  expect(await value('capped_entries_limit{what="buffer"}')).toBe(10);
  expect(await value('ready')).toBe(0);
  telemetry.ready(true, []);
  expect(await value('ready')).toBe(1);
  expect(log().map(({ msg }) => msg)).toEqual(['not ready', 'ready']);
});

test('sums up for the pulse', () => {
  const { telemetry } = setUp();
  telemetry.admitted(4);
  telemetry.deadLettered('not-json', { partition: 0, offset: 1, field: '' });
  telemetry.dropped('late', 2);
  telemetry.dropped('zero-retention', 3);
  telemetry.llmCall('facets', 'small', 'ok', 1);
  telemetry.llmTokens('facets', 'small', 'output', 30);
  telemetry.llmDollars('facets', 'small', 0.5);
  telemetry.llmState(true, 'failures');
  expect(telemetry.totals()).toEqual({
    admitted: 4,
    deadLetters: 1,
    late: 2,
    zeroRetention: 3,
    sampledOut: 0,
    llmCalls: 1,
    llmTokens: 30,
    llmDollars: 0.5,
    llmFailing: true,
  });
});

test('names things as Prometheus wants them', { skip: promtool === null }, async () => {
  const { telemetry } = setUp();
  telemetry.started(started(ALL_ROLES));
  telemetry.tick(SPACE, 1, 1);
  telemetry.alertChanged(alert('firing'));
  telemetry.llmCall('facets', 'small', 'ok', 1);
  telemetry.clusterSeries([series('c1', { title: 'Quotes " and \\ and \n lines' })]);
  const { body } = await telemetry.exposition();
  const checked = spawnSync(promtool ?? '', ['check', 'metrics'], { input: body, encoding: 'utf8' });
  expect(checked.stdout + checked.stderr).toBe('');
  expect(checked.status).toBe(0);
});
