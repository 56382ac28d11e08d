/** Named events to log lines (pino) and metrics (prom-client). */

import type { Logger } from 'pino';
import type { Alert } from '../../domain/alert.ts';
import type { ClusterSeries, DeliveryOutcome, Role, Telemetry } from '../../ports/telemetry.ts';
import { setFirstValues, setFirstValuesOf, setNoneOpen } from './first-values.ts';
import { createMetrics, type Metrics } from './metrics.ts';

export function createTelemetry(logger: Logger, now: () => number): Telemetry {
  const metrics = createMetrics();
  setFirstValues(metrics);
  // Ages are set at each scrape: one that is set only when something happens would stand still just when it matters.
  const madeAt = new Map<string, number>();
  const totals = {
    admitted: 0,
    deadLetters: 0,
    late: 0,
    zeroRetention: 0,
    sampledOut: 0,
    llmCalls: 0,
    llmTokens: 0,
    llmDollars: 0,
    llmFailing: false,
  };
  return {
    ...lifeEvents(logger, metrics),
    ...intakeEvents(logger, metrics, totals),
    ...phaseEvents(logger, metrics),
    ...llmEvents(logger, metrics, totals),
    ...generationEvents(logger, metrics, madeAt),
    ...alertEvents(logger, metrics),
    clusterSeries: (series) => replaceClusterSeries(metrics, series),
    async exposition() {
      for (const [space, at] of madeAt)
        metrics.generationAge.set({ space }, Math.max(0, (now() - at) / 1_000));
      return { body: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
    totals: () => ({ ...totals }),
  };
}

type Totals = ReturnType<Telemetry['totals']>;

function lifeEvents(logger: Logger, metrics: Metrics) {
  let wasReady: boolean | null = null;
  return {
    started(info) {
      setFirstValuesOf(info.roles, metrics);
      metrics.buildInfo.set({ version: info.version }, 1);
      metrics.info.set({ log: info.log, summarizer: info.summarizer, embedder: info.embedder }, 1);
      logger.info(
        info,
        `cliowatch ${info.version} runs ${info.roles.join(', ')}${info.note === '' ? '' : `; ${info.note}`}`,
      );
    },
    stopped: () => logger.info('stopped'),
    note: (level, message, fields) => logger[level](fields ?? {}, message),
    ready(ready, problems) {
      metrics.ready.set(ready ? 1 : 0);
      if (ready !== wasReady) logger[ready ? 'info' : 'warn']({ problems }, ready ? 'ready' : 'not ready');
      wasReady = ready;
    },
    clients: (count) => metrics.clients.set(count),
    capped(what, size, cap) {
      metrics.capped.set({ what }, size);
      metrics.caps.set({ what }, cap);
    },
  } satisfies Partial<Telemetry>;
}

function intakeEvents(logger: Logger, metrics: Metrics, totals: Totals) {
  return {
    ingested: (via, count) => metrics.ingested.inc({ via }, count),
    refused: (reason, count) => metrics.refused.inc({ reason }, count),
    admitted(count) {
      totals.admitted += count;
      metrics.admitted.inc(count);
    },
    deadLettered(reason, where) {
      totals.deadLetters++;
      metrics.deadLetters.inc({ reason });
      logger.warn({ reason, ...where }, 'dead letter');
    },
    dropped(reason, count) {
      if (reason === 'late') totals.late += count;
      if (reason === 'sampled-out') totals.sampledOut += count;
      if (reason === 'zero-retention') totals.zeroRetention += count;
      metrics.dropped.inc({ reason }, count);
    },
    redacted: (kind, count) => metrics.redactions.inc({ kind }, count),
    sampling(share, dollarsLeft, callsLeft) {
      metrics.samplingShare.set(share);
      if (dollarsLeft !== null) metrics.samplingDollarsLeft.set(dollarsLeft);
      if (callsLeft !== null) metrics.samplingCallsLeft.set(callsLeft);
    },
  } satisfies Partial<Telemetry>;
}

function phaseEvents(logger: Logger, metrics: Metrics) {
  return {
    assigned: (space, outcome, count) => metrics.assignments.inc({ space, outcome }, count),
    ambiguous(space, count) {
      metrics.ambiguous.inc({ space }, count);
    },
    indexChecked(space, same, other) {
      metrics.indexChecks.inc({ space, verdict: 'same' }, same);
      metrics.indexChecks.inc({ space, verdict: 'other' }, other);
    },
    admitToAssigned: (seconds) => metrics.admitToAssigned.observe(seconds),
    phaseBatch(role, seconds, records) {
      metrics.batchSeconds.observe({ role }, seconds);
      metrics.records.inc({ role }, records);
    },
    phaseFailed(role, error) {
      metrics.failures.inc({ role });
      logger.error({ role, reason: error.message }, `${role} failed; the batch is tried again`);
      logger.debug({ role, stack: error.stack });
    },
    lag: (role, records) => metrics.lag.set({ role }, records),
    embedded(texts, cached, seconds) {
      metrics.embeddedTexts.inc({ source: 'model' }, texts - cached);
      metrics.embeddedTexts.inc({ source: 'cache' }, cached);
      metrics.embedSeconds.observe(seconds);
    },
  } satisfies Partial<Telemetry>;
}

/** One line when an outage begins and one when it ends, whatever happens in between. */
const HELD_BACK = {
  failures: ['model calls fail', 'model calls work again'],
  budget: ['the budget for model calls is spent', 'model calls are within their budget again'],
  'retry-after': ['the model asked for some minutes without calls', 'the model may be asked again'],
} as const;

function llmEvents(logger: Logger, metrics: Metrics, totals: Totals) {
  const held = new Set<keyof typeof HELD_BACK>();
  return {
    llmCall(stage, model, outcome, seconds) {
      totals.llmCalls++;
      metrics.llmCalls.inc({ stage, model, outcome });
      metrics.llmSeconds.observe({ stage, model }, seconds);
    },
    llmRepair: (stage, reason, outcome) => metrics.llmRepairs.inc({ stage, reason, outcome }),
    llmCacheHit: (stage) => metrics.llmCacheHits.inc({ stage }),
    llmTokens(stage, model, kind, tokens) {
      totals.llmTokens += tokens;
      metrics.llmTokens.inc({ stage, model, kind }, tokens);
    },
    llmDollars(stage, model, dollars) {
      totals.llmDollars += dollars;
      metrics.llmDollars.inc({ stage, model }, dollars);
    },
    llmFallback: (stage, reason) => metrics.llmFallbacks.inc({ stage, reason }),
    llmState(failing, because) {
      if (failing !== held.has(because)) logger.warn({ failing }, HELD_BACK[because][failing ? 0 : 1]);
      if (failing) held.add(because);
      else held.delete(because);
      totals.llmFailing = held.size > 0;
      metrics.llmFailing.set(totals.llmFailing ? 1 : 0);
    },
    llmConcurrency: (limit) => metrics.llmConcurrency.set(limit),
    llmSpent(dollars, budget) {
      metrics.llmSpent.set(dollars);
      if (budget !== null) metrics.llmBudget.set(budget);
    },
  } satisfies Partial<Telemetry>;
}

function generationEvents(logger: Logger, metrics: Metrics, madeAt: Map<string, number>) {
  const flagsTold = new Map<string, ReadonlySet<string>>();
  return {
    generationPublished(info) {
      const { space, type } = info;
      metrics.generations.inc({ space, type });
      metrics.generationSeconds.observe({ type }, info.seconds);
      metrics.generationClusters.set({ space }, info.clusters);
      metrics.generationSamples.set({ space }, info.samples);
      metrics.outlierRatio.set({ space }, info.outlierRate);
      logger.info(info, `generation ${info.generation} published`);
    },
    classifierChecked(space, checks) {
      for (const flag of flagsTold.get(space) ?? []) removeFlag(metrics, space, flag);
      flagsTold.set(space, new Set(checks.map(({ flag }) => flag ?? ANY_FLAG)));
      for (const { flag, r, missed, over_flagged } of checks) {
        const labels = { space, flag: flag ?? ANY_FLAG };
        metrics.classifierCorrelation.set(labels, r ?? Number.NaN);
        metrics.classifierDivergent.set({ ...labels, kind: 'missed' }, missed.length);
        metrics.classifierDivergent.set({ ...labels, kind: 'over_flagged' }, over_flagged.length);
      }
    },
    generationAdopted(role, space, generation, eventTime) {
      metrics.generation.set({ role, space }, generation);
      // Roles adopt in their own time, detect last: the age is that of the newest, or it would jump back and forth.
      madeAt.set(space, Math.max(madeAt.get(space) ?? 0, eventTime));
      logger.debug({ role, space, generation }, 'generation adopted');
    },
    spaceGone(space) {
      madeAt.delete(space);
      for (const flag of flagsTold.get(space) ?? [ANY_FLAG]) removeFlag(metrics, space, flag);
      flagsTold.delete(space);
      removeSpace(metrics, space);
    },
    panel: (space, share) => metrics.panelShare.set({ space }, share),
    tick(space, eventTime, testedSeries) {
      metrics.eventTime.set({ space }, eventTime / 1_000);
      if (testedSeries !== null) metrics.growthSeries.set({ space }, testedSeries);
    },
  } satisfies Partial<Telemetry>;
}

/** Left out without a try: it took no time. */
const UNTRIED: ReadonlySet<DeliveryOutcome> = new Set(['too-old', 'history', 'silenced']);

/** A label that is empty is none to Prometheus. */
const ANY_FLAG = '';

function removeFlag(metrics: Metrics, space: string, flag: string): void {
  metrics.classifierCorrelation.remove({ space, flag });
  for (const kind of ['missed', 'over_flagged']) metrics.classifierDivergent.remove({ space, flag, kind });
}

/** Every series of a space. One that stays would look like a space that stands still. */
function removeSpace(metrics: Metrics, space: string): void {
  const { generation, generationAge, generationClusters, generationSamples, outlierRatio } = metrics;
  for (const gauge of [generationAge, generationClusters, generationSamples, outlierRatio])
    gauge.remove({ space });
  for (const gauge of [metrics.eventTime, metrics.panelShare, metrics.growthSeries]) gauge.remove({ space });
  for (const outcome of ['cluster', 'outlier']) metrics.assignments.remove({ space, outcome });
  for (const type of ['full', 'patch']) metrics.generations.remove({ space, type });
  for (const role of ROLES) generation.remove({ role, space });
}

function alertEvents(logger: Logger, metrics: Metrics) {
  const open = new Map<string, readonly Alert[]>();
  return {
    alertChanged({ id, kind, severity, state, cluster }: Alert) {
      metrics.transitions.inc({ kind, severity, state });
      logger.info({ id, kind, severity, state, cluster }, 'alert');
    },
    alertsOpen(space, alerts) {
      open.set(space, alerts);
      setNoneOpen(metrics.alerts);
      for (const { kind, severity, state } of [...open.values()].flat())
        metrics.alerts.inc({ kind, severity, state });
    },
    silencedAlerts(alerts: readonly Alert[]) {
      setNoneOpen(metrics.silencedAlerts);
      for (const { kind, severity, state } of alerts)
        if (state === 'pending' || state === 'firing') metrics.silencedAlerts.inc({ kind, severity, state });
    },
    incidents(alerts: readonly Alert[]) {
      const worst = new Map<string, Alert['severity']>();
      for (const { space, incident, id, state, severity } of alerts) {
        const key = `${space} ${incident || id}`;
        if (state === 'firing' && worst.get(key) !== 'page') worst.set(key, severity);
      }
      for (const severity of ['watch', 'page']) metrics.incidents.set({ severity }, 0);
      for (const severity of worst.values()) metrics.incidents.inc({ severity });
    },
    delivered(sink, outcome, seconds) {
      metrics.deliveries.inc({ sink, outcome });
      if (!UNTRIED.has(outcome)) metrics.deliverySeconds.observe({ sink }, seconds);
    },
    undelivered: (sink, oldestSeconds) => metrics.undelivered.set({ sink }, oldestSeconds),
  } satisfies Partial<Telemetry>;
}

const ROLES: readonly Role[] = ['admit', 'assign', 'cluster', 'detect', 'emit'];

const STATES = { quiet: 0, pending: 1, firing: 2 };

/** All series of the clusters at once: those that are gone leave nothing behind. */
function replaceClusterSeries(metrics: Metrics, series: readonly ClusterSeries[]): void {
  const { clusters } = metrics;
  for (const gauge of Object.values(clusters)) gauge.reset();
  for (const one of series) {
    const labels = { space: one.space, cluster: one.cluster };
    clusters.conversations.set(labels, one.conversations);
    clusters.accounts.set(labels, one.accounts24);
    clusters.hour.set(labels, one.lastHour);
    if (one.expectedHour !== null) clusters.expected.set(labels, one.expectedHour);
    clusters.ratio.set(labels, one.ratioLow);
    if (one.score !== null) clusters.score.set(labels, one.score);
    if (one.coordination !== null) clusters.coordination.set(labels, one.coordination);
    clusters.state.set(labels, STATES[one.state]);
    clusters.silenced.set(labels, one.silenced ? 1 : 0);
    clusters.newborn.set(labels, one.newborn ? 1 : 0);
    if (one.title !== null) clusters.info.set({ ...labels, title: one.title }, 1);
  }
}
