/** Starts emit: the view, the websocket, and delivery to the sinks. */
import type { HttpServer } from '../adapters/http/server.ts';
import { attachLive } from '../adapters/live/socket-io.ts';
import { createReportFiles } from '../adapters/reports/files.ts';
import { createAlertmanagerSink } from '../adapters/sink/alertmanager.ts';
import { createConsoleSink } from '../adapters/sink/console.ts';
import { createWebhookSink } from '../adapters/sink/webhook.ts';
import { DAY, HOUR } from '../domain/ids.ts';
import { createDelivery } from '../pipeline/emit/deliver.ts';
import { type Emit, startEmit } from '../pipeline/emit/index.ts';
import { runRole } from '../pipeline/runner.ts';
import type { Subscription } from '../ports/event-log.ts';
import type { Sink } from '../ports/sink.ts';
import { inData } from './adapters.ts';
import type { Base, RunOptions } from './base.ts';
import { inTime } from './intake.ts';
import type { Language } from './language.ts';
import type { PhaseParts } from './phases.ts';
import { thresholdsIn } from './space-settings.ts';
import { watchFaults } from './watch-faults.ts';

export type Emitting = {
  /** Begins to tell the sinks. To be called once generations are known: until then no title is. */
  deliver(sinks: readonly Sink[]): Promise<void>;
};

export async function startEmitting(
  base: Base,
  parts: PhaseParts,
  language: Language,
  url: string,
  server: HttpServer,
): Promise<Emitting> {
  const { config, clock, telemetry, lifecycle, topics, log, late } = base;
  // All others stop first, also those that start while this reads.
  const ends = { emit: lifecycle.reserve('emit'), websocket: lifecycle.reserve('websocket') };
  const endDelivery = lifecycle.reserve('delivery');
  const publicUrl = config.http.public_url ?? url;
  const emit = await startEmit({
    watches: parts.watches,
    topics,
    log,
    write: (records) => inTime(config.http.ingest_timeout_seconds, (signal) => log.publish(records, signal)),
    generations: parts.generations,
    store: base.store,
    clock,
    telemetry,
    thresholds: (space) => thresholdsIn(config, space, parts.watches),
    asking: language.summarizer.kind === 'claude',
    reports: createReportFiles(inData(config, 'reports')),
    watchFault: (id, watch) => {
      const fault = watchFaults(id, watch, config)[0];
      return fault === undefined ? null : { field: fault.path.join('.'), message: fault.message };
    },
    publicUrl: () => publicUrl,
    silences: { maxMs: config.silences.max_days * DAY, max: config.silences.max },
    metricClusters: config.metrics.clusters,
    storeDays: config.store.days,
    safety: config.http.tokens.some((token) => token.roles.includes('safety')),
    facts: () => ({
      summarizer: language.summarizer.kind,
      embedder: parts.embedder.id,
      log: config.log.adapter,
      lag: base.lag,
      problems: base.problems(),
    }),
  });
  ends.emit(() => emit.stop());
  late.set(emit.view, emit.operations);
  const live = attachLive({
    server: server.app.server,
    view: late.view,
    gate: server.gate,
    telemetry,
  });
  ends.websocket(() => live.stop());
  return { deliver: (sinks) => startDelivery(base, emit, sinks, endDelivery) };
}

/** A consumer group for each sink, so that one that is down delays no other. */
async function startDelivery(
  base: Base,
  emit: Emit,
  sinks: readonly Sink[],
  end: (stop: () => Promise<void>) => void,
): Promise<void> {
  const { config, clock, telemetry, topics, log, faults } = base;
  const stopping = new AbortController();
  const running: Subscription[] = [];
  end(async () => {
    stopping.abort();
    await Promise.all(running.map((subscription) => subscription.stop()));
  });
  const start = async (sink: Sink): Promise<void> => {
    const open = createDelivery({
      sink,
      topic: topics.deliveries,
      view: (id) => emit.view.alert(id),
      seen: emit.seen,
      known: emit.known,
      giveUpMs: config.sinks.give_up_hours * HOUR,
      wall: Date.now,
      clock,
      telemetry,
      signal: stopping.signal,
    });
    const deps = { log, topics, batch: config.log.batch, clock, telemetry, faults };
    running.push(await runRole('emit', open, deps, sink.name));
  };
  // At once: to join a group on Kafka takes seconds.
  await Promise.all(sinks.map(start));
}

/** All that the settings name. */
export function makeSinks({ config, print }: RunOptions): Sink[] {
  const { console: toConsole, alertmanager, webhook } = config.sinks;
  const sinks: Sink[] = [];
  if (toConsole) {
    sinks.push(createConsoleSink(print ?? ((text) => process.stdout.write(text))));
  }
  if (alertmanager.url !== null) {
    const { url, token, resend_seconds } = alertmanager;
    sinks.push(createAlertmanagerSink({ url, token, resendSeconds: resend_seconds, wall: Date.now }));
  }
  if (webhook.url !== null)
    sinks.push(createWebhookSink({ url: webhook.url, secret: webhook.secret, wall: Date.now }));
  return sinks;
}
