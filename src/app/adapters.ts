/** Settings to adapters: with compose.ts and language.ts the only place that names concrete ones. */
import { isAbsolute, join } from 'node:path';
import { createCachedEmbedder } from '../adapters/embedder/cached.ts';
import { createHttpEmbedder } from '../adapters/embedder/http.ts';
import { createMiniLmEmbedder } from '../adapters/embedder/minilm.ts';
import { createTransformersEmbedder } from '../adapters/embedder/transformers.ts';
import { createEmbeddedLog } from '../adapters/event-log/embedded.ts';
import { createKafkaLog } from '../adapters/event-log/kafka.ts';
import { createHmacTokens } from '../adapters/id-tokens/hmac.ts';
import { loadKey } from '../adapters/id-tokens/key.ts';
import { createSivTokens } from '../adapters/id-tokens/siv.ts';
import { createThreadedCentroids } from '../adapters/vector-index/centroids-thread.ts';
import { createHnswIndexes } from '../adapters/vector-index/hnsw.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { CentroidIndexes } from '../ports/centroid-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { IdTokens } from '../ports/id-tokens.ts';
import type { ReviewLinks } from '../ports/live-view.ts';
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
export function required<T>(value: T | null, setting: string, because: string, remedy?: string): T {
  if (value !== null) return value;
  throw new CliowatchError('config/invalid', `${setting} must be set: ${because}`, {
    value,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

export type Indexes = {
  /** For assign, which waits for it. */
  readonly centroids: CentroidIndexes;
  /** For the cluster role, in a thread of its own: many with many, at any time. */
  readonly among: CentroidIndexes;
  /** For what the cluster role looks up one by one. */
  readonly vectors: VectorIndexFactory;
};

/** Centroids are searched in threads, many vectors at a time. */
export function makeIndexes(config: Config): Indexes {
  const { adapter, m, ef_construction, ef_search } = config.index;
  const graph = { m, efConstruction: ef_construction, efSearch: ef_search };
  // Candidates for new clusters come and go on the main thread: a sparser graph is built in a fraction of the time, and a neighbour that is
  // missed is met at the next of its topic.
  const sparse = { ...graph, m: Math.min(m, 8), efConstruction: 48 };
  return {
    centroids: createThreadedCentroids(adapter === 'exact' ? { kind: adapter } : { kind: adapter, ...graph }),
    // Where nearly all is many with many, a graph would be built to be asked once.
    among: createThreadedCentroids({ kind: 'exact' }),
    vectors: createHnswIndexes(sparse),
  };
}
