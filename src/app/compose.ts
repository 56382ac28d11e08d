/** The composition root: settings to a running cliowatch, in one straight line. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { createSystemClock } from '../adapters/clock/system.ts';
import { createHttpServer, type HttpServer } from '../adapters/http/server.ts';
import { createSqliteStore } from '../adapters/store/sqlite.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { unlessAborted } from '../algorithms/unless-aborted.ts';
import { CliowatchError, reasonOf } from '../domain/errors.ts';
import { clusteredFacets } from '../domain/facet-definition.ts';
import { beginsAnew } from '../domain/watch.ts';
import { createFaults } from '../pipeline/faults.ts';
import { createGate } from '../pipeline/gate.ts';
import { createGenerations } from '../pipeline/generations.ts';
import type { OpenSession } from '../pipeline/runner.ts';
import { type Topics, topicNames, topicSpecs } from '../pipeline/topics.ts';
import { createWatchBook, type WatchBook } from '../pipeline/watches.ts';
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
import { createIntake, createSubmit } from './intake.ts';
import { awaitFingerprint, guardFingerprint } from './key-guard.ts';
import { createLateView } from './late-view.ts';
import { Lifecycle } from './lifecycle.ts';
import { openParts, type Parts } from './parts.ts';
import { readPem } from './pem.ts';
import {
  openAdmit,
  openAssign,
  openCluster,
  openDetect,
  openRepartition,
  type PhaseParts,
} from './phases.ts';
import { watchReadiness } from './readiness.ts';
import { runRoles } from './run-roles.ts';
import { watchFaults } from './watch-faults.ts';

export type App = {
  readonly url: string;
  readonly topics: Topics;
  readonly log: EventLog;
  readonly view: LiveView;
  readonly telemetry: Telemetry;
  /** Records waiting, by role, as last measured. */
  lag(): Readonly<Record<string, number>>;
  /** Takes up the watches of settings read anew; for all else of them it must be started again, which is said. */
  reload(config: Config): void;
  stop(): Promise<void>;
};

/** Starts all that the roles need; resolves when every role runs. Stops all it started when that fails or is ended. */
export async function startApp(options: RunOptions): Promise<App> {
  const { config } = options;
  const clock = options.clock ?? createSystemClock();
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  const lifecycle = new Lifecycle((name, error) =>
    telemetry.note('error', `${name} did not stop`, { reason: reasonOf(error) }),
  );
  const signal = options.signal ?? new AbortController().signal;
  try {
    // What is under way, such as a broker being asked, ends by itself, or with the log; nothing waits for it here.
    return await unlessAborted(start(options, clock, telemetry, lifecycle), signal);
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
  const topics = topicNames(config.intake.topic, config.log.prefix, config.intake.repartition);
  const log = makeLog(config, clock, telemetry);
  let starting = true;
  const faults = createFaults(clock.elapsed);
  const problems = (): string[] => {
    const { ok, problem } = log.health();
    const logProblem = ok ? [] : [problem ?? 'the log is out of reach'];
    return [...logProblem, ...(starting ? ['starting: the past is being read'] : []), ...faults.problems()];
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
    intake: { open: false },
    starting: () => starting,
    faults,
    problems,
  };
  watchReadiness(base);
  // Listening comes first: health and readiness can be asked while the log is still out of reach.
  const { server, url } = await openServer(base);
  lifecycle.onStop('log', () => log.stop());
  // Threads load the model while the log is opened.
  const opening = openParts(config, clock, telemetry, lifecycle);
  opening.catch(() => undefined);
  await log.start();
  await prepareTopics(config, log, topics);
  const opened = await opening;
  const watches = await openRoles(base, opened, url, server);
  starting = false;
  telemetry.started({
    version,
    roles,
    log: config.log.adapter,
    summarizer: opened.language.summarizer.kind,
    embedder: opened.embedder.id,
    note: [options.note ?? '', opened.language.note].filter((part) => part !== '').join('; '),
  });
  return {
    url,
    topics,
    log,
    view: late.view,
    telemetry,
    lag: () => base.lag,
    reload: (now) => reload(base, watches, now),
    stop: () => lifecycle.stop(),
  };
}

/** By what is missing first: before the start is over, the log's being out of reach is what clients wait for. */
function closed({ log, intake }: Base): 'starting' | 'log-unavailable' | null {
  if (!log.health().ok) return 'log-unavailable';
  return intake.open ? null : 'starting';
}

async function openServer(base: Base): Promise<{ server: HttpServer; url: string }> {
  const { options, config, clock, telemetry, lifecycle, store, late } = base;
  const { http } = config;
  const cert = readPem(http.tls.cert_file, 'http.tls.cert_file');
  const key = readPem(http.tls.key_file, 'http.tls.key_file');
  const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url));
  const server = await createHttpServer({
    view: late.view,
    intake: createIntake(
      createSubmit(base.log, config.intake, 'http', telemetry),
      { backlog: () => (base.lag.repartition ?? 0) + (base.lag.admit ?? 0), closed: () => closed(base) },
      http.ingest_timeout_seconds,
    ),
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
  { sampling, language, embedder, clusterer, projector, indexes }: Parts,
  url: string,
  server: HttpServer,
): Promise<WatchBook> {
  const { config, clock, telemetry, lifecycle, topics, log, options } = base;
  const { roles } = options;
  const generations = createGenerations();
  const watches = createWatchBook(
    config.watches,
    clusteredFacets(config.facets),
    (id, watch) => watchFaults(id, watch, config)[0]?.message ?? null,
    (watch, why) =>
      telemetry.note('warn', 'a watch that was added is not used', {
        watch,
        why,
        remedy: 'mend the settings, or add it anew under another name',
      }),
  );
  // Before anything is opened: which spaces there are is told by it.
  const control = await log.follow([topics.control], 'start', (record) => watches.take(record));
  lifecycle.onStop('control', () => control.stop());
  await control.caughtUp;
  const tokens = roles.includes('admit') ? makeTokens(config) : null;
  if (tokens !== null) await guardFingerprint(log, topics.state, tokens.fingerprint);
  const parts: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    watches,
    replay: false,
  };
  const open: Partial<Record<Role, OpenSession>> = {};
  if (roles.includes('detect')) open.detect = openDetect(parts);
  if (roles.includes('cluster'))
    open.cluster = openCluster(parts, {
      clusterer,
      projector,
      labeler: language.labeler,
      embed: (texts) => embedder.embed(texts),
      indexes: indexes.vectors,
      centroids: indexes.among,
    });
  if (roles.includes('assign')) {
    const key = tokens === null ? laterKey(base) : async () => tokens.fingerprint;
    const partitions = await log.partitionCount(topics.points);
    open.assign = openAssign(parts, { indexes: indexes.centroids, key, partitions });
  }
  if (tokens !== null) {
    sampling.over(await log.partitionCount(topics.points));
    open.admit = openAdmit(parts, { embedder, summarizer: language.summarizer, tokens, sampling });
    if (config.intake.repartition) open.repartition = openRepartition(parts);
  }
  // It reads all that is told of the past, which takes the longest: conversations do not wait for it.
  const emitting = roles.includes('emit') ? startEmitting(base, parts, language, url, server) : null;
  emitting?.catch(() => undefined);
  await runRoles(base, open, generations, emitting);
  return watches;
}

function reload({ config, telemetry, late }: Base, book: WatchBook, now: Config): void {
  for (const { id, configured, watch } of book.watches()) {
    const after = now.watches[id];
    if (configured && (after === undefined || beginsAnew(watch, after))) late.operations.report(id);
  }
  book.configure(now.watches);
  const others = (settings: Config) => ({ ...settings, watches: null });
  const waits = !isDeepStrictEqual(others(config), others(now));
  telemetry.note('info', 'the settings are read anew: watches are as they say', {
    watches: Object.keys(now.watches),
    ...(waits ? { remedy: 'start again for the other settings that have changed' } : {}),
  });
}

/** The key's fingerprint where admit runs elsewhere: known as soon as the first admit has claimed the log. */
function laterKey({ log, topics, lifecycle }: Base): () => Promise<string> {
  const known = awaitFingerprint(log, topics.state, lifecycle.stopping);
  known.catch(() => undefined);
  return () => known;
}

/** Embedded: made at once. Kafka: made by an operator, who chooses partitions and replication. */
async function prepareTopics(config: Config, log: EventLog, topics: Topics): Promise<void> {
  if (config.log.adapter === 'embedded') {
    await log.createTopics(topicSpecs(topics, config.log.embedded.partitions, config.intake.max_bytes));
    return;
  }
  const partitions = await log.partitionCount(topics.input);
  const missing = await log.missingTopics(
    topicSpecs(topics, Math.max(1, partitions), config.intake.max_bytes),
  );
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
