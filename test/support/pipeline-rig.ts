/** What tests of the phases share: records of every kind, and a log in memory that runs one session and can kill it. */
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import type { AssignmentBatch } from '../../src/domain/assignment.ts';
import type { ClusterRecord, Manifest, Parent } from '../../src/domain/generation.ts';
import type { Point, Sample } from '../../src/domain/point.ts';
import { encodeVector, toUnit } from '../../src/domain/vector.ts';
import type { OpenSession } from '../../src/pipeline/runner.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import type { Batch, LogRecord, NewRecord, PartitionSession } from '../../src/ports/event-log.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import { bagOfWords } from './bag-of-words.ts';

export const SPACE = 'all/request';
export const EMBEDDER = 'bag:64';
export const DIMENSION = 64;
export const NOON = Date.parse('2026-03-02T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const TOPICS = topicNames('conversations', '');
export const TOKENS = createHmacTokens(Buffer.alloc(32, 7));

/** The real telemetry, with no log lines. */
export function silentTelemetry(): Telemetry {
  return createTelemetry(createLogger({ level: 'silent', format: 'json' }), () => NOON);
}

/** Value of one counter or gauge; 0 when it has no such series. */
export async function metric(
  telemetry: Telemetry,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { body } = await telemetry.exposition();
  for (const line of body.split('\n')) {
    if (!line.startsWith(`${name}{`) && !line.startsWith(`${name} `)) continue;
    if (Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`))) {
      return Number(line.slice(line.lastIndexOf(' ') + 1));
    }
  }
  return 0;
}

/** Texts that share words are near. */
export function bagEmbedder(): Embedder {
  return {
    id: EMBEDDER,
    dimension: DIMENSION,
    embed: async (texts) => texts.map((text) => toUnit(bagOfWords(text, DIMENSION))),
    stop: async () => undefined,
  };
}

/** A unit vector along one axis, tilted by `noise` towards others. */
export function direction(axis: number, noise: readonly number[] = [], dimension = DIMENSION): Float32Array {
  const values = new Array<number>(dimension).fill(0);
  values[axis % dimension] = 1;
  for (const [i, x] of noise.entries()) {
    const at = (axis + 1 + i) % dimension;
    values[at] = (values[at] ?? 0) + x;
  }
  return toUnit(values);
}

export function makePoint(change: Partial<Point> = {}): Point {
  return {
    kind: 'point',
    conversation: 'conversation-1',
    version: 2,
    account: 'account-1',
    at: NOON,
    facets: {
      request: 'asks about tea',
      task: 'explain tea',
      languages: ['en'],
      concern: 1,
      concern_reason: 'benign',
    },
    texts: {},
    values: {},
    source: { by: 'offline', fallback: false },
    vectors: {},
    watches: [],
    vector: encodeVector(direction(0)),
    embedder: EMBEDDER,
    key: TOKENS.fingerprint,
    weight: 1,
    turns: 2,
    flags: [],
    sketch: 'sketch-1',
    likeness: '',
    admitted: 0,
    ...change,
  };
}

export function makeSample(change: Partial<Sample> = {}): Sample {
  const { kind: _kind, admitted: _admitted, vectors: _vectors, watches: _watches, ...rest } = makePoint();
  return {
    ...rest,
    space: SPACE,
    generation: 0,
    cluster: null,
    similarity: 0,
    panel: true,
    // Of an ordered stream: the latest that has come.
    watermark: change.at ?? rest.at,
    ...change,
  };
}

export type Row = {
  readonly conversation: string;
  readonly account: string;
  readonly at: number;
  readonly cluster: string | null;
  readonly version?: number;
  /** Of its wording; without it every conversation has its own. */
  readonly sketch?: string;
  readonly languages?: readonly string[];
  readonly surface?: string;
  readonly flags?: readonly string[];
};

/** One record of `assignments`; its watermark is the latest of its rows unless given. */
export function makeRows(rows: readonly Row[], change: Partial<AssignmentBatch> = {}): AssignmentBatch {
  return {
    space: SPACE,
    embedder: EMBEDDER,
    generation: 1,
    source: 0,
    watermark: rows.reduce((latest, { at }) => Math.max(latest, at), 0),
    zero_retention: 0,
    cluster: rows.map(({ cluster }) => cluster),
    conversation: rows.map(({ conversation }) => conversation),
    version: rows.map(({ version }) => version ?? 1),
    account: rows.map(({ account }) => account),
    at: rows.map(({ at }) => at),
    similarity: rows.map(() => 0.8),
    margin: rows.map(() => 0.2),
    weight: rows.map(() => 1),
    concern: rows.map(() => 1),
    languages: rows.map(({ languages }) => [...(languages ?? ['en'])]),
    surface: rows.map(({ surface }) => surface ?? null),
    model: rows.map(() => null),
    turns: rows.map(() => 2),
    flags: rows.map(({ flags }) => [...(flags ?? [])]),
    values: rows.map(() => ({})),
    sketch: rows.map(({ conversation, sketch }) => sketch ?? conversation),
    ...change,
  };
}

export function makeCluster(id: string, change: Partial<ClusterRecord> = {}): ClusterRecord {
  return {
    kind: 'cluster',
    space: SPACE,
    generation: 1,
    id,
    origin: 'rebuild',
    born_at: NOON,
    centroid: encodeVector(direction(Number.parseInt(id.slice(1), 36))),
    radius: 0.5,
    conversations: 100,
    accounts: 80,
    mean_similarity: 0.8,
    concern: 1,
    concern_sd: 0,
    flagged: 0,
    languages: { en: 1 },
    surfaces: {},
    flags: {},
    values: {},
    label: { name: `Ask about ${id}`, description: `Users asked about ${id}.`, by: 'offline', audit: 5 },
    parent: null,
    x: null,
    y: null,
    naming: null,
    names: [],
    coordination: null,
    descends: [],
    ...change,
  };
}

export function makeParent(id: string, children: readonly string[], change: Partial<Parent> = {}): Parent {
  return {
    id,
    name: `Ask about ${id}`,
    description: `Users asked about ${id}.`,
    audit: 5,
    children: [...children],
    level: 1,
    parent: null,
    named_from: [...children],
    basis: '',
    ...change,
  };
}

export function makeManifest(clusters: readonly string[], change: Partial<Manifest> = {}): Manifest {
  return {
    kind: 'manifest',
    space: SPACE,
    generation: 1,
    type: 'full',
    full: 1,
    event_time: NOON,
    embedder: EMBEDDER,
    dimension: DIMENSION,
    clusters: [...clusters],
    parents: [],
    tree: null,
    relations: [],
    backcast_chunks: 0,
    samples: 1_000,
    outlier_rate: 0.1,
    overall: null,
    usual: null,
    next_id: 100,
    ...change,
  };
}

export function logRecord(
  topic: string,
  offset: number,
  value: unknown,
  change: Partial<LogRecord> = {},
): LogRecord {
  const bytes =
    value === null || Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { topic, partition: 0, offset, key: null, value: bytes, timestamp: 0, ...change };
}

export function makeBatch(records: readonly LogRecord[], change: Partial<Batch> = {}): Batch {
  return { partition: 0, records, replay: false, backlog: 0, ...change };
}

export const parsed = (record: NewRecord | LogRecord): Record<string, never> =>
  JSON.parse(String(record.value ?? 'null'));

export const ofTopic = <R extends NewRecord | LogRecord>(records: readonly R[], topic: string): R[] =>
  records.filter((record) => record.topic === topic);

/**
 * One partition of a log in memory and the session that reads it, under the promises of the EventLog port: what a batch
 * answers and its offset are kept as one; a killed session is opened anew, given the state topic and what it asks to read again.
 */
export class OneSession {
  /** All that was committed, in order. */
  readonly published: NewRecord[] = [];
  #open: OpenSession;
  readonly #topic: string;
  readonly #stateTopic: string;
  readonly #heard: () => void;
  readonly #records: LogRecord[] = [];
  #state: { key: string; record: LogRecord }[] = [];
  #committed = 0;
  #session: PartitionSession | null = null;

  /** @param heard called after what the session publishes by itself, as followers are */
  constructor(open: OpenSession, topic: string, stateTopic: string, heard: () => void = () => {}) {
    this.#heard = heard;
    this.#open = open;
    this.#topic = topic;
    this.#stateTopic = stateTopic;
  }

  get committed(): number {
    return this.#committed;
  }

  /** Appends without reading. */
  append(values: readonly unknown[], timestamp = 0): void {
    for (const value of values)
      this.#records.push(logRecord(this.#topic, this.#records.length, value, { timestamp }));
  }

  /** Reads what is there, `size` records a batch; answers with what was published. */
  async run(size = Number.POSITIVE_INFINITY): Promise<NewRecord[]> {
    const before = this.published.length;
    while (this.#committed < this.#records.length) {
      const records = this.#records.slice(this.#committed, this.#committed + size);
      const session = await this.session();
      this.#commit(await session.handle(makeBatch(records)));
      this.#committed += records.length;
      session.committed?.();
    }
    return this.published.slice(before);
  }

  async push(values: readonly unknown[], size?: number): Promise<NewRecord[]> {
    this.append(values);
    return this.run(size);
  }

  /** A batch with no records, as comes while nothing does. */
  async idle(): Promise<readonly NewRecord[]> {
    const session = await this.session();
    const answer = await session.handle(makeBatch([]));
    this.#commit(answer);
    session.committed?.();
    return answer;
  }

  /** The session is gone between two batches, as with kill -9. */
  kill(): void {
    this.#session = null;
  }

  /** Another process takes over, with nothing in its memory. */
  restart(open: OpenSession): void {
    this.#open = open;
    this.#session = null;
  }

  /** A copy that goes its own way, in another process. */
  fork(open: OpenSession): OneSession {
    const copy = new OneSession(open, this.#topic, this.#stateTopic);
    copy.#records.push(...this.#records);
    copy.#state = [...this.#state];
    copy.#committed = this.#committed;
    return copy;
  }

  /** Handles the next batch and dies before the commit. */
  async killWithin(size: number): Promise<void> {
    const records = this.#records.slice(this.#committed, this.#committed + size);
    if (records.length > 0) await (await this.session()).handle(makeBatch(records));
    this.kill();
  }

  async session(replaySize = 500): Promise<PartitionSession> {
    if (this.#session !== null) return this.#session;
    const session = await this.#open({
      partition: 0,
      publish: async (records) => {
        this.#commit(records);
        this.#heard();
      },
    });
    for (const { record } of this.#state) session.restore?.(record);
    let position = session.startAt?.() ?? this.#committed;
    while (position < this.#committed) {
      const records = this.#records.slice(position, Math.min(this.#committed, position + replaySize));
      await session.handle(makeBatch(records, { replay: true }));
      position += records.length;
    }
    this.#session = session;
    return session;
  }

  #commit(records: readonly NewRecord[]): void {
    for (const record of records) {
      this.published.push(record);
      if (record.topic !== this.#stateTopic || record.key === null) continue;
      const { key, value } = record;
      // Compacted: the last record of a key, at its new place.
      this.#state = this.#state.filter((held) => held.key !== key);
      const kept = logRecord(record.topic, this.published.length, value === null ? null : String(value), {
        key,
      });
      this.#state.push({ key, record: kept });
    }
  }
}
