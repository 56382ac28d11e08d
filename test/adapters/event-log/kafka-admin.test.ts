/** Questions to the cluster: what is asked at once is answered, and what is never answered is asked again. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Admin, Kafka } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Cluster } from '../../../src/adapters/event-log/kafka-admin.ts';
import { createClient, Health } from '../../../src/adapters/event-log/kafka-client.ts';
import { makeTopic } from '../../contracts/event-log-rig.ts';
import { kafkaLog, kafkaOptions } from '../../support/kafka-log.ts';
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
    const { cluster, health } = asking(createClient(kafkaOptions(kafka?.brokers ?? [])));
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

it('a question that is never answered is asked again of a new client', async () => {
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
  expect(health.problems).toEqual([expect.stringContaining('no broker answered')]);
  expect(clients).toBe(2);
});

it('stop waits neither for a question that is never answered nor for those behind it', async () => {
  const never = new Promise<never>(() => undefined);
  const client = { admin: () => ({ connect: () => never }) as unknown as Admin } as Kafka;
  const { cluster } = asking(client);
  const lost = [cluster.partitions('topic'), cluster.bounds('topic')];
  for (const question of lost) question.catch(() => undefined);
  const begin = performance.now();
  await cluster.forgetGroup('group');
  await cluster.stop();
  expect(performance.now() - begin).toBeLessThan(5_000);
});

describe('connections', () => {
  async function listening() {
    const server = createServer();
    onTestFinished(() => {
      server.close();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
  }

  it('end with the log, whatever is still asked, and no more are opened', async () => {
    const { server, port } = await listening();
    const problems: string[] = [];
    const log = kafkaLog([`127.0.0.1:${port}`], { onProblem: (problem) => problems.push(problem) });
    // It takes connections, and never says a word.
    const connected = once(server, 'connection');
    const start = log.start();
    start.catch(() => undefined);
    const [socket] = (await connected) as [Socket];
    const ended = once(socket.resume(), 'close');
    const told = problems.length;
    await log.stop();
    await ended;
    await start.catch(() => undefined);
    expect(await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
    expect(problems.slice(told).filter((problem) => problem.includes('kafka '))).toEqual([]);
  });
});
