/** The composition root: settings to a running cliowatch, in one straight line. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSystemClock } from '../adapters/clock/system.ts';
import { createOnnxClusterer } from '../adapters/clusterer/onnx.ts';
import { createHttpServer } from '../adapters/http/server.ts';
import { attachLive } from '../adapters/live/socket-io.ts';
import { createAlertmanagerSink } from '../adapters/sink/alertmanager.ts';
import { createConsoleSink } from '../adapters/sink/console.ts';
import { createWebhookSink } from '../adapters/sink/webhook.ts';
import { createSqliteStore } from '../adapters/store/sqlite.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { CliowatchError, reasonOf } from '../domain/errors.ts';
import { DEFAULT_SPACE } from '../domain/ids.ts';
import { createDelivery } from '../pipeline/emit/deliver.ts';
import { type Emit, startEmit } from '../pipeline/emit/index.ts';
import { createGate } from '../pipeline/gate.ts';
import { createGenerations, followGenerations } from '../pipeline/generations.ts';
import { ROLES } from '../pipeline/roles.ts';
import { type OpenSession, runRole } from '../pipeline/runner.ts';
import { type Topics, topicNames, topicSpecs } from '../pipeline/topics.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveView } from '../ports/live-view.ts';
import type { Sink } from '../ports/sink.ts';
import type { Role, Telemetry } from '../ports/telemetry.ts';
import { inData, makeEmbedder, makeIndexes, makeLanguage, makeLog, makeTokens, pemFile } from './adapters.ts';
import type { Config } from './config.ts';
import { Lifecycle } from './lifecycle.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from './phases.ts';

export type RunOptions = {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly version: string;
  /** The system clock, unless a demo brings its own. */
  readonly clock?: Clock;
  /** A line for the start-up message. */
  readonly note?: string;
  /** Where alerts are printed when sinks.console is set. */
  readonly print?: (line: string) => void;
};

export type App = {
  readonly url: string;
  readonly topics: Topics;
  readonly log: EventLog;
  readonly view: LiveView;
  readonly telemetry: Telemetry;
  /** Records waiting, by role, as last measured. */
  lag(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
};

const LAG_MS = 1_000;

/** Starts all that the roles need, outermost first; resolves when every role runs. Stops all it started when that fails. */
export async function startApp(options: RunOptions): Promise<App> {
  const { config } = options;
  const clock = options.clock ?? createSystemClock();
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  const lifecycle = new Lifecycle((name, error) =>
    telemetry.note('error', `${name} did not stop`, { reason: reasonOf(error) }),
  );
  try {
    return await start(options, clock, telemetry, lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function start(
  options: RunOptions,
  clock: Clock,
  telemetry: Telemetry,
  lifecycle: Lifecycle,
): Promise<App> {
  const { config, roles, version } = options;
  mkdirSync(config.data, { recursive: true });
  const topics = topicNames(config.intake.topic, config.log.prefix);
  const log = makeLog(config, clock, telemetry);
  const lag: Record<string, number> = {};
  const status = { phases: 'starting: roles are not running yet' as string | null };
  const problems = (): string[] => {
    const { ok, problem } = log.health();
    return [
      ...(ok ? [] : [problem ?? 'the log is out of reach']),
      ...(status.phases === null ? [] : [status.phases]),
    ];
  };
  const late = createLateView(problems, roles.includes('emit'));
  const store = createSqliteStore(inData(config, config.store.path));
  lifecycle.onStop('store', () => store.close());
  const intake = createIntake(log, topics.conversations, 'http', () => lag.admit ?? 0, telemetry);
  const { http } = config;
  const cert = pemFile(http.tls.cert_file, 'http.tls.cert_file');
  const key = pemFile(http.tls.key_file, 'http.tls.key_file');
  const server = await createHttpServer({
    view: late.view,
    intake,
    operations: late.operations,
    telemetry,
    audit: (entry) => store.audit(entry),
    config: {
      tokens: http.tokens,
      trustProxy: http.trust_proxy,
      tls: cert !== null && key !== null ? { cert, key } : null,
      maxBacklog: http.max_backlog,
      maxBytes: config.intake.max_bytes,
    },
    host: http.host,
    consoleFolder: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    version,
    clock,
  });
  const { url } = await server.listen(http.host, http.port);
  lifecycle.onStop('http', () => server.stop());
  await log.start();
  lifecycle.onStop('log', () => log.stop());
  await prepareTopics(config, log, topics);
  const language = makeLanguage(config, telemetry);
  lifecycle.onStop('summarizer', () => language.summarizer.stop());
  lifecycle.onStop('labeler', () => language.labeler.stop());
  const embedder = await makeEmbedder(config, clock, telemetry);
  lifecycle.onStop('embedder', () => embedder.stop());
  const generations = createGenerations();
  const follower = await followGenerations(log, topics.generations, generations);
  lifecycle.onStop('generations', () => follower.stop());
  const fingerprint = roles.includes('admit') ? makeTokens(config) : null;
  if (fingerprint !== null) await guardFingerprint(log, topics.state, fingerprint.fingerprint);
  const parts: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    key: () => fingerprint?.fingerprint ?? null,
    replay: false,
  };
  if (roles.includes('emit')) {
    await startEmitting(options, parts, { log, store, url, late, lag, problems, language, lifecycle });
    const live = attachLive({
      server: server.app.server,
      view: late.view,
      authenticate: server.authenticate,
      telemetry,
      clock,
    });
    lifecycle.onStop('websocket', () => live.stop());
  }
  const indexes = makeIndexes(config);
  const clusterer = createOnnxClusterer();
  lifecycle.onStop('clusterer', () => clusterer.stop());
  const sessions: Partial<Record<Role, () => OpenSession>> = {
    admit: () =>
      openAdmit(parts, {
        embedder,
        summarizer: language.summarizer,
        tokens: fingerprint ?? makeTokens(config),
      }),
    assign: () => openAssign(parts, indexes),
    cluster: () => openCluster(parts, { clusterer, labeler: language.labeler, indexes }),
    detect: () => openDetect(parts),
  };
  // Downstream first, so that nothing waits in a topic nobody reads yet.
  for (const role of ['detect', 'cluster', 'assign', 'admit'] as const) {
    const open = sessions[role];
    if (!roles.includes(role) || open === undefined) continue;
    const running = await runRole(role, open(), { log, topics, batch: config.log.batch, clock, telemetry });
    lifecycle.onStop(role, () => running.stop());
  }
  watchLag(roles, lag, { log, topics, clock, telemetry, problems, lifecycle });
  status.phases = null;
  telemetry.started({
    version,
    roles,
    log: config.log.adapter,
    summarizer: language.summarizer.kind,
    embedder: embedder.id,
    note: [options.note ?? '', language.note].filter((part) => part !== '').join('; '),
  });
  lifecycle.onStop('told', () => telemetry.stopped());
  return { url, topics, log, view: late.view, telemetry, lag: () => lag, stop: () => lifecycle.stop() };
}

/** Embedded: made at once. Kafka: made by an operator, who chooses partitions and replication. */
async function prepareTopics(config: Config, log: EventLog, topics: Topics): Promise<void> {
  if (config.log.adapter === 'embedded') {
    await log.createTopics(topicSpecs(topics, config.log.embedded.partitions));
    return;
  }
  const partitions = await log.partitionCount(topics.conversations);
  const missing = await log.missingTopics(topicSpecs(topics, Math.max(1, partitions)));
  if (missing.length === 0) return;
  throw new CliowatchError(
    'log/missing-topics',
    `no such topics, or too few partitions: ${missing.join(', ')}`,
    {
      value: missing,
      remedy: 'cliowatch topics create (with the same --config)',
    },
  );
}

type EmitContext = {
  readonly log: EventLog;
  readonly store: ReturnType<typeof createSqliteStore>;
  readonly url: string;
  readonly late: ReturnType<typeof createLateView>;
  readonly lag: Readonly<Record<string, number>>;
  readonly problems: () => string[];
  readonly language: ReturnType<typeof makeLanguage>;
  readonly lifecycle: Lifecycle;
};

async function startEmitting(options: RunOptions, parts: PhaseParts, context: EmitContext): Promise<Emit> {
  const { config, topics, clock, telemetry } = parts;
  const { log, lifecycle } = context;
  const publicUrl = config.http.public_url ?? context.url;
  const emit = await startEmit({
    space: DEFAULT_SPACE,
    topics,
    log,
    generations: parts.generations,
    store: context.store,
    clock,
    telemetry,
    thresholds: {
      minAccounts: config.privacy.min_accounts,
      minConversations: config.privacy.min_conversations,
      minAudit: config.privacy.min_audit,
    },
    publicUrl: () => publicUrl,
    metricClusters: config.metrics.clusters,
    storeDays: config.store.days,
    safety: config.http.tokens.some((token) => token.roles.includes('safety')),
    facts: () => ({
      summarizer: context.language.summarizer.kind,
      embedder: parts.embedder.id,
      log: config.log.adapter,
      lag: context.lag,
      problems: context.problems(),
    }),
  });
  lifecycle.onStop('emit', () => emit.stop());
  context.late.set(emit.view, emit.operations);
  const sinks = makeSinks(options, clock);
  for (const sink of sinks) lifecycle.onStop(sink.name, () => sink.stop());
  if (sinks.length > 0) {
    const open = createDelivery({
      sinks,
      view: (id) => emit.view.alert(id),
      seen: emit.seen,
      clock,
      telemetry,
    });
    const running = await runRole('emit', open, { log, topics, batch: config.log.batch, clock, telemetry });
    lifecycle.onStop('delivery', () => running.stop());
  }
  return emit;
}

function makeSinks({ config, print }: RunOptions, clock: Clock): Sink[] {
  const { console: toConsole, alertmanager, webhook } = config.sinks;
  const sinks: Sink[] = [];
  if (toConsole)
    sinks.push(createConsoleSink({ write: print ?? ((line) => process.stdout.write(`${line}\n`)) }));
  if (alertmanager.url !== null) {
    sinks.push(
      createAlertmanagerSink({
        url: alertmanager.url,
        token: alertmanager.token,
        resendSeconds: alertmanager.resend_seconds,
        clock,
      }),
    );
  }
  if (webhook.url !== null)
    sinks.push(createWebhookSink({ url: webhook.url, secret: webhook.secret, clock }));
  return sinks;
}

function watchLag(
  roles: readonly Role[],
  lag: Record<string, number>,
  parts: {
    log: EventLog;
    topics: Topics;
    clock: Clock;
    telemetry: Telemetry;
    problems: () => string[];
    lifecycle: Lifecycle;
  },
): void {
  const measure = async (): Promise<void> => {
    for (const role of roles) {
      const records = await parts.log.lag(role, parts.topics[ROLES[role].reads]);
      lag[role] = records;
      parts.telemetry.lag(role, records);
    }
    const found = parts.problems();
    parts.telemetry.ready(found.length === 0, found);
  };
  let running: Promise<void> | null = null;
  const timer = parts.clock.every(LAG_MS, () => {
    running ??= measure()
      .catch((error: unknown) =>
        parts.telemetry.note('warn', 'lag is not known', { reason: reasonOf(error) }),
      )
      .finally(() => {
        running = null;
      });
  });
  parts.lifecycle.onStop('lag', async () => {
    timer.stop();
    await running;
  });
}
