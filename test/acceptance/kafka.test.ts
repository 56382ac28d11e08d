import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Conversation } from '../../src/domain/conversation.ts';
import { makeTraffic } from '../support/conversations.ts';
import { kafkaFlags } from '../support/kafka-log.ts';
import { need } from '../support/need.ts';
import { cliowatch, dataFolder, running } from '../support/program.ts';
import { kafkaRuns, sharedKafka } from '../support/shared-kafka.ts';
import { newTopicIsTold } from './scenario.ts';

const prometheus = need('prometheus');
const kcat = need('kcat');
const can = (await kafkaRuns()) && prometheus !== null && kcat !== null;

/** Produces with kcat: a client that shares no line of code with ours. */
async function produce(broker: string, topic: string, lines: readonly string[]): Promise<void> {
  const child = spawn(kcat ?? '', ['-P', '-b', broker, '-t', topic, '-K', '\t'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
}

/** Reads a topic to its end with kcat, committed records only. */
async function consume(broker: string, topic: string): Promise<string[]> {
  const flags = ['-C', '-b', broker, '-t', topic, '-o', 'beginning', '-e', '-q'];
  const child = spawn(kcat ?? '', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text.split('\n').filter((line) => line !== '');
}

const columns = z.object({ conversation: z.array(z.string()) });

const keyed = (conversation: Conversation): string =>
  `${conversation.conversation_id}\t${JSON.stringify(conversation)}`;

describe.skipIf(!can)('cliowatch on Apache Kafka', () => {
  const data = dataFolder();
  const prefix = `test-${randomUUID().slice(0, 8)}.`;
  const topic = `${prefix}conversations`;
  let broker = '';
  let flags: string[] = [];

  beforeAll(async () => {
    broker = (await sharedKafka())?.brokers[0] ?? '';
    flags = kafkaFlags({ data: data.path, prefix, broker }, ['log.batch=100', `intake.topic=${topic}`]);
  });
  afterAll(() => data.remove());
  const key = { CLIOWATCH_TOKENS__KEY: Buffer.alloc(32, 7).toString('base64') };

  it('1. names the command that creates a missing topic', { timeout: 60_000 }, async () => {
    const run = await cliowatch(['run', ...flags], { environment: key });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(topic);
    expect(run.stderr).toContain('cliowatch topics create');
  });

  it('2. creates its topics', { timeout: 60_000 }, async () => {
    const created = await cliowatch(['topics', 'create', '--partitions', '2', ...flags]);
    expect(created.stderr).toBe('');
    expect(created.stdout).toContain(topic);
    expect((await cliowatch(['topics', 'create', ...flags])).stdout).toContain('all topics are there');
  });

  it('3. will not start without the key that all processes share', { timeout: 60_000 }, async () => {
    const run = await cliowatch(['run', ...flags]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('tokens.key');
    expect(run.stderr).toContain('openssl rand -base64 32');
  });

  it('4. tells of a new topic that kcat produced, with the roles in two processes', {
    timeout: 300_000,
  }, async () => {
    const front = await running(['run', '--roles', 'admit,assign', ...flags], key);
    const back = await running(['run', '--roles', 'cluster,detect,emit', ...flags], key);
    try {
      await produce(broker, topic, ['bad\tnot json at all']);
      await newTopicIsTold(back, front, prometheus ?? '', (conversations) =>
        produce(broker, topic, conversations.map(keyed)),
      );
      // Every conversation stands in the topic once, whoever reads it.
      const rows = (await consume(broker, `${prefix}assignments`)).map((line) =>
        columns.parse(JSON.parse(line)),
      );
      const tokens = rows.flatMap((row) => row.conversation);
      expect(tokens).toHaveLength(makeTraffic().length);
      expect(new Set(tokens).size).toBe(tokens.length);
      const letters = (await consume(broker, `${prefix}conversations.dlq`)).map((line): unknown =>
        JSON.parse(line),
      );
      expect(letters).toEqual([expect.objectContaining({ reason: 'not-json', topic, bytes: 15 })]);
    } finally {
      expect(await front.stop()).toBe(0);
      expect(await back.stop()).toBe(0);
    }
  });
});
