import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { kafkaLog } from '../support/kafka-log.ts';
import { cliowatch, dataFolder } from '../support/program.ts';
import { sharedKafka } from '../support/shared-kafka.ts';

const data = dataFolder();
afterAll(() => data.remove());

const line = (id: string, content = 'How do I get a refund?'): string =>
  JSON.stringify({
    conversation_id: id,
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content }],
  });

it('a replay to Kafka passes over what a broker does not take, and the rest arrives', {
  timeout: 200_000,
}, async ({ skip }) => {
  const kafka = await sharedKafka();
  if (kafka === null) return skip();
  const topic = `replay-${randomUUID()}`;
  const log = kafkaLog(kafka.brokers);
  await log.start();
  await log.createTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: 3_600_000 }]);
  const path = join(data.path, 'some.jsonl');
  // Over the 1 MiB a record that a broker takes by default, below our own limit; noise, as the batch is packed.
  const large = Array.from({ length: 120_000 }, (_, i) => Math.sin(i).toString(36)).join(' ');
  writeFileSync(path, [line('one'), line('large', large), line('two')].join('\n'));
  const settings = [`log.kafka.brokers=${JSON.stringify(kafka.brokers)}`, `intake.topic=${topic}`];
  const run = await cliowatch(['replay', path, '--to', 'kafka', ...settings.flatMap((one) => ['-s', one])]);
  expect(run.stderr).toContain(`${path}:2: a record is larger than its topic takes`);
  expect(run.stderr).toContain('2 conversations sent, 1 bad lines');
  expect(run.code).toBe(0);
  const arrived: (string | null)[] = [];
  const follower = await log.follow([topic], 'start', (record) => arrived.push(record.key));
  await follower.caughtUp;
  await log.stop();
  expect(arrived).toEqual(['one', 'two']);
});
