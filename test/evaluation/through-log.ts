/** Conversations through a running cliowatch on a real log, all roles in this process, as fast as it takes them. */
import { setTimeout as delay } from 'node:timers/promises';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { makeLog, makeTokens } from '../../src/app/adapters.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import type { Config } from '../../src/app/config.ts';
import { alertSchema } from '../../src/domain/alert.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { decode } from '../../src/pipeline/records.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { topicNames, topicSpecs } from '../../src/pipeline/topics.ts';
import type { Measured, Placement } from './report.ts';

const BATCH = 500;
const BACKLOG = 4_000;
const PARTITIONS = 2;

export async function runThroughLog(
  config: Config,
  conversations: Iterable<Conversation>,
  onPlaced: (placed: Placement) => void,
): Promise<Measured> {
  if (config.log.adapter === 'kafka') await createTopics(config);
  const app = await startApp({ config, roles: ALL_ROLES, version: 'evaluation', clock: createSystemClock() });
  const tokens = makeTokens(config);
  const names = new Map<string, string>();
  const alerts = new Map<string, Measured['alerts'][number]>();
  const follower = await app.log.follow([app.topics.assignments, app.topics.alerts], 'start', (record) => {
    if (record.topic === app.topics.alerts) {
      const alert = decode(alertSchema, record);
      alerts.set(alert.id, alert);
      return;
    }
    const rows = decode(assignmentBatchSchema, record);
    for (const [i, token] of rows.conversation.entries()) {
      const id = names.get(token);
      if (id !== undefined) onPlaced({ id, cluster: rows.cluster[i] ?? null, at: rows.at[i] ?? 0 });
    }
  });
  const started = performance.now();
  let count = 0;
  let batch: Conversation[] = [];
  for (const conversation of conversations) {
    names.set(tokens.conversation(conversation.conversation_id), conversation.conversation_id);
    batch.push(conversation);
    count++;
    if (batch.length < BATCH) continue;
    await send(app, batch);
    batch = [];
  }
  await send(app, batch);
  await settled(app);
  const seconds = (performance.now() - started) / 1_000;
  const clusters = app.view.clusters({ sort: 'size', limit: 1_000 });
  await follower.stop();
  await app.stop();
  return {
    count,
    seconds,
    alerts: [...alerts.values()].filter(({ fired_at }) => fired_at !== null),
    clusters: clusters.map(({ id, name, conversations: size, accounts }) => ({ id, name, size, accounts })),
  };
}

async function createTopics(config: Config): Promise<void> {
  const clock = createManualClock(0);
  const log = makeLog(config, clock, createTelemetry(createLogger(config.logging), clock.now));
  await log.start();
  await log.createTopics(
    topicSpecs(topicNames(config.intake.topic, config.log.prefix), PARTITIONS, config.intake.max_bytes),
  );
  await log.stop();
}

async function send(app: App, batch: readonly Conversation[]): Promise<void> {
  const topic = app.topics.conversations;
  const records = batch.map((conversation) => ({
    topic,
    key: conversation.conversation_id,
    value: JSON.stringify(conversation),
  }));
  await app.log.publish(records);
  while ((await app.log.lag('admit', topic)) > BACKLOG) await delay(20);
}

/** No role has anything left, three times in a row. */
async function settled(app: App): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await delay(700);
    const waiting = Object.values(app.lag()).reduce((sum, records) => sum + records, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}
