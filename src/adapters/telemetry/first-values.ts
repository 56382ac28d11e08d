/**
 * Counters begin at 0 with every label value that is known: of a series that appears with its first event, Prometheus
 * sees no increase, so the first dead letter or failed delivery would raise no alert.
 */
import type { Alert } from '../../domain/alert.ts';
import { DEFAULT_SPACE } from '../../domain/ids.ts';
import type { DeadLetterReason, DeliveryOutcome, DropReason, Role } from '../../ports/telemetry.ts';
import type { Metrics } from './metrics.ts';

// Records, not arrays: the compiler then tells when a value is missing.
const DEAD_LETTERS: Record<DeadLetterReason, null> = {
  'not-json': null,
  'too-large': null,
  'wrong-schema': null,
  'empty-messages': null,
  'too-old': null,
  'far-future': null,
  'not-a-conversation': null,
};
const DROPS: Record<DropReason, null> = {
  'foreign-key': null,
  duplicate: null,
  'zero-retention': null,
  'older-snapshot': null,
  'no-user-text': null,
  'sampled-out': null,
  late: null,
};
const OUTCOMES: Record<DeliveryOutcome, null> = {
  ok: null,
  retry: null,
  refused: null,
  'too-old': null,
  history: null,
  silenced: null,
};
const STATES: Record<Alert['state'], null> = { pending: null, firing: null, resolved: null, expired: null };
const KINDS: Record<Alert['kind'], null> = { new: null, surge: null };
const SEVERITIES: Record<Alert['severity'], null> = { watch: null, page: null };

/** The refusals that tell of our state rather than of a client's mistake. */
const REFUSALS = [
  'backlog',
  'log-unavailable',
  'starting',
  'too-large',
  'not-json',
  'wrong-schema',
  'empty-messages',
];
const SINKS = ['console', 'alertmanager', 'webhook'];
const LLM_STAGES = ['facets', 'label', 'propose', 'deduplicate', 'assign', 'nest'];
/** An audit falls back as its label does. */
const LLM_ASKED = [...LLM_STAGES, 'audit'];
const LLM_UNUSABLE = ['refusal', 'malformed', 'max-tokens'];
const LLM_FALLBACKS = ['down', 'unanswered', ...LLM_UNUSABLE, 'rejected', 'wrong-count'];

/** What any process may count. */
export function setFirstValues(metrics: Metrics): void {
  for (const via of ['http', 'replay', 'demo']) metrics.ingested.inc({ via }, 0);
  for (const reason of REFUSALS) metrics.refused.inc({ reason }, 0);
  for (const reason of Object.keys(DEAD_LETTERS)) metrics.deadLetters.inc({ reason }, 0);
  for (const reason of Object.keys(DROPS)) metrics.dropped.inc({ reason }, 0);
  for (const source of ['model', 'cache']) metrics.embeddedTexts.inc({ source }, 0);
  for (const stage of LLM_STAGES)
    for (const reason of LLM_FALLBACKS) metrics.llmFallbacks.inc({ stage, reason }, 0);
  for (const stage of LLM_ASKED) {
    metrics.llmCacheHits.inc({ stage }, 0);
    for (const reason of LLM_UNUSABLE)
      for (const outcome of ['repaired', 'failed']) metrics.llmRepairs.inc({ stage, reason, outcome }, 0);
  }
  for (const kind of Object.keys(KINDS)) {
    for (const severity of Object.keys(SEVERITIES)) {
      for (const state of Object.keys(STATES)) metrics.transitions.inc({ kind, severity, state }, 0);
    }
  }
  setNoneOpen(metrics.alerts);
  setNoneOpen(metrics.silencedAlerts);
  for (const severity of Object.keys(SEVERITIES)) metrics.incidents.set({ severity }, 0);
}

/** 0 for every kind, severity and state in which an alert is open. */
export function setNoneOpen(gauge: Metrics['alerts']): void {
  for (const kind of Object.keys(KINDS))
    for (const severity of Object.keys(SEVERITIES))
      for (const state of ['pending', 'firing']) gauge.set({ kind, severity, state }, 0);
}

/** What a process counts because of its roles; another one has no such series. */
export function setFirstValuesOf(roles: readonly Role[], metrics: Metrics): void {
  const space = DEFAULT_SPACE;
  for (const role of roles) {
    metrics.failures.inc({ role }, 0);
    metrics.records.inc({ role }, 0);
    metrics.batchSeconds.zero({ role });
  }
  if (roles.includes('assign')) {
    for (const outcome of ['cluster', 'outlier']) metrics.assignments.inc({ space, outcome }, 0);
    metrics.ambiguous.inc({ space }, 0);
    for (const verdict of ['same', 'other']) metrics.indexChecks.inc({ space, verdict }, 0);
  }
  if (roles.includes('cluster')) {
    for (const type of ['full', 'patch']) {
      metrics.generations.inc({ space, type }, 0);
      metrics.generationSeconds.zero({ type });
    }
  }
  if (!roles.includes('emit')) return;
  metrics.classifierCorrelation.set({ space, flag: '' }, Number.NaN);
  for (const kind of ['missed', 'over_flagged'])
    metrics.classifierDivergent.set({ space, flag: '', kind }, 0);
  for (const sink of SINKS) {
    for (const outcome of Object.keys(OUTCOMES)) metrics.deliveries.inc({ sink, outcome }, 0);
    metrics.undelivered.set({ sink }, 0);
    metrics.deliverySeconds.zero({ sink });
  }
}
