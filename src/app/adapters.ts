/** Settings to adapters: with compose.ts the only place that names concrete ones. */
import { isAbsolute, join } from 'node:path';
import { createAnthropicGateway } from '../adapters/anthropic/gateway.ts';
import { loadLabelerPrompts, loadPrompt } from '../adapters/anthropic/prompts.ts';
import { createCachedEmbedder } from '../adapters/embedder/cached.ts';
import { createHttpEmbedder } from '../adapters/embedder/http.ts';
import { createMiniLmEmbedder } from '../adapters/embedder/minilm.ts';
import { createTransformersEmbedder } from '../adapters/embedder/transformers.ts';
import { createEmbeddedLog } from '../adapters/event-log/embedded.ts';
import { createKafkaLog } from '../adapters/event-log/kafka.ts';
import { createHmacTokens } from '../adapters/id-tokens/hmac.ts';
import { loadKey } from '../adapters/id-tokens/key.ts';
import { createSivTokens } from '../adapters/id-tokens/siv.ts';
import { createClaudeLabeler } from '../adapters/labeler/claude.ts';
import { createOfflineLabeler } from '../adapters/labeler/offline.ts';
import { createClaudeSummarizer } from '../adapters/summarizer/claude.ts';
import { createOfflineSummarizer } from '../adapters/summarizer/offline.ts';
import { createThreadedCentroids } from '../adapters/vector-index/centroids-thread.ts';
import { createIndexes, type IndexSettings } from '../adapters/vector-index/settings.ts';
import { redact } from '../algorithms/redact.ts';
import { CliowatchError } from '../domain/errors.ts';
import { addedFacets } from '../domain/facet-definition.ts';
import type { CentroidIndexes } from '../ports/centroid-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { IdTokens } from '../ports/id-tokens.ts';
import type { Labeler } from '../ports/labeler.ts';
import type { ReviewLinks } from '../ports/live-view.ts';
import type { Summarizer } from '../ports/summarizer.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { VectorIndexFactory } from '../ports/vector-index.ts';
import type { Config } from './config.ts';
import { readPem } from './pem.ts';

export const inData = (config: Config, path: string): string =>
  isAbsolute(path) || path === ':memory:' ? path : join(config.data, path);

export function makeLog(config: Config, clock: Clock, telemetry: Telemetry): EventLog {
  const onProblem = (message: string): void => telemetry.note('warn', message);
  const onWaiting = (bytes: number, cap: number): void => telemetry.capped('publish-queue-bytes', bytes, cap);
  if (config.log.adapter === 'embedded') {
    const path = inData(config, config.log.embedded.path);
    return createEmbeddedLog({ path, maxBytes: config.log.embedded.max_bytes, onProblem, onWaiting, clock });
  }
  const { kafka } = config.log;
  return createKafkaLog({
    brokers: kafka.brokers,
    clientId: kafka.client_id,
    groupPrefix: kafka.group_prefix,
    tls: kafka.tls.enabled
      ? {
          ca: readPem(kafka.tls.ca_file, 'log.kafka.tls.ca_file'),
          cert: readPem(kafka.tls.cert_file, 'log.kafka.tls.cert_file'),
          key: readPem(kafka.tls.key_file, 'log.kafka.tls.key_file'),
        }
      : null,
    sasl:
      kafka.sasl.mechanism === 'none'
        ? null
        : {
            mechanism: kafka.sasl.mechanism,
            username: kafka.sasl.username ?? '',
            password: kafka.sasl.password ?? '',
          },
    replicationFactor: kafka.replication_factor,
    onProblem,
    onWaiting,
    clock,
  });
}

export function makeTokens(config: Config): IdTokens {
  const key = loadKey({
    key: config.tokens.key,
    keyFile: config.tokens.key_file,
    generateAt: config.log.adapter === 'embedded' ? join(config.data, 'token.key') : null,
  });
  return hasLinks(config) ? createSivTokens(key) : createHmacTokens(key);
}

export const hasLinks = ({ safety }: Config): boolean =>
  safety.conversation_url !== null || safety.account_url !== null;

/** null: no links are configured, and tokens are one-way. */
export function makeReviewLinks(config: Config): ReviewLinks | null {
  if (!hasLinks(config)) return null;
  const tokens = makeTokens(config);
  const { conversation_url, account_url } = config.safety;
  const templates = { conversation: conversation_url, account: account_url };
  return {
    link(token) {
      const opened = tokens.open(token);
      // A function, or `$&` in an id would be taken for a pattern.
      return opened === null
        ? null
        : (templates[opened.kind]?.replaceAll('{id}', () => encodeURIComponent(opened.id)) ?? null);
    },
  };
}

export async function makeEmbedder(config: Config, clock: Clock, telemetry: Telemetry): Promise<Embedder> {
  const inner = await innerEmbedder(config, telemetry);
  return createCachedEmbedder({
    inner,
    size: config.embedder.cache,
    path: config.embedder.cache_path === null ? null : inData(config, config.embedder.cache_path),
    onBatch: (texts, cached, seconds) => telemetry.embedded(texts, cached, seconds),
    elapsed: clock.elapsed,
  });
}

/** Not the package's own folder, which an image leaves to root. */
const modelsIn = (config: Config): string => join(config.data, 'models');

function innerEmbedder(config: Config, telemetry: Telemetry): Promise<Embedder> {
  const { embedder } = config;
  const because = `embedder.adapter is ${embedder.adapter}`;
  switch (embedder.adapter) {
    case 'minilm':
      return createMiniLmEmbedder({
        threads: embedder.threads,
        cacheFolder: modelsIn(config),
        onNote: (message) => telemetry.note('info', message),
      });
    case 'transformers':
      return createTransformersEmbedder({
        model: required(embedder.model, 'embedder.model', because),
        cacheFolder: modelsIn(config),
      });
    case 'openai':
    case 'voyage':
      return createHttpEmbedder({
        kind: embedder.adapter,
        url: embedder.url,
        apiKey: embedder.api_key,
        model: required(embedder.model, 'embedder.model', because),
        dimension: required(embedder.dimension, 'embedder.dimension', because),
        batch: embedder.batch,
      });
  }
}

/** For the types: settings that miss it are refused before. */
function required<T>(value: T | null, setting: string, because: string, remedy?: string): T {
  if (value !== null) return value;
  throw new CliowatchError('config/invalid', `${setting} must be set: ${because}`, {
    value,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

const wantsClaude = (choice: Config['summarizer'], { claude }: Config): boolean =>
  choice === 'claude' || (choice === 'auto' && claude.api_key !== null);

/**
 * Whether Claude is used, and then its key.
 * @throws CliowatchError `config/invalid` when it was chosen and there is no key
 */
export function needClaudeKey(config: Config): string | null {
  const choices = (['summarizer', 'labeler'] as const).filter((name) => wantsClaude(config[name], config));
  if (choices.length === 0) return null;
  const because = choices.map((name) => `${name} is ${config[name]}`).join(', ');
  return required(
    config.claude.api_key,
    'claude.api_key',
    because,
    'set ANTHROPIC_API_KEY, or choose offline',
  );
}

/** The same index for both uses: centroids searched in a thread, and what the cluster role looks up one by one. */
export function makeIndexes(config: Config): { centroids: CentroidIndexes; vectors: VectorIndexFactory } {
  const { adapter, m, ef_construction, ef_search } = config.index;
  const settings: IndexSettings =
    adapter === 'exact'
      ? { kind: 'exact' }
      : { kind: 'hnsw', m, efConstruction: ef_construction, efSearch: ef_search };
  return { centroids: createThreadedCentroids(settings), vectors: createIndexes(settings) };
}

export type Language = {
  readonly summarizer: Summarizer;
  readonly labeler: Labeler;
  /** What the start-up line says of the choice; empty when there is nothing to say. */
  readonly note: string;
  stop(): Promise<void>;
};

/** Claude where chosen, or where a key is there; else offline, and a note that says so. */
export function makeLanguage(config: Config, clock: Clock, telemetry: Telemetry): Language {
  const onRedacted = (kind: string, count: number): void => telemetry.redacted(kind, count);
  const offline = createOfflineSummarizer({ onRedacted });
  const plain = createOfflineLabeler();
  const apiKey = needClaudeKey(config);
  if (apiKey === null) {
    const chosen = config.summarizer === 'offline' && config.labeler === 'offline';
    const note = chosen
      ? ''
      : 'no API key: summaries and names are made offline; set ANTHROPIC_API_KEY for Claude';
    return {
      summarizer: offline,
      labeler: plain,
      note: [note, unasked(config)].filter((part) => part !== '').join('; '),
      stop: () => stopAll(offline, plain),
    };
  }
  const { claude } = config;
  requirePrices(config);
  const gateway = createAnthropicGateway({
    apiKey,
    baseURL: claude.base_url,
    retries: claude.retries,
    timeoutSeconds: claude.timeout_seconds,
    concurrency: claude.concurrency,
    budgetPerHour: claude.budget_per_hour,
    prices: claude.prices,
    telemetry,
    clock,
  });
  const clean = (text: string): string => {
    const { text: redacted, found } = redact(text);
    for (const [kind, count] of Object.entries(found)) onRedacted(kind, count);
    return redacted;
  };
  const summarizer = wantsClaude(config.summarizer, config)
    ? createClaudeSummarizer({
        gateway,
        model: claude.summarizer_model,
        prompt: loadPrompt('facets'),
        facets: config.facets,
        fallback: offline,
        whenDown: claude.when_down,
        transcriptTokens: claude.transcript_tokens,
        remembered: claude.remembered_answers,
        telemetry,
        redact: clean,
      })
    : offline;
  const labeler = wantsClaude(config.labeler, config)
    ? createClaudeLabeler({
        gateway,
        model: claude.labeler_model,
        prompts: loadLabelerPrompts(),
        neighbourhood: config.hierarchy.neighbourhood,
        fallback: plain,
        minAudit: config.privacy.min_audit,
        telemetry,
        redact: clean,
      })
    : plain;
  const note = summarizer === offline ? unasked(config) : '';
  return { summarizer, labeler, note, stop: () => stopAll(summarizer, labeler, gateway) };
}

/** What nobody answers where conversations are summarized offline. */
function unasked({ facets, watches }: Config): string {
  const silent = [
    ...addedFacets(facets).map(([id]) => `facets.${id}`),
    ...Object.entries(watches).flatMap(([id, { question }]) =>
      question === undefined ? [] : [`watches.${id}.question`],
    ),
  ];
  return silent.length === 0 ? '' : `answered by nobody offline: ${silent.join(', ')}`;
}

/** Without a price the dollars of a model are not known, and a budget would never hold it. */
function requirePrices({ claude }: Config): void {
  if (claude.budget_per_hour === null) return;
  for (const model of [claude.summarizer_model, claude.labeler_model]) {
    if (Object.hasOwn(claude.prices, model)) continue;
    throw new CliowatchError('config/invalid', `claude.budget_per_hour: needs a price of ${model}`, {
      value: model,
      remedy: 'add the model to claude.prices',
    });
  }
}

async function stopAll(...parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}
