/**
 * The whole pipeline on the embedded log in one process: offline summaries, vectors precomputed (a warm cache by content).
 * Prints one line of JSON. Run by run.ts in a process of its own, so that memory is the pipeline's alone.
 *   node test/benchmarks/pipeline.ts sustained COUNT | latency RATE SECONDS | restart | adopt RATE  [SETTING=VALUE ...]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAcceleratedClock } from '../../src/adapters/clock/system.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { adoption } from './adoption.ts';
import { fill, LIVE, makePool, SETTINGS, type Template, templateOf, writeVectors } from './pool.ts';
import { timeRestart } from './restart.ts';

const given = process.argv.slice(2);
const changed = given.filter((argument) => argument.includes('='));

const flagsOf = (data: string): string[] => [
  `data=${data}`,
  'log.embedded.max_bytes=2000000000',
  ...SETTINGS,
  ...changed,
];

async function start(data: string): Promise<App> {
  const flags = flagsOf(data);
  const clock = createAcceleratedClock(LIVE, 1);
  return startApp({
    config: loadConfig({ environment: {}, flags }),
    roles: ALL_ROLES,
    version: 'bench',
    clock,
  });
}

const rss = (): number => process.memoryUsage().rss / 1e6;

async function waitIdle(app: App): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await delay(400);
    const waiting = Object.values(app.lag()).reduce((sum, n) => sum + n, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}

/** Publishes copies of the pool under new ids, at event times that go on from the live start. */
class Feeder {
  readonly #app: App;
  readonly #templates: readonly Template[];
  #sent = 0;

  constructor(app: App, templates: readonly Template[]) {
    this.#app = app;
    this.#templates = templates;
  }

  async send(count: number, msPerConversation: number): Promise<void> {
    const records = [];
    for (let i = 0; i < count; i++) {
      const template = this.#templates[this.#sent % this.#templates.length];
      if (template === undefined) continue;
      const at = LIVE + this.#sent * msPerConversation;
      const id = `bench-${this.#sent++}`;
      records.push({ topic: this.#app.topics.conversations, key: id, value: fill(template, id, at) });
    }
    await this.#app.log.publish(records);
  }

  backlog(): Promise<number> {
    return this.#app.log.lag('admit', this.#app.topics.conversations);
  }
}

/** History first, so that there are clusters and every vector is cached. */
async function warm(app: App, pool: readonly Conversation[]): Promise<void> {
  for (let i = 0; i < pool.length; i += 500) {
    const records = pool.slice(i, i + 500).map((conversation) => ({
      topic: app.topics.conversations,
      key: conversation.conversation_id,
      value: JSON.stringify(conversation),
    }));
    await app.log.publish(records);
    while ((await app.log.lag('admit', app.topics.conversations)) > 4_000) await delay(20);
  }
  await waitIdle(app);
  await waitAtRest();
}

/** Until the clusters of the history are made, named and adopted: nothing is at work any more. */
async function waitAtRest(): Promise<void> {
  for (let still = 0; still < 3; ) {
    const before = process.cpuUsage();
    await delay(1_000);
    const { user, system } = process.cpuUsage(before);
    still = user + system < 150_000 ? still + 1 : 0;
  }
}

async function sustained(app: App, templates: readonly Template[], count: number): Promise<unknown> {
  const feeder = new Feeder(app, templates);
  const before = app.telemetry.totals().admitted;
  const memory: number[] = [];
  const started = performance.now();
  const cpu = process.cpuUsage();
  for (let sent = 0; sent < count; sent += 500) {
    await feeder.send(Math.min(500, count - sent), 0.2);
    while ((await feeder.backlog()) > 3_000) await delay(2);
    if (sent % Math.max(500, Math.floor(count / 20 / 500) * 500) === 0) memory.push(rss());
  }
  while ((await feeder.backlog()) > 0) await delay(5);
  for (let waiting = 1; waiting > 0; ) {
    await delay(20);
    waiting = await app.log.lag('assign', app.topics.points);
  }
  const seconds = (performance.now() - started) / 1_000;
  const used = process.cpuUsage(cpu);
  memory.push(rss());
  return {
    conversations: count,
    admitted: app.telemetry.totals().admitted - before,
    seconds,
    perSecond: count / seconds,
    cpuPerConversationMicros: (used.user + used.system) / count,
    memoryMb: memory.map(Math.round),
  };
}

async function latency(
  app: App,
  templates: readonly Template[],
  rate: number,
  seconds: number,
): Promise<unknown> {
  const feeder = new Feeder(app, templates);
  const step = 10;
  const from = await assignedHistogram(app);
  const started = performance.now();
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.floor(((performance.now() - started) / 1_000) * rate);
    if (due > sent) {
      await feeder.send(Math.min(due, rate * seconds) - sent, 0.4);
      sent = due;
    }
    await delay(step);
  }
  await waitIdle(app);
  const to = await assignedHistogram(app);
  const counts = to.map(([le, n], i) => [le, n - (from[i]?.[1] ?? 0)] as const);
  return { rate, seconds, p50: quantileOf(counts, 0.5), p99: quantileOf(counts, 0.99), buckets: counts };
}

/** Cumulative counts by bucket, from the metrics as Prometheus would read them. */
async function assignedHistogram(app: App): Promise<[number, number][]> {
  const { body } = await app.telemetry.exposition();
  return [...body.matchAll(/cliowatch_admit_to_assigned_seconds_bucket\{le="([^"]+)"\} (\d+)/g)].map(
    (match) => [match[1] === '+Inf' ? Number.POSITIVE_INFINITY : Number(match[1]), Number(match[2])],
  );
}

/** By linear interpolation within the bucket, as Prometheus does. */
function quantileOf(counts: readonly (readonly [number, number])[], q: number): number {
  const wanted = q * (counts.at(-1)?.[1] ?? 0);
  let low = 0;
  let below = 0;
  for (const [le, n] of counts) {
    if (n >= wanted)
      return Number.isFinite(le) ? low + ((le - low) * (wanted - below)) / Math.max(1, n - below) : low;
    low = le;
    below = n;
  }
  return Number.NaN;
}

async function restart(data: string, app: App, templates: readonly Template[]): Promise<unknown> {
  const clusters = app.view.pulse().clusters;
  await app.stop();
  const [template] = templates;
  if (template === undefined) throw new Error('there is nothing to send');
  return { clusters, ...(await timeRestart(flagsOf(data), 'waits', fill(template, 'waits', LIVE))) };
}

async function adopt(app: App, templates: readonly Template[], rate: number): Promise<unknown> {
  const feeder = new Feeder(app, templates);
  return adoption(app, rate, (count) => feeder.send(count, 1_000 / rate));
}

/** An app with clusters, and what it is to be fed; the conversations that made them are let go of, as they would be its memory. */
async function startWarm(data: string): Promise<{ app: App; templates: Template[] }> {
  const pool = makePool();
  writeVectors(join(data, 'vectors.sqlite'), pool);
  const app = await start(data);
  try {
    await warm(app, pool);
    return { app, templates: pool.map(templateOf) };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

const [mode = 'sustained', first = '100000', second = '20'] = given.filter((a) => !a.includes('='));
const data = mkdtempSync(join(tmpdir(), 'cliowatch-bench-'));
try {
  const { app, templates } = await startWarm(data);
  try {
    const clusters = app.view.pulse().clusters;
    const result =
      mode === 'latency'
        ? await latency(app, templates, Number(first), Number(second))
        : mode === 'restart'
          ? await restart(data, app, templates)
          : mode === 'adopt'
            ? await adopt(app, templates, Number(first))
            : await sustained(app, templates, Number(first));
    process.stdout.write(`${JSON.stringify({ mode, clusters, result })}\n`);
  } finally {
    await app.stop();
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}
