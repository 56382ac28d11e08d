/**
 * An assign that was started before the first admit read no fingerprint in the state topic, once, and took points of any
 * key until it was restarted: one account under two keys counts as two.
 */
import { expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import { topicNames, topicSpecs } from '../../src/pipeline/topics.ts';
import type { Role } from '../../src/ports/telemetry.ts';
import { contents, until } from '../contracts/event-log-rig.ts';
import { groupPrefix, kafkaLog } from '../support/kafka-log.ts';
import { makePoint, metric, NOON, parsed, TOKENS } from '../support/pipeline-rig.ts';
import { dataFolder } from '../support/program.ts';
import { sharedKafka } from '../support/shared-kafka.ts';

const kafka = await sharedKafka();
const TIMEOUT_MS = 120_000;

it.skipIf(kafka === null)(
  'points wait until an admit has claimed the key, then foreign ones are dropped',
  { timeout: TIMEOUT_MS },
  async () => {
    const brokers = kafka?.brokers ?? [];
    const prefix = groupPrefix();
    const topics = topicNames(`${prefix}conversations`, prefix);
    const log = kafkaLog(brokers);
    onTestFinished(() => log.stop());
    await log.start();
    await log.createTopics(topicSpecs(topics, 2, 1_000_000));

    const start = async (roles: readonly Role[]): Promise<App> => {
      const folder = dataFolder();
      const flags = [
        `data=${folder.path}`,
        'http.port=0',
        'logging.level=silent',
        'summarizer=offline',
        'labeler=offline',
        'log.adapter=kafka',
        `log.prefix=${prefix}`,
        `log.kafka.group_prefix=${prefix}`,
        `log.kafka.brokers=${JSON.stringify(brokers)}`,
        `intake.topic=${topics.conversations}`,
        `tokens.key=${Buffer.alloc(32, 7).toString('base64')}`,
      ];
      const config = loadConfig({ environment: {}, flags });
      const clock = { ...createSystemClock(), now: () => NOON };
      const app = await startApp({ config, roles, version: 'test', clock });
      onTestFinished(async () => {
        await app.stop();
        folder.remove();
      });
      return app;
    };

    const assign = await start(['assign']);
    const points = [
      makePoint({ key: 'another1', conversation: 'foreign' }),
      makePoint({ conversation: 'own' }),
    ];
    await log.publish(
      points.map((point) => ({
        topic: topics.points,
        key: null,
        value: JSON.stringify(point),
        partition: 0,
      })),
    );
    const assigned = async (): Promise<string[]> =>
      (await contents(log, topics.assignments)).flatMap(
        (record) => assignmentBatchSchema.parse(parsed(record)).conversation,
      );
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await assigned()).toEqual([]);

    await start(['admit']);
    await until(async () => (await assigned()).length > 0);
    expect(TOKENS.fingerprint).toBe(points[1]?.key);
    expect(await assigned()).toEqual(['own']);
    const dropped = { reason: 'foreign-key' };
    expect(await metric(assign.telemetry, 'cliowatch_dropped_conversations_total', dropped)).toBe(1);
  },
);
