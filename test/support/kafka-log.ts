/** The Kafka adapter as tests use it: group names of its own, so that test files share a broker and nothing else. */
import { randomUUID } from 'node:crypto';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createKafkaLog } from '../../src/adapters/event-log/kafka.ts';
import type { KafkaLogOptions } from '../../src/adapters/event-log/kafka-client.ts';
import type { EventLog } from '../../src/ports/event-log.ts';

export const groupPrefix = (): string => `test-${randomUUID()}-`;

export function kafkaLog(brokers: readonly string[], options: Partial<KafkaLogOptions> = {}): EventLog {
  return createKafkaLog({
    brokers,
    clientId: 'cliowatch-test',
    groupPrefix: groupPrefix(),
    tls: null,
    sasl: null,
    replicationFactor: 1,
    clock: createSystemClock(),
    onProblem: () => undefined,
    ...options,
  });
}
