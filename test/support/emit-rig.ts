/** emit on a log that is fed by hand. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { ClusterRecord, Manifest } from '../../src/domain/generation.ts';
import { DAY } from '../../src/domain/ids.ts';
import type { WatchReport } from '../../src/domain/report.ts';
import type { Tick } from '../../src/domain/tick.ts';
import { type Emit, startEmit } from '../../src/pipeline/emit/index.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import type { EventLog, LogRecord, NewRecord } from '../../src/ports/event-log.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import { GenerationLog } from './detect-rig.ts';
import { logRecord, MINUTE, NOON, SPACE, silentTelemetry, TOPICS } from './pipeline-rig.ts';
import { noWatches } from './spaces.ts';

export function makeAlert(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    revision: 2,
    incident: id,
    kind: 'surge',
    space: SPACE,
    cluster: 'c1',
    state: 'firing',
    severity: 'watch',
    onset: NOON,
    pending_at: NOON,
    fired_at: NOON,
    resolved_at: null,
    updated_at: NOON,
    observed: 37,
    expected: 9.3,
    ratio: 3.98,
    ratio_low: 2.7,
    window_minutes: 60,
    windows: [{ minutes: 60, observed: 37, expected: 9.3, ratio: 3.98, ratio_low: 2.7 }],
    accounts: 43,
    conversations: 47,
    conversations_per_account: 1.09,
    top_account_share: 0.06,
    same_wording: 0.02,
    pattern: 'organic',
    shifted: [],
    score: 17.3,
    threshold: 14.2,
    reason: 'above-threshold: 37 new accounts in 60 min where 9.3 were expected',
    ...change,
  };
}

export function makeTick(
  minute: number,
  counts: Readonly<Record<string, number>>,
  change: Partial<Tick> = {},
): Tick {
  const cluster = Object.keys(counts);
  const n = Object.values(counts);
  return {
    space: SPACE,
    minute: NOON + minute * MINUTE,
    generation: 1,
    total: n.reduce((sum, x) => sum + x, 0),
    outliers: 0,
    late: 0,
    zero_retention: 0,
    cluster,
    n,
    a: n,
    expected: n.map(() => 1),
    n60: n,
    expected60: n.map(() => 1),
    ratio_low: n.map(() => 1.1),
    score: n.map(() => 0),
    accounts24: n,
    muted_until: null,
    ...change,
  };
}

export class EmitRig {
  readonly emit: Emit;
  readonly telemetry: Telemetry;
  /** By emit itself. */
  readonly published: readonly NewRecord[];
  /** Of watches that have ended. */
  readonly reports: readonly WatchReport[];
  readonly #told: GenerationLog;
  readonly #broken: { reports: boolean };
  readonly #beats: Map<number, () => void>;
  readonly #listeners: ((record: LogRecord) => void)[];
  readonly #offsets = new Map<string, number>();

  private constructor(
    emit: Emit,
    telemetry: Telemetry,
    told: GenerationLog,
    beats: Map<number, () => void>,
    listeners: ((record: LogRecord) => void)[],
    reports: readonly WatchReport[],
    broken: { reports: boolean },
    published: readonly NewRecord[],
  ) {
    this.published = published;
    this.#broken = broken;
    this.reports = reports;
    this.emit = emit;
    this.telemetry = telemetry;
    this.#told = told;
    this.#beats = beats;
    this.#listeners = listeners;
  }

  /** @param more what outlives a process (the store), the clock on the wall, and what is told while emit reads the past */
  static async start(
    safety = false,
    watches = noWatches(),
    more: {
      readonly store?: Store;
      readonly wall?: () => number;
      readonly meanwhile?: (told: GenerationLog) => void;
    } = {},
  ): Promise<EmitRig> {
    const telemetry = silentTelemetry();
    const beats = new Map<number, () => void>();
    const listeners: ((record: LogRecord) => void)[] = [];
    const told = new GenerationLog();
    const published: NewRecord[] = [];
    const generations = createGenerations();
    const log: Pick<EventLog, 'follow' | 'publish'> = {
      follow: async (topics, _from, onRecord) => {
        listeners.push((record) => {
          if (topics.includes(record.topic)) onRecord(record);
        });
        if (more.meanwhile !== undefined) {
          told.follow(generations);
          more.meanwhile(told);
        }
        return { caughtUp: Promise.resolve(), stop: async () => undefined };
      },
      publish: async (records) => {
        published.push(...records);
        for (const { topic, key, value } of records) {
          const record = logRecord(topic, 0, String(value), { key });
          for (const listener of listeners) listener(record);
        }
      },
    };
    const reports: WatchReport[] = [];
    const broken = { reports: false };
    const emit = await startEmit({
      watches,
      topics: TOPICS,
      log,
      write: (records) => log.publish(records),
      generations,
      store: more.store ?? createSqliteStore(':memory:'),
      clock: {
        ...createManualClock(NOON),
        ...(more.wall === undefined ? {} : { elapsed: more.wall }),
        every: (ms, run) => {
          beats.set(ms, run);
          return { stop: () => undefined };
        },
      },
      telemetry,
      thresholds: () => ({ minAccounts: 8, minConversations: 10, minAudit: 3 }),
      asking: false,
      reports: {
        write(report) {
          if (broken.reports) throw new Error('no room');
          reports.push(report);
          return 'report.html';
        },
      },
      watchFault: () => null,
      publicUrl: () => 'https://watch.example/',
      silences: { maxMs: 90 * DAY, max: 3 },
      metricClusters: 2,
      storeDays: 90,
      safety,
      facts: () => ({ summarizer: 'offline', embedder: 'bag:64', log: 'embedded', lag: {}, problems: [] }),
    });
    if (more.meanwhile === undefined) told.follow(generations);
    return new EmitRig(emit, telemetry, told, beats, listeners, reports, broken, published);
  }

  generation(clusters: readonly ClusterRecord[], change: Partial<Manifest> = {}): void {
    this.#told.tell(change, clusters);
  }

  /** Gives a record to the followers, as the log does. */
  give(topic: string, value: unknown): void {
    const offset = this.#offsets.get(topic) ?? 0;
    this.#offsets.set(topic, offset + 1);
    for (const listener of this.#listeners) listener(logRecord(topic, offset, value));
  }

  failReports(fail: boolean): void {
    this.#broken.reports = fail;
  }

  /** A second passes, and five, and ten. */
  beat(): void {
    this.#beats.get(10_000)?.();
    this.#beats.get(1_000)?.();
    this.#beats.get(5_000)?.();
  }
}
