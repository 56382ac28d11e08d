/** The kafkajs client: settings to connect, patience, and its log lines routed to `onProblem`. */
import { Kafka, type KafkaConfig, type LogEntry, logLevel, type RetryOptions } from 'kafkajs';
import { CliowatchError, RECORD_TOO_LARGE, reasonOf } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { leaveOutAborted } from './kafka-fetch.ts';
import { encodeProduceRequests } from './kafka-produce.ts';
import { Sockets } from './kafka-sockets.ts';

export type KafkaSasl = {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
};
/** PEM texts; without `ca` the system's authorities are trusted. */
export type KafkaTls = {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
};

export type KafkaLogOptions = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Put before the names of groups and transactional ids. */
  readonly groupPrefix: string;
  readonly tls: KafkaTls | null;
  readonly sasl: KafkaSasl | null;
  /** Of topics made by `createTopics`. */
  readonly replicationFactor: number;
  readonly clock: Clock;
  onProblem(message: string): void;
  /** What waits to be published, and its bound, bytes. */
  onWaiting?(bytes: number, cap: number): void;
};

/** One call's own patience; the loops around the calls have no end. */
const RETRY: RetryOptions = { initialRetryTime: 50, maxRetryTime: 1_000, multiplier: 2, retries: 5 };
const REPEATED_MS = 10_000;
/** Part of normal life: a member joins, a topic is asked for that is not there yet, or a transaction begins while the markers of the last are being written. */
const EXPECTED =
  /rebalanc|not aware of this member|concurrent operation|Limiting retries|does not host this topic/i;

encodeProduceRequests();
leaveOutAborted();

export function createClient(options: KafkaLogOptions, sockets = new Sockets()): Kafka {
  const report = onceInAWhile(options.onProblem);
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 5_000,
    socketFactory: sockets.open,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const line = lineOf(entry);
      if (!EXPECTED.test(line) && !sockets.closed) report(line);
    },
  };
  const { tls, sasl } = options;
  if (tls !== null) {
    config.ssl = {
      ...(tls.ca === null ? {} : { ca: [tls.ca] }),
      ...(tls.cert === null ? {} : { cert: tls.cert }),
      ...(tls.key === null ? {} : { key: tls.key }),
    };
  }
  if (sasl !== null) config.sasl = login(sasl);
  return new Kafka(config);
}

function login({ mechanism, username, password }: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

/** Message and error alone: what else kafkajs attaches may hold settings. */
function lineOf({ namespace, log }: LogEntry): string {
  const error = log.error === undefined ? '' : ` (${reasonOf(log.error)})`;
  return `kafka ${namespace}: ${log.message}${error}`;
}

/** Drops a message that was passed on a moment ago: a broker that is down says the same several times a second. */
function onceInAWhile(onProblem: (message: string) => void): (message: string) => void {
  const last = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    if (now - (last.get(message) ?? Number.NEGATIVE_INFINITY) < REPEATED_MS) return;
    if (last.size > 100) last.clear();
    last.set(message, now);
    onProblem(message);
  };
}

const isKafkaJs = (error: unknown): error is Error =>
  error instanceof Error && error.name.startsWith('KafkaJS');

/** What kafkajs began with: its retries within retries call a refused connection "not retriable" in the end. */
function rootOf(error: Error): Error {
  return isKafkaJs(error.cause) ? rootOf(error.cause) : error;
}

/** The protocol's name of what went wrong; null when it is no answer of a broker. */
export function failureType(error: unknown): string | null {
  if (!isKafkaJs(error)) return null;
  const root = rootOf(error);
  return 'type' in root && typeof root.type === 'string' ? root.type : null;
}

/** May pass by itself: brokers out of reach, leaders moving, time-outs. False: it fails again however often it is tried. */
export function mayPass(error: unknown): boolean {
  if (error instanceof CliowatchError) return error.retry;
  if (!isKafkaJs(error)) return false;
  const root = rootOf(error);
  return root.name === 'KafkaJSNumberOfRetriesExceeded' || !('retriable' in root) || root.retriable !== false;
}

/** A refusal in the log's own words, where it has some. */
export function refusalOf(error: unknown): unknown {
  const type = failureType(error);
  if (type !== 'MESSAGE_TOO_LARGE' && type !== 'RECORD_LIST_TOO_LARGE') return error;
  return new CliowatchError(RECORD_TOO_LARGE, 'a record is larger than its topic takes', {
    remedy:
      'raise max.message.bytes of the topic (kafka-configs --alter); `topics create` sets it on new topics',
    cause: error,
  });
}

export const logStopped = (): CliowatchError =>
  new CliowatchError('log-stopped', 'the log has not been started, or has stopped');

export const unknownTopic = (topic: string): CliowatchError =>
  new CliowatchError('unknown-topic', `there is no topic ${topic}`, { value: topic });

/** What is wrong now, by part; healthy when nothing is. */
export class Health {
  readonly #problems = new Map<string, string>();

  is(part: string, problem: string | null): void {
    if (problem === null) this.#problems.delete(part);
    else this.#problems.set(part, problem);
  }

  get problem(): string | null {
    return this.#problems.size === 0 ? null : [...this.#problems.values()].join('; ');
  }
}
