/** Brokers and processes that die at any moment: every input is counted exactly once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { contents, makeTopic, numbered, numbers, read, text, until } from '../../contracts/event-log-rig.ts';
import { type RunningKafka, startKafka } from '../../support/kafka.ts';
import { groupPrefix, kafkaLog } from '../../support/kafka-log.ts';
import { kafkaRuns } from '../../support/shared-kafka.ts';
import type { ChildTask } from './kafka-child.ts';

const runs = await kafkaRuns();

/** The copying process, and how many records its batches have held. */
class Copier {
  handled = 0;
  readonly #process: ChildProcess;

  constructor(task: ChildTask) {
    const program = join(import.meta.dirname, 'kafka-child.ts');
    const args = ['--disable-warning=TimeoutNegativeWarning', program, JSON.stringify(task)];
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n')) this.handled += Number(line);
    });
  }

  async untilHandled(count: number): Promise<void> {
    const goal = this.handled + count;
    while (this.handled < goal && this.#process.exitCode === null) await delay(5);
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await exited;
  }
}

describe.skipIf(!runs)('EventLog by three Kafka brokers', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 });
  }, 120_000);
  afterAll(() => kafka?.stop());

  it('counts everything once while a broker dies and comes back and the consuming process is killed', async () => {
    const prefix = groupPrefix();
    const log = kafkaLog(kafka.brokers, { groupPrefix: prefix, replicationFactor: 3 });
    onTestFinished(() => log.stop());
    await log.start();
    const [from, to] = [await makeTopic(log, 2), await makeTopic(log, 2)];
    const group = `group-${randomUUID()}`;
    const task = { brokers: kafka.brokers, groupPrefix: prefix, group, from, to };

    let copier = new Copier(task);
    onTestFinished(() => copier.kill());
    const again = async (): Promise<void> => {
      await copier.kill();
      copier = new Copier(task);
    };
    let published = 0;
    let enough = false;
    const publishing = (async () => {
      for (; !enough; published += 20) {
        await log.publish(numbered(from, published, published + 20));
        await delay(20);
      }
    })();

    await copier.untilHandled(200);
    await kafka.kill(0);
    await copier.untilHandled(200);
    // Most of the time a transaction is under way.
    await again();
    await copier.untilHandled(205);
    await kafka.restart(0);
    await copier.untilHandled(200);
    enough = true;
    await publishing;
    while ((await log.lag(group, from)) > 0) await delay(100);

    const found = (await contents(log, to)).map((record) => Number(text(record)));
    expect(found.sort((a, b) => a - b).map(String)).toEqual(numbers(0, published));
  }, 240_000);
});

describe.skipIf(!runs)('EventLog by a Kafka that is down', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 1 });
  }, 120_000);
  afterAll(() => kafka?.stop());

  it('starts, says so, and goes on when the broker comes back, as often as it goes down', async () => {
    const options = { groupPrefix: groupPrefix() };
    const first = kafkaLog(kafka.brokers, options);
    await first.start();
    const [topic, out] = [await makeTopic(first), await makeTopic(first)];
    await first.stop();

    await kafka.kill(0);
    const log = kafkaLog(kafka.brokers, options);
    onTestFinished(() => log.stop());
    await log.start();
    expect(log.health()).toMatchObject({ ok: false });
    const group = `group-${randomUUID()}`;
    await read(log, topic, {
      group,
      handle: ({ records }) => records.map(({ value }) => ({ topic: out, key: null, value })),
    });
    const early = log.publish(numbered(topic, 0, 10));
    await kafka.restart(0);
    await early;
    await until(async () => (await log.lag(group, topic)) === 0);
    expect(log.health()).toEqual({ ok: true });

    await kafka.kill(0);
    const late = log.publish(numbered(topic, 10, 20));
    await until(() => !log.health().ok);
    await kafka.restart(0);
    await late;
    await until(async () => (await log.lag(group, topic)) === 0);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 20));
  }, 240_000);

  it('gives up what nobody waits for, bounds what waits, and loses nothing that it acknowledges afterwards', async () => {
    const waiting: number[] = [];
    const log = kafkaLog(kafka.brokers, { onWaiting: (bytes) => waiting.push(bytes) });
    onTestFinished(() => log.stop());
    await log.start();
    const topic = await makeTopic(log);
    await log.publish(numbered(topic, 0, 1));
    await kafka.kill(0);

    const value = Buffer.alloc(900_000);
    const signal = AbortSignal.timeout(1_000);
    const calls = Array.from({ length: 80 }, () => log.publish([{ topic, key: null, value }], signal));
    const ends = await Promise.allSettled(calls);
    const codes = ends.map((end) => (end.status === 'rejected' ? (end.reason.code ?? '') : 'taken'));
    const refused = codes.filter((code) => code === 'log-full').length;
    expect(refused).toBeGreaterThan(0);
    const gone = new Array<number>(80 - refused).fill(signal.reason.code);
    expect(codes).toEqual([...gone, ...new Array(refused).fill('log-full')]);
    expect(Math.max(...waiting)).toBeLessThanOrEqual(64 << 20);

    const late = log.publish(numbered(topic, 1, 3));
    await kafka.restart(0);
    await late;
    await until(() => log.health().ok);
    const small = (await contents(log, topic)).filter((record) => record.key !== null).map(text);
    expect(small).toEqual(numbers(0, 3));
    expect(waiting.at(-1)).toBe(0);
  }, 120_000);

  it('stops although the broker is out of reach', async () => {
    const log = kafkaLog(kafka.brokers);
    await log.start();
    const topic = await makeTopic(log);
    const reader = await read(log, topic);
    await until(() => reader.subscription.partitions().length > 0);
    await kafka.kill(0);
    await until(() => !log.health().ok);
    await log.stop();
    expect(reader.closed).toContain(0);
  }, 90_000);
});
