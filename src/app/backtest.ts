/** A file through all phases on its own event time: the alerts that would have fired, and where every conversation fell. */
import { createManualClock } from '../adapters/clock/manual.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { clusteredFacets } from '../domain/facet-definition.ts';
import { DAY, DEFAULT_SPACE, MINUTE } from '../domain/ids.ts';
import { parseConversation } from '../pipeline/admit/parse.ts';
import { createDriver, type Driver } from '../pipeline/driver.ts';
import { createGate } from '../pipeline/gate.ts';
import { createGenerations } from '../pipeline/generations.ts';
import { topicNames } from '../pipeline/topics.ts';
import { createWatchBook } from '../pipeline/watches.ts';
import type { IdTokens } from '../ports/id-tokens.ts';
import { makeTokens } from './adapters.ts';
import type { Config } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { type BacktestResult, Gathered, type Placed } from './gathered.ts';
import { Lifecycle } from './lifecycle.ts';
import { openParts } from './parts.ts';
import {
  openAdmit,
  openAssign,
  openCluster,
  openDetect,
  type PhaseParts,
  REPLAY_FUTURE_MS,
} from './phases.ts';

/** A line that is a conversation. `token` is what `Placed` calls it by. */
export type Checked = { readonly id: string; readonly token: string; readonly at: number };

export interface Backtest {
  /** What a line is, or what is wrong with it, by field. Judges by the limits that `push` does, but for `FAR_MS`. */
  check(line: Buffer): Checked | { readonly fault: string };
  /** The generation that a conversation pushed now is placed by; 0 before the first. */
  generation(): number;
  /** Feeds lines that `check` found to be conversations, in the order of the file. */
  push(lines: readonly (Checked & { readonly bytes: Buffer })[]): Promise<void>;
  /** Closes what is still open and answers. */
  finish(): Promise<BacktestResult>;
  stop(): Promise<void>;
}

/** A line further ahead of the lines before it is a dead letter, so that the year 9999 cannot end event time. */
export const FAR_MS = REPLAY_FUTURE_MS;

const FIXED_KEY = Buffer.alloc(32).toString('base64');

export async function startBacktest(config: Config, onPlaced: (placed: Placed) => void): Promise<Backtest> {
  // The file's own time, moved by its lines: a clock of today would judge the same file otherwise next year.
  const clock = createManualClock(Date.parse(config.intake.earliest));
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  const lifecycle = new Lifecycle((name, error) =>
    telemetry.note('error', `${name} did not stop`, { error }),
  );
  const topics = topicNames(config.intake.topic, config.log.prefix);
  const generations = createGenerations();
  openDataFolder(config);
  const { sampling, language, embedder, clusterer, projector, indexes } = await openParts(
    config,
    clock,
    telemetry,
    lifecycle,
  );
  // Tokens never leave this process, and a fixed key makes the same file give the same answer.
  const tokens = makeTokens({ ...config, tokens: { ...config.tokens, key: config.tokens.key ?? FIXED_KEY } });
  const parts: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    watches: createWatchBook(config.watches, clusteredFacets(config.facets)),
    replay: true,
  };
  const gathered = new Gathered(topics, onPlaced);
  generations.onArrival(({ generation }) => gathered.name(generation));
  const driver = await createDriver({
    topics,
    generations,
    onRecord: (record) => gathered.take(record),
    open: {
      admit: openAdmit(parts, { embedder, summarizer: language.summarizer, tokens, sampling }),
      assign: openAssign(parts, {
        indexes: indexes.centroids,
        key: async () => tokens.fingerprint,
        partitions: 1,
      }),
      detect: openDetect(parts),
      cluster: openCluster(parts, {
        clusterer,
        projector,
        labeler: language.labeler,
        embed: (texts) => embedder.embed(texts),
        indexes: indexes.vectors,
        centroids: indexes.among,
      }),
    },
  });
  lifecycle.onStop('phases', () => driver.stop());
  return {
    check: (line) => checkLine(line, config, tokens),
    generation: () => generations.current(DEFAULT_SPACE)?.manifest.generation ?? 0,
    push(lines) {
      for (const { at } of lines) clock.advance(at);
      return driver.push(lines.map(({ bytes }) => bytes));
    },
    async finish() {
      await closeAll(driver, gathered, topics.points, config);
      return gathered.result(generations, telemetry.totals());
    },
    stop: () => lifecycle.stop(),
  };
}

function checkLine(line: Buffer, { intake }: Config, tokens: IdTokens): Checked | { fault: string } {
  const limits = {
    maxBytes: intake.max_bytes,
    earliest: Date.parse(intake.earliest),
    latest: Number.POSITIVE_INFINITY,
  };
  const parsed = parseConversation(line, limits);
  if (parsed.verdict === 'taken') {
    const { conversation_id, at } = parsed.value;
    return { id: conversation_id, token: tokens.conversation(conversation_id), at: Date.parse(at) };
  }
  return { fault: `${parsed.reason}${parsed.field === '' ? '' : ` ${parsed.field}`}: ${parsed.message}` };
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
