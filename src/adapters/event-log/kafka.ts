/**
 * The log on Apache Kafka, by kafkajs, which is known to the files kafka*.ts of this folder alone. How the promises of
 * src/ports/event-log.ts are kept: one transactional producer an input partition, its id made of group, topic and
 * partition. To open a partition is to take over that id, which fences the last owner and ends its transaction; only then
 * the committed offset and the state are read. Whatever fails in a transaction, the partition is opened anew, so that the
 * broker's answer, and no guess, says whether it was committed.
 */
import { randomUUID } from 'node:crypto';
import { reasonOf } from '../../domain/errors.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { Cluster } from './kafka-admin.ts';
import { createClient, Health, type KafkaLogOptions, logStopped, mayPass } from './kafka-client.ts';
import { followTopics } from './kafka-follow.ts';
import { Router } from './kafka-messages.ts';
import { Publisher } from './kafka-publisher.ts';
import { Sockets } from './kafka-sockets.ts';
import { GroupSubscription } from './kafka-subscription.ts';

const PROBE_MS = 5_000;

type Opened = {
  readonly cluster: Cluster;
  readonly publisher: Publisher;
  readonly router: Router;
  readonly health: Health;
  readonly kafka: ReturnType<typeof createClient>;
  readonly sockets: Sockets;
  /** Subscriptions and followers, to be stopped with the log. */
  readonly running: Set<() => Promise<void>>;
  readonly probe: { stop(): void };
};

/**
 * `start` throws when the brokers refuse the login; when they are out of reach it resolves, and `health` tells until they
 * are back. Everything else waits for them. `partitionCount` of a topic that does not exist is 0.
 */
export function createKafkaLog(options: KafkaLogOptions): EventLog {
  let state: Opened | null = null;
  const opened = (): Opened => {
    if (state !== null) return state;
    throw logStopped();
  };
  const nameOf = (group: string): string => `${options.groupPrefix}${group}`;
  return {
    async start() {
      state ??= open(options, nameOf('health'));
      try {
        await state.cluster.probe(nameOf('health'));
      } catch (error) {
        if (!mayPass(error)) throw error;
        options.onProblem(`Kafka is out of reach: ${reasonOf(error)}`);
      }
    },
    createTopics: async (specs) => opened().cluster.create(specs, options.replicationFactor),
    missingTopics: async (specs) => opened().cluster.missing(specs),
    partitionCount: async (topic) => (await opened().cluster.partitions(topic))?.length ?? 0,
    publish: async (records, signal) => opened().publisher.publish(records, signal),
    async subscribe(spec) {
      const { kafka, cluster, router, health, running } = opened();
      const group = nameOf(spec.group);
      const subscription = new GroupSubscription({ kafka, cluster, router, health, group, spec });
      const stop = untilStopped(running, () => subscription.stop());
      return { stop, partitions: () => subscription.partitions() };
    },
    async follow(topics, from, onRecord) {
      const { running, ...parts } = opened();
      const group = nameOf(`follow-${randomUUID()}`);
      const { onProblem } = options;
      const follower = await followTopics({ ...parts, group, onProblem }, topics, from, onRecord);
      return { caughtUp: follower.caughtUp, stop: untilStopped(running, () => follower.stop()) };
    },
    async lag(group, topic) {
      const { cluster } = opened();
      const [bounds, committed] = [
        await cluster.bounds(topic),
        await cluster.committed(nameOf(group), topic),
      ];
      let lag = 0;
      for (const [partition, { low, high }] of bounds)
        lag += high - Math.max(low, committed.get(partition) ?? low);
      return lag;
    },
    health() {
      if (state === null) return { ok: false, problem: 'the log has not been started' };
      const { problem } = state.health;
      return problem === null ? { ok: true } : { ok: false, problem };
    },
    async stop() {
      const last = state;
      state = null;
      if (last === null) return;
      last.probe.stop();
      await Promise.all([...last.running].map((stop) => stop()));
      await last.publisher.stop();
      await last.cluster.stop();
      last.sockets.close();
    },
  };
}

/** Notes the way to stop until it has been taken. */
function untilStopped(running: Set<() => Promise<void>>, end: () => Promise<void>): () => Promise<void> {
  const stop = async (): Promise<void> => {
    await end();
    running.delete(stop);
  };
  running.add(stop);
  return stop;
}

function open(options: KafkaLogOptions, probeGroup: string): Opened {
  const sockets = new Sockets();
  const kafka = createClient(options, sockets);
  const health = new Health();
  const cluster = new Cluster(kafka, health);
  const router = new Router(cluster);
  let probing = false;
  const probe = options.clock.every(PROBE_MS, async () => {
    if (probing) return;
    probing = true;
    // Its outcome is in `health`.
    await cluster.probe(probeGroup).catch(() => undefined);
    probing = false;
  });
  return {
    kafka,
    sockets,
    health,
    cluster,
    router,
    publisher: new Publisher({ kafka, router, health, onWaiting: options.onWaiting }),
    running: new Set(),
    probe,
  };
}
