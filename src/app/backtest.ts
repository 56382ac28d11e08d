/** A file through all phases on its own event time: the alerts that would have fired, and where every conversation fell. */
import { createManualClock } from '../adapters/clock/manual.ts';
import { createOnnxClusterer } from '../adapters/clusterer/onnx.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { EventTime } from '../algorithms/event-time.ts';
import { type Alert, alertSchema } from '../domain/alert.ts';
import { type AssignmentBatch, assignmentBatchSchema } from '../domain/assignment.ts';
import type { ClusterRecord } from '../domain/generation.ts';
import { DAY, DEFAULT_SPACE, MINUTE } from '../domain/ids.ts';
import { type Rollup, rollupSchema } from '../domain/tick.ts';
import { parseConversation } from '../pipeline/admit/parse.ts';
import { createDriver, type Driver } from '../pipeline/driver.ts';
import { createGate } from '../pipeline/gate.ts';
import { createGenerations, type Generations } from '../pipeline/generations.ts';
import { decode } from '../pipeline/records.ts';
import { topicNames } from '../pipeline/topics.ts';
import type { LogRecord } from '../ports/event-log.ts';
import type { IdTokens } from '../ports/id-tokens.ts';
import { makeEmbedder, makeIndexes, makeLanguage, makeTokens } from './adapters.ts';
import type { Config } from './config.ts';
import { Lifecycle } from './lifecycle.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from './phases.ts';

/** Where one conversation fell, under the tokens of this run. */
export type Placed = {
  readonly conversation: string;
  readonly at: number;
  readonly cluster: string | null;
  readonly generation: number;
  readonly similarity: number;
};

export type BacktestResult = {
  readonly alerts: readonly Alert[];
  readonly clusters: readonly ClusterRecord[];
  readonly generation: number;
  readonly rollups: readonly Rollup[];
  readonly admitted: number;
  readonly deadLetters: number;
  readonly late: number;
  readonly zeroRetention: number;
};

export interface Backtest {
  readonly tokens: IdTokens;
  /** What is wrong with a line, by field; null: it is a conversation. */
  check(line: string): string | null;
  /** Feeds lines of JSON, in the order of the file. */
  push(lines: readonly string[]): Promise<void>;
  /** Closes what is still open and answers. */
  finish(): Promise<BacktestResult>;
  stop(): Promise<void>;
}

const FIXED_KEY = Buffer.alloc(32).toString('base64');

export async function startBacktest(config: Config, onPlaced: (placed: Placed) => void): Promise<Backtest> {
  const clock = createManualClock(Date.now());
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  const lifecycle = new Lifecycle((name, error) =>
    telemetry.note('error', `${name} did not stop`, { error }),
  );
  const topics = topicNames(config.intake.topic, config.log.prefix);
  const generations = createGenerations();
  const language = makeLanguage(config, clock, telemetry);
  lifecycle.onStop('language', () => language.stop());
  const embedder = await makeEmbedder(config, clock, telemetry);
  lifecycle.onStop('embedder', () => embedder.stop());
  const clusterer = createOnnxClusterer();
  lifecycle.onStop('clusterer', () => clusterer.stop());
  // Tokens never leave this process, and a fixed key makes the same file give the same answer.
  const tokens = makeTokens({ ...config, tokens: { ...config.tokens, key: config.tokens.key ?? FIXED_KEY } });
  const indexes = makeIndexes(config);
  lifecycle.onStop('centroids', () => indexes.centroids.stop());
  const parts: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    replay: true,
  };
  const gathered = new Gathered(topics, onPlaced);
  const driver = await createDriver({
    topics,
    generations,
    onRecord: (record) => gathered.take(record),
    open: {
      admit: openAdmit(parts, { embedder, summarizer: language.summarizer, tokens }),
      assign: openAssign(parts, {
        indexes: indexes.centroids,
        key: async () => tokens.fingerprint,
        partitions: 1,
      }),
      detect: openDetect(parts),
      cluster: openCluster(parts, {
        clusterer,
        labeler: language.labeler,
        indexes: indexes.vectors,
        centroids: indexes.centroids,
      }),
    },
  });
  lifecycle.onStop('phases', () => driver.stop());
  return {
    tokens,
    check: (line) => faultOf(line, config),
    push: (lines) => driver.push(lines),
    async finish() {
      await closeAll(driver, gathered, topics.points, config);
      return gathered.result(generations, telemetry.totals());
    },
    stop: () => lifecycle.stop(),
  };
}

function faultOf(line: string, { intake }: Config): string | null {
  const limits = {
    maxBytes: intake.max_bytes,
    earliest: Date.parse(intake.earliest),
    latest: Number.POSITIVE_INFINITY,
  };
  const parsed = parseConversation(Buffer.from(line), limits);
  if (parsed.verdict === 'taken') return null;
  return `${parsed.reason}${parsed.field === '' ? '' : ` ${parsed.field}`}: ${parsed.message}`;
}

/** The last conversations have nobody after them to confirm their time; one further ahead than this has a wrong clock. */
const LAST_REACH_MS = DAY;

/** The hour that growth is judged by: it must pass before growth ends, and then the alert may. */
const JUDGED_MINUTES = 60;

/** Lets event time run on without traffic until minutes are closed and alerts have had time to end. */
async function closeAll(driver: Driver, gathered: Gathered, points: string, config: Config): Promise<void> {
  const { watermark_minutes, close_after_minutes } = config.growth;
  const minutes = watermark_minutes + JUDGED_MINUTES + close_after_minutes + 1;
  const end = gathered.time.end(LAST_REACH_MS);
  if (end === 0) return;
  const watermark = end + minutes * MINUTE;
  const value = JSON.stringify({ kind: 'heartbeat', watermark, zero_retention: 0 });
  await driver.inject([{ topic: points, key: null, value }]);
}

class Gathered {
  readonly #topics: ReturnType<typeof topicNames>;
  readonly #onPlaced: (placed: Placed) => void;
  readonly #alerts = new Map<string, Alert>();
  readonly #rollups = new Map<number, Rollup>();
  /** Of all that was assigned, so that the end of the file is known. */
  readonly time = new EventTime(1);

  constructor(topics: ReturnType<typeof topicNames>, onPlaced: (placed: Placed) => void) {
    this.#topics = topics;
    this.#onPlaced = onPlaced;
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    if (record.topic === this.#topics.alerts) {
      const alert = decode(alertSchema, record);
      this.#alerts.set(alert.id, alert);
    } else if (record.topic === this.#topics.rollups) {
      const rollup = decode(rollupSchema, record);
      this.#rollups.set(rollup.hour, rollup);
    } else if (record.topic === this.#topics.assignments) this.#place(decode(assignmentBatchSchema, record));
  }

  result(
    generations: Generations,
    totals: { admitted: number; deadLetters: number; late: number; zeroRetention: number },
  ): BacktestResult {
    const generation = generations.current(DEFAULT_SPACE);
    return {
      alerts: [...this.#alerts.values()]
        .filter((alert) => alert.fired_at !== null)
        .sort((a, b) => (a.fired_at ?? 0) - (b.fired_at ?? 0)),
      clusters: generation?.clusters ?? [],
      generation: generation?.manifest.generation ?? 0,
      rollups: [...this.#rollups.values()].sort((a, b) => a.hour - b.hour),
      ...totals,
    };
  }

  #place(batch: AssignmentBatch): void {
    for (const [i, conversation] of batch.conversation.entries()) {
      this.time.hear(batch.account[i] ?? '', batch.at[i] ?? 0);
      this.#onPlaced({
        conversation,
        at: batch.at[i] ?? 0,
        cluster: batch.cluster[i] ?? null,
        generation: batch.generation,
        similarity: batch.similarity[i] ?? 0,
      });
    }
  }
}
