/** The Kafka adapter as tests use it: group names of its own, so that test files share a broker and nothing else. */
import { randomUUID } from 'node:crypto';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createKafkaLog } from '../../src/adapters/event-log/kafka.ts';
import type { KafkaLogOptions } from '../../src/adapters/event-log/kafka-client.ts';
import type { EventLog } from '../../src/ports/event-log.ts';

export const groupPrefix = (): string => `test-${randomUUID()}-`;

export const kafkaOptions = (brokers: readonly string[]): KafkaLogOptions => ({
  brokers,
  clientId: 'cliowatch-test',
  groupPrefix: groupPrefix(),
  tls: null,
  sasl: null,
  replicationFactor: 1,
  clock: createSystemClock(),
  onProblem: () => undefined,
});

export const kafkaLog = (brokers: readonly string[], options: Partial<KafkaLogOptions> = {}): EventLog =>
  createKafkaLog({ ...kafkaOptions(brokers), ...options });

/** Flags of a program on that broker, whose topics and groups are its own. */
export const kafkaFlags = (
  program: { readonly data: string; readonly prefix: string; readonly broker: string },
  more: readonly string[],
): string[] =>
  [
    `data=${program.data}`,
    'http.port=0',
    'log.adapter=kafka',
    `log.prefix=${program.prefix}`,
    `log.kafka.brokers=["${program.broker}"]`,
    `log.kafka.group_prefix=${program.prefix}`,
    ...more,
  ].flatMap((setting) => ['-s', setting]);
