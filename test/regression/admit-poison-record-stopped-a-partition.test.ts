/** One bad record of 2 MB, with bodies asked for: its dead letter was refused by the broker, and the batch tried for ever. */

import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import { createFaults } from '../../src/pipeline/faults.ts';
import { runRole } from '../../src/pipeline/runner.ts';
import { topicNames, topicSpecs } from '../../src/pipeline/topics.ts';
import { contents, until } from '../contracts/event-log-rig.ts';
import { kafkaLog } from '../support/kafka-log.ts';
import { offlineSummarizer } from '../support/offline.ts';
import { bagEmbedder, metric, ofTopic, parsed, silentTelemetry, TOKENS } from '../support/pipeline-rig.ts';
import { sharedKafka } from '../support/shared-kafka.ts';
import { noWatches } from '../support/spaces.ts';

const kafka = await sharedKafka();
const MAX_BYTES = 4 * 1024 * 1024;

it.skipIf(kafka === null)(
  'a bad record of 2 MB is one dead letter, counted once, and the next is admitted',
  async () => {
    const log = kafkaLog(kafka?.brokers ?? []);
    onTestFinished(() => log.stop());
    await log.start();
    const topics = topicNames(`conversations-${randomUUID()}`, `${randomUUID()}-`);
    const specs = topicSpecs(topics, 1, MAX_BYTES);
    // The dead letters as a broker makes them by default, whose limit is 1 MB.
    const asByDefault = specs.map((spec) =>
      spec.name === topics.deadLetters ? { ...spec, maxMessageBytes: 0 } : spec,
    );
    await log.createTopics(asByDefault);
    const fine = {
      conversation_id: 'c1',
      account_id: 'a1',
      at: new Date().toISOString(),
      messages: [{ role: 'user', content: 'How do I brew green tea?' }],
    };
    const bad = JSON.stringify({ ...fine, at: 'never', metadata: { filler: '"'.repeat(1_000_000) } });
    await log.publish(
      [bad, JSON.stringify(fine)].map((value) => ({ topic: topics.conversations, key: 'c1', value })),
    );
    const telemetry = silentTelemetry();
    const clock = createSystemClock();
    const faults = createFaults(clock.elapsed);
    const open = createAdmit({
      topics,
      tokens: TOKENS,
      summarizer: offlineSummarizer,
      embedder: bagEmbedder(),
      watches: noWatches(),
      clock,
      telemetry,
      settings: {
        earliest: 0,
        maxFutureMs: 60_000,
        maxBytes: MAX_BYTES,
        deadLetterBodies: true,
        zeroRetention: new Set(),
        toolNames: new Set(),
        seenCap: 100,
        replay: false,
      },
    });
    const running = await runRole('admit', open, { log, topics, batch: 100, clock, telemetry, faults });
    onTestFinished(() => running.stop());
    await until(async () => (await log.lag('admit', topics.conversations)) === 0);
    await running.stop();
    const letters = await contents(log, topics.deadLetters);
    expect(letters.map((letter) => parsed(letter))).toMatchObject([
      { reason: 'wrong-schema', truncated: true },
    ]);
    expect(ofTopic(await contents(log, topics.points), topics.points).length).toBeGreaterThan(0);
    expect(await metric(telemetry, 'cliowatch_dead_letters_total', { reason: 'wrong-schema' })).toBe(1);
    expect(await metric(telemetry, 'cliowatch_admitted_conversations_total')).toBe(1);
    expect(await metric(telemetry, 'cliowatch_phase_failures_total', { role: 'admit' })).toBe(0);
  },
);
