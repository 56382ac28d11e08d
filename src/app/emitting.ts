/** Starts emit: the view, the websocket, and delivery to the sinks. */
import type { HttpServer } from '../adapters/http/server.ts';
import { attachLive } from '../adapters/live/socket-io.ts';
import { createAlertmanagerSink } from '../adapters/sink/alertmanager.ts';
import { createConsoleSink } from '../adapters/sink/console.ts';
import { createWebhookSink } from '../adapters/sink/webhook.ts';
import { DEFAULT_SPACE } from '../domain/ids.ts';
import { createDelivery, deliverToAll } from '../pipeline/emit/deliver.ts';
import { startEmit } from '../pipeline/emit/index.ts';
import { runRole } from '../pipeline/runner.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sink } from '../ports/sink.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Language } from './adapters.ts';
import type { Base, RunOptions } from './base.ts';
import type { PhaseParts } from './phases.ts';

export async function startEmitting(
  base: Base,
  parts: PhaseParts,
  language: Language,
  url: string,
  server: HttpServer,
): Promise<void> {
  const { config, clock, telemetry, lifecycle, topics, log, late, faults } = base;
  const publicUrl = config.http.public_url ?? url;
  const emit = await startEmit({
    space: DEFAULT_SPACE,
    topics,
    log,
    generations: parts.generations,
    store: base.store,
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
      summarizer: language.summarizer.kind,
      embedder: parts.embedder.id,
      log: config.log.adapter,
      lag: base.lag,
      problems: base.problems(),
    }),
  });
  lifecycle.onStop('emit', () => emit.stop());
  late.set(emit.view, emit.operations);
  const live = attachLive({
    server: server.app.server,
    view: late.view,
    gate: server.gate,
    telemetry,
  });
  lifecycle.onStop('websocket', () => live.stop());
  const sinks = makeSinks(base.options, clock, telemetry);
  for (const sink of sinks) lifecycle.onStop(sink.name, () => sink.stop());
  if (sinks.length === 0) return;
  const deps = { sinks, view: (id: string) => emit.view.alert(id), seen: emit.seen, clock, telemetry };
  const open = createDelivery(deps);
  // What was firing before a restart still is: sinks that forget, such as Alertmanager, are told again.
  for (const alert of emit.view.alerts({ state: 'firing', limit: 1_000 })) void deliverToAll(deps, alert);
  const batch = config.log.batch;
  const running = await runRole('emit', open, { log, topics, batch, clock, telemetry, faults });
  lifecycle.onStop('delivery', () => running.stop());
}

function makeSinks({ config, print }: RunOptions, clock: Clock, telemetry: Telemetry): Sink[] {
  const { console: toConsole, alertmanager, webhook } = config.sinks;
  const sinks: Sink[] = [];
  if (toConsole) {
    sinks.push(createConsoleSink(print ?? ((text) => process.stdout.write(text))));
  }
  if (alertmanager.url !== null) {
    const { url, token, resend_seconds } = alertmanager;
    sinks.push(
      createAlertmanagerSink({
        url,
        token,
        resendSeconds: resend_seconds,
        clock,
        wall: Date.now,
        telemetry,
      }),
    );
  }
  if (webhook.url !== null)
    sinks.push(createWebhookSink({ url: webhook.url, secret: webhook.secret, wall: Date.now }));
  return sinks;
}
