/** Questions to the cluster: what is asked at once is answered, and what is never answered is asked again. */
import type { Admin, Kafka } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock/system.ts';
import { Cluster } from '../../../src/adapters/event-log/kafka-admin.ts';
import { createClient, Health } from '../../../src/adapters/event-log/kafka-client.ts';
import { makeTopic } from '../../contracts/event-log-rig.ts';
import { groupPrefix, kafkaLog } from '../../support/kafka-log.ts';
import { sharedKafka } from '../../support/shared-kafka.ts';

const kafka = await sharedKafka();

/** Remembers what was wrong at any time. */
class Noted extends Health {
  readonly problems: string[] = [];

  override is(part: string, problem: string | null): void {
    super.is(part, problem);
    if (problem !== null) this.problems.push(problem);
  }
}

function asking(client: Kafka, answerMs?: number): { cluster: Cluster; health: Noted } {
  const health = new Noted();
  const cluster = new Cluster(client, health, answerMs);
  onTestFinished(() => cluster.stop());
  return { cluster, health };
}

describe.skipIf(kafka === null)('many questions at once', { timeout: 60_000 }, () => {
  it('about several topics are all answered, and no broker is held to be out of reach', async () => {
    const log = kafkaLog(kafka?.brokers ?? []);
    onTestFinished(() => log.stop());
    await log.start();
    const topics = await Promise.all([1, 2, 3, 4].map((partitions) => makeTopic(log, partitions)));
    const { cluster, health } = asking(
      createClient({
        brokers: kafka?.brokers ?? [],
        clientId: 'cliowatch-test',
        groupPrefix: groupPrefix(),
        tls: null,
        sasl: null,
        replicationFactor: 1,
        clock: createSystemClock(),
        onProblem: () => undefined,
      }),
    );
    const often = async (ask: () => Promise<number | undefined>): Promise<(number | undefined)[]> => {
      const answers = new Set<number | undefined>();
      for (let i = 0; i < 60; i++) answers.add(await ask());
      return [...answers];
    };
    const answers = await Promise.all(
      topics.flatMap((topic) => [
        often(async () => (await cluster.bounds(topic)).size),
        often(async () => (await cluster.partitions(topic))?.length),
        often(async () => (await cluster.committed('nobody', topic)).size),
      ]),
    );
    expect(answers.flat()).toEqual([1, 1, 0, 2, 2, 0, 3, 3, 0, 4, 4, 0]);
    expect(health.problems).toEqual([]);
  });
});

it('a question that is never answered is asked again of a new client, and stop does not wait for it', async () => {
  let clients = 0;
  const never = new Promise<never>(() => undefined);
  const client = {
    admin() {
      const isFirst = clients++ === 0;
      const metadata = { topics: [{ name: 'topic', partitions: [{}, {}] }] };
      return {
        connect: async () => undefined,
        disconnect: () => (isFirst ? never : Promise.resolve()),
        fetchTopicMetadata: () => (isFirst ? never : Promise.resolve(metadata)),
      } as unknown as Admin;
    },
  } as Kafka;
  const { cluster, health } = asking(client, 50);
  const answers = Promise.all([cluster.partitions('topic'), cluster.partitions('other')]);
  expect((await answers).map((partitions) => partitions?.length)).toEqual([2, undefined]);
  expect(health.problems).toEqual(['Kafka is out of reach: no broker answered']);
  expect(clients).toBe(2);
});
