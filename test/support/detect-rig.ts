/** detect on a log in memory, with clusters to count for and traffic to count. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { alertSchema } from '../../src/domain/alert.ts';
import type { AssignmentBatch } from '../../src/domain/assignment.ts';
import type { Backcast, ClusterRecord, Manifest } from '../../src/domain/generation.ts';
import { type Rollup, rollupSchema, type Tick, tickSchema } from '../../src/domain/tick.ts';
import type { DetectSettings } from '../../src/pipeline/detect/deps.ts';
import { createDetect } from '../../src/pipeline/detect/index.ts';
import {
  backcastRecords,
  createGenerations,
  type Generations,
  generationRecords,
} from '../../src/pipeline/generations.ts';
import type { OpenSession } from '../../src/pipeline/runner.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { LogRecord, NewRecord } from '../../src/ports/event-log.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import {
  HOUR,
  logRecord,
  MINUTE,
  makeCluster,
  makeManifest,
  makeRows,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  type Row,
  SPACE,
  silentTelemetry,
  TOPICS,
} from './pipeline-rig.ts';

export const DETECT: DetectSettings = {
  watchPerDay: 1,
  pagePerDay: 0.143,
  watermarkMs: 2 * MINUTE,
  warmupMs: 24 * HOUR,
  minAccounts: 8,
  ratioOpen: 1.2,
  closeAfterMs: 60 * MINUTE,
  idleMs: null,
  accountsCap: 100_000,
  snapshotMs: 60 * MINUTE,
  told: { minAccounts: 8, minConversations: 10 },
};

/** The generations topic, as it grows. */
export class GenerationLog {
  readonly #records: LogRecord[] = [];
  readonly #known = new Map<string, ClusterRecord>();
  readonly #followers: Generations[] = [];

  /** One that has read all there is, and hears what comes. */
  follow(generations: Generations): void {
    for (const record of this.#records) generations.take(record);
    generations.caughtUp();
    this.#followers.push(generations);
  }

  tell(
    change: Partial<Manifest>,
    clusters: readonly ClusterRecord[],
    backcast: readonly Backcast[] = [],
  ): void {
    for (const cluster of clusters) this.#known.set(cluster.id, cluster);
    const ids = change.type === 'patch' ? [...this.#known.keys()] : clusters.map(({ id }) => id);
    const manifest = makeManifest(ids, { ...change, backcast_chunks: backcast.length });
    const topic = TOPICS.generations;
    for (const { key, value } of [
      ...backcastRecords(topic, backcast),
      ...generationRecords(topic, { manifest, changed: clusters }, { clusters: [], window: null }),
    ]) {
      const record = logRecord(TOPICS.generations, this.#records.length, String(value), { key });
      this.#records.push(record);
      for (const follower of this.#followers) follower.take(record);
    }
  }
}

export type DetectRig = {
  readonly log: OneSession;
  readonly telemetry: Telemetry;
  readonly told: GenerationLog;
  readonly settings: DetectSettings;
};

export function openDetect(
  told: GenerationLog,
  settings: DetectSettings,
  clock: Clock = createManualClock(NOON),
  telemetry = silentTelemetry(),
): OpenSession {
  const generations = createGenerations();
  const open = createDetect({ space: SPACE, topics: TOPICS, generations, clock, telemetry, settings });
  told.follow(generations);
  return open;
}

export function detectRig(
  change: Partial<DetectSettings> = {},
  clock: Clock = createManualClock(NOON),
): DetectRig {
  const telemetry = silentTelemetry();
  const told = new GenerationLog();
  const settings = { ...DETECT, ...change };
  const open = openDetect(told, settings, clock, telemetry);
  return { log: new OneSession(open, TOPICS.assignments, TOPICS.state), telemetry, told, settings };
}

/** `tell` of a full generation of clusters c1 … cN at NOON. */
export function tellClusters(rig: DetectRig, count: number, change: Partial<Manifest> = {}): string[] {
  const ids = Array.from({ length: count }, (_, i) => `c${(i + 1).toString(36)}`);
  const generation = change.generation ?? 1;
  rig.told.tell(
    { full: generation, ...change },
    ids.map((id) => makeCluster(id, { generation })),
  );
  return ids;
}

export const ticksOf = (records: readonly NewRecord[]): Tick[] =>
  ofTopic(records, TOPICS.ticks).map((record) => tickSchema.parse(parsed(record)));
export const rollupsOf = (records: readonly NewRecord[]): Rollup[] =>
  ofTopic(records, TOPICS.rollups).map((record) => rollupSchema.parse(parsed(record)));
export const alertsOf = (records: readonly NewRecord[]): Alert[] =>
  ofTopic(records, TOPICS.alerts).map((record) => alertSchema.parse(parsed(record)));

/** A record that carries only time. */
export const heartbeat = (at: number, source = 0): AssignmentBatch => makeRows([], { watermark: at, source });

/** `perMinute` conversations a minute from `from` on, spread over clusters in turn, each by an account of its own. */
export function steady(
  ids: readonly string[],
  from: number,
  minutes: number,
  perMinute: number,
  extra: (minute: number) => readonly Row[] = () => [],
): AssignmentBatch[] {
  return Array.from({ length: minutes }, (_, m) => {
    const rows: Row[] = Array.from({ length: perMinute }, (_unused, i) => {
      const n = m * perMinute + i;
      const at = from + m * MINUTE + Math.floor((i * MINUTE) / perMinute);
      return {
        conversation: `s${from}-${n}`,
        account: `a${from}-${n}`,
        at,
        cluster: ids[n % ids.length] ?? null,
      };
    });
    return makeRows([...rows, ...extra(m)]);
  });
}
