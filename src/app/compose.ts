/** The composition root: settings to a running cliowatch, in one straight line. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSystemClock } from '../adapters/clock/system.ts';
import { createHttpServer, type HttpServer } from '../adapters/http/server.ts';
import { createSqliteStore } from '../adapters/store/sqlite.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { CliowatchError, reasonOf } from '../domain/errors.ts';
import { createGate } from '../pipeline/gate.ts';
import { createGenerations, followGenerations } from '../pipeline/generations.ts';
import { ALL_ROLES, ROLES } from '../pipeline/roles.ts';
import { type OpenSession, runRole } from '../pipeline/runner.ts';
import { type Topics, topicNames, topicSpecs } from '../pipeline/topics.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveView } from '../ports/live-view.ts';
import type { Role, Telemetry } from '../ports/telemetry.ts';
import { inData, makeLog, makeReviewLinks, makeTokens } from './adapters.ts';
import type { Base, RunOptions } from './base.ts';
import { checkStart } from './check-start.ts';
import type { Config } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { startEmitting } from './emitting.ts';
import { createIntake } from './intake.ts';
import { guardFingerprint, readFingerprint } from './key-guard.ts';
import { createLateView } from './late-view.ts';
import { Lifecycle } from './lifecycle.ts';
import { openParts, type Parts } from './parts.ts';
import { readPem } from './pem.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from './phases.ts';

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

/** Starts all that the roles need; resolves when every role runs. Stops all it started when that fails. */
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
  checkStart(config, roles);
  openDataFolder(config);
  const topics = topicNames(config.intake.topic, config.log.prefix);
  const log = makeLog(config, clock, telemetry);
  const status = { starting: 'starting: roles are not running yet' as string | null };
  const problems = (): string[] => {
    const { ok, problem } = log.health();
    const logProblem = ok ? [] : [problem ?? 'the log is out of reach'];
    return [...logProblem, ...(status.starting === null ? [] : [status.starting])];
  };
  const late = createLateView(problems, roles.includes('emit'));
  const store = createSqliteStore(inData(config, config.store.path));
  lifecycle.onStop('store', () => store.close());
  const base: Base = {
    options,
    config,
    clock,
    telemetry,
    lifecycle,
    topics,
    log,
    store,
    late,
    lag: {},
    problems,
  };
  // Listening comes first: health and readiness can be asked while the log is still out of reach.
  const { server, url } = await openServer(base);
  lifecycle.onStop('log', () => log.stop());
  await log.start();
  await prepareTopics(config, log, topics);
  const opened = await openParts(config, clock, telemetry, lifecycle);
  await openRoles(base, opened, url, server);
  status.starting = null;
  telemetry.started({
    version,
    roles,
    log: config.log.adapter,
    summarizer: opened.language.summarizer.kind,
    embedder: opened.embedder.id,
    note: [options.note ?? '', opened.language.note].filter((part) => part !== '').join('; '),
  });
  return { url, topics, log, view: late.view, telemetry, lag: () => base.lag, stop: () => lifecycle.stop() };
}

async function openServer(base: Base): Promise<{ server: HttpServer; url: string }> {
  const { options, config, clock, telemetry, lifecycle, store, late } = base;
  const { http } = config;
  const cert = readPem(http.tls.cert_file, 'http.tls.cert_file');
  const key = readPem(http.tls.key_file, 'http.tls.key_file');
  const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url));
  const server = await createHttpServer({
    view: late.view,
    intake: createIntake(base.log, base.topics.conversations, 'http', () => base.lag.admit ?? 0, telemetry),
    operations: late.operations,
    telemetry,
    audit: (entry) => store.audit(entry),
    links: options.roles.includes('emit') ? makeReviewLinks(config) : null,
    config: {
      tokens: http.tokens,
      trustProxy: http.trust_proxy,
      tls: cert !== null && key !== null ? { cert, key } : null,
      maxBacklog: http.max_backlog,
      maxBytes: config.intake.max_bytes,
    },
    consoleFolder: existsSync(consoleFolder) ? consoleFolder : null,
    version: options.version,
    clock,
  });
  lifecycle.onStop('http', () => server.stop());
  const { url } = await server.listen(http.host, http.port);
  return { server, url };
}

async function openRoles(
  base: Base,
  { language, embedder, clusterer, indexes }: Parts,
  url: string,
  server: HttpServer,
): Promise<void> {
  const { config, clock, telemetry, lifecycle, topics, log, options } = base;
  const { roles } = options;
  const generations = createGenerations();
  const tokens = roles.includes('admit') ? makeTokens(config) : null;
  if (tokens !== null) await guardFingerprint(log, topics.state, tokens.fingerprint);
  const fingerprint = tokens?.fingerprint ?? (await readFingerprint(log, topics.state));
  const parts: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    key: () => fingerprint,
    replay: false,
  };
  const open: Partial<Record<Role, OpenSession>> = {};
  if (roles.includes('detect')) open.detect = openDetect(parts);
  if (roles.includes('cluster'))
    open.cluster = openCluster(parts, {
      clusterer,
      labeler: language.labeler,
      indexes: indexes.vectors,
      centroids: indexes.centroids,
    });
  if (roles.includes('assign')) open.assign = openAssign(parts, indexes.centroids);
  if (tokens !== null) open.admit = openAdmit(parts, { embedder, summarizer: language.summarizer, tokens });
  if (roles.includes('emit')) await startEmitting(base, parts, language, url, server);
  // Every listener is there by now: the history of generations is told once, to all.
  const follower = await followGenerations(log, topics.generations, generations);
  lifecycle.onStop('generations', () => follower.stop());
  // Downstream first, so that nothing waits in a topic that nobody reads yet.
  for (const role of ['detect', 'cluster', 'assign', 'admit'] as const) {
    const session = open[role];
    if (session === undefined) continue;
    const running = await runRole(role, session, { log, topics, batch: config.log.batch, clock, telemetry });
    lifecycle.onStop(role, () => running.stop());
  }
  watchLag(base);
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

function watchLag({ options, config, log, topics, clock, telemetry, problems, lifecycle, lag }: Base): void {
  // The way in by HTTP must know how far behind admit is, wherever admit runs; emit consumes only when there are sinks.
  const sinks =
    config.sinks.console || config.sinks.alertmanager.url !== null || config.sinks.webhook.url !== null;
  const measured = ALL_ROLES.filter(
    (role) => role === 'admit' || (options.roles.includes(role) && (role !== 'emit' || sinks)),
  );
  const measure = async (): Promise<void> => {
    for (const role of measured) {
      const records = await log.lag(role, topics[ROLES[role].reads]);
      lag[role] = records;
      if (options.roles.includes(role)) telemetry.lag(role, records);
    }
    const found = problems();
    telemetry.ready(found.length === 0, found);
  };
  let running: Promise<void> | null = null;
  const timer = clock.every(LAG_MS, () => {
    running ??= measure()
      .catch((error: unknown) => telemetry.note('warn', 'lag is not known', { reason: reasonOf(error) }))
      .finally(() => {
        running = null;
      });
  });
  lifecycle.onStop('lag', async () => {
    timer.stop();
    await running;
  });
}
