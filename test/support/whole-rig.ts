/** All phases with the real emit behind them and a sink that is told: what comes in by lines comes out as a page and a phone call. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { alertSchema } from '../../src/domain/alert.ts';
import { DAY } from '../../src/domain/ids.ts';
import type { Driver } from '../../src/pipeline/driver.ts';
import { createDelivery } from '../../src/pipeline/emit/deliver.ts';
import { type Emit, startEmit } from '../../src/pipeline/emit/index.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations, type Generations } from '../../src/pipeline/generations.ts';
import type { Clusterer } from '../../src/ports/clusterer.ts';
import type { EventLog, LogRecord } from '../../src/ports/event-log.ts';
import type { Delivery } from '../../src/ports/sink.ts';
import type { Store } from '../../src/ports/store.ts';
import { openPhases } from './driver-rig.ts';
import { offlineSummarizer } from './offline.ts';
import { bagEmbedder, logRecord, OneSession, parsed, silentTelemetry, TOPICS } from './pipeline-rig.ts';
import { noWatches } from './spaces.ts';

const never = (): Promise<never> => Promise.reject(new Error('nobody has need of this'));

/** What emit and detect have said, as a compacted log keeps it. */
type Kept = Map<string, LogRecord>;

export class WholeRig {
  readonly told: Delivery[] = [];
  /** The clock on the wall, which event time knows nothing of. */
  wall = Date.parse('2030-01-01T00:00:00Z');
  driver!: Driver;
  emit!: Emit;
  generations!: Generations;
  readonly #kept: Kept = new Map();
  readonly #listeners: ((record: LogRecord) => void)[] = [];
  #delivery!: OneSession;
  #offset = 0;

  static async start(clusterer: Clusterer, flags: readonly string[]): Promise<WholeRig> {
    const rig = new WholeRig();
    const config = loadConfig({ environment: {}, flags: [...flags] });
    rig.generations = createGenerations();
    rig.emit = await rig.open(rig.generations, createSqliteStore(':memory:'));
    rig.#delivery = new OneSession(rig.#deliver(rig.emit), TOPICS.alerts, TOPICS.deliveries);
    const embedder = bagEmbedder();
    rig.driver = await openPhases(
      {
        config,
        topics: TOPICS,
        clock: { ...createManualClock(rig.wall), elapsed: () => 0 },
        telemetry: silentTelemetry(),
        generations: rig.generations,
        gate: createGate(),
        embedder,
        watches: noWatches(),
        replay: true,
      },
      { clusterer, summarizer: offlineSummarizer, embedder },
      (record) => rig.#take(record),
    );
    return rig;
  }

  async push(lines: readonly string[]): Promise<void> {
    await this.driver.push(lines.map((line) => Buffer.from(line)));
    await this.#delivery.run();
  }

  /** Time passes on the wall, and a heartbeat comes. */
  async wait(ms: number): Promise<void> {
    this.wall += ms;
    await this.#delivery.idle();
  }

  /** emit in another process and on another machine: from what a compacted log still holds. */
  async reopen(): Promise<Emit> {
    const generations = createGenerations();
    const emit = await this.open(generations, createSqliteStore(':memory:'));
    const listeners = this.#listeners.splice(1);
    for (const record of this.#kept.values()) {
      if (record.topic === TOPICS.generations) generations.take(record);
      else for (const listener of listeners) listener(record);
    }
    generations.caughtUp();
    return emit;
  }

  open(generations: Generations, store: Store): Promise<Emit> {
    const log: EventLog = {
      start: never,
      createTopics: never,
      missingTopics: never,
      partitionCount: never,
      publish: async (records) => {
        for (const { topic, key, value } of records)
          this.#take(logRecord(topic, this.#offset++, String(value), { key }));
      },
      subscribe: never,
      follow: async (topics, _from, onRecord) => {
        this.#listeners.push((record) => {
          if (topics.includes(record.topic)) onRecord(record);
        });
        return { caughtUp: Promise.resolve(), stop: async () => undefined };
      },
      lag: never,
      health: () => ({ ok: true }),
      stop: never,
    };
    return startEmit({
      watches: noWatches(),
      topics: TOPICS,
      log,
      write: (records) => log.publish(records),
      generations,
      store,
      clock: { ...createManualClock(0), elapsed: () => this.wall },
      telemetry: silentTelemetry(),
      thresholds: () => ({ minAccounts: 8, minConversations: 10, minAudit: 3 }),
      asking: false,
      reports: { write: () => null },
      watchFault: () => null,
      publicUrl: () => null,
      silences: { maxMs: 90 * DAY, max: 10 },
      metricClusters: 10,
      storeDays: 90,
      safety: false,
      facts: () => ({ summarizer: 'offline', embedder: 'bag:64', log: 'embedded', lag: {}, problems: [] }),
    });
  }

  #take(record: LogRecord): void {
    const key = `${record.topic}/${record.key}`;
    this.#kept.delete(key);
    if (record.value !== null && record.key !== null) this.#kept.set(key, record);
    for (const listener of this.#listeners) listener(record);
    if (record.topic === TOPICS.alerts) this.#delivery.append([alertSchema.parse(parsed(record))], this.wall);
  }

  #deliver(emit: Emit) {
    return createDelivery({
      sink: {
        name: 'webhook',
        deliver: async (delivery) => {
          this.told.push(delivery);
        },
      },
      topic: TOPICS.deliveries,
      view: (id) => emit.view.alert(id),
      known: emit.known,
      seen: emit.seen,
      giveUpMs: DAY,
      wall: () => this.wall,
      clock: { now: () => this.wall, speed: 1, elapsed: () => this.wall },
      telemetry: silentTelemetry(),
      signal: new AbortController().signal,
    });
  }
}
