import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTraffic } from '../support/conversations.ts';
import { kafkaFlags } from '../support/kafka-log.ts';
import { need } from '../support/need.ts';
import { cliowatch, dataFolder, running } from '../support/program.ts';
import { kafkaRuns, sharedKafka } from '../support/shared-kafka.ts';

const kcat = need('kcat');
const can = (await kafkaRuns()) && kcat !== null;

async function produce(broker: string, topic: string, partition: number, lines: readonly string[]) {
  const flags = ['-P', '-b', broker, '-t', topic, '-p', String(partition)];
  const child = spawn(kcat ?? '', flags, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
}

describe.skipIf(!can)('a topic without keys', () => {
  const data = dataFolder();
  const prefix = `test-${randomUUID().slice(0, 8)}.`;
  const topic = `${prefix}conversations`;
  let broker = '';
  let flags: string[] = [];

  beforeAll(async () => {
    broker = (await sharedKafka())?.brokers[0] ?? '';
    flags = kafkaFlags({ data: data.path, prefix, broker }, [
      `intake.topic=${topic}`,
      'intake.repartition=true',
    ]);
  });
  afterAll(() => data.remove());

  it('is keyed anew: what came twice, into two partitions, counts once', { timeout: 120_000 }, async () => {
    await cliowatch(['topics', 'create', '--partitions', '2', ...flags]);
    const lines = makeTraffic()
      .slice(0, 40)
      .map((conversation) => JSON.stringify(conversation));
    for (const partition of [0, 1]) await produce(broker, topic, partition, ['not json', ...lines]);
    const key = { CLIOWATCH_TOKENS__KEY: Buffer.alloc(32, 7).toString('base64') };
    const program = await running(['run', ...flags], key);
    try {
      const metrics = async (): Promise<string> => (await fetch(`${program.url}/metrics`)).text();
      const read = (text: string, name: string): number =>
        Number(new RegExp(`^cliowatch_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
      const doubles = 'dropped_conversations_total{reason="duplicate"}';
      while (read(await metrics(), doubles) < 40) await new Promise((on) => setTimeout(on, 200));
      const told = await metrics();
      expect(read(told, 'admitted_conversations_total')).toBe(40);
      expect(read(told, doubles)).toBe(40);
      expect(read(told, 'dead_letters_total{reason="not-json"}')).toBe(2);
      const lag = /^cliowatch_lag_records\{role="repartition"\} 0$/m;
      while (!lag.test(await metrics())) await new Promise((on) => setTimeout(on, 200));
    } finally {
      expect(await program.stop()).toBe(0);
    }
  });
});
