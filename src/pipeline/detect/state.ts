/** Snapshots of detect in the state topic, so that a new owner starts from the last one and not from the first row. */
import { z } from 'zod';
import { giveWay } from '../../algorithms/give-way.ts';
import type { AccountChunk } from '../../algorithms/growth/account-window.ts';
import type { RecentChunk } from '../../algorithms/growth/concentration.ts';
import type { NewcomersChunk } from '../../algorithms/growth/newcomers.ts';
import type { HistoryChunk } from '../../algorithms/growth/recast.ts';
import type { NearnessChunk } from '../../algorithms/nearness.ts';
import { CliowatchError } from '../../domain/errors.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import { textOf } from '../records.ts';
import type { IncidentMember } from './incidents.ts';
import type { OpenAlert } from './lifecycle.ts';
import type { PanelChunk, PanelState } from './panels.ts';
import type { PlacementChunk } from './placements.ts';
import type { TopicsState } from './topics.ts';
import type { WeightChunk } from './weights.ts';

/** Raised when the shape of a snapshot changes: an older one is passed over, and rows are read from the first. */
const FORMAT = 6;

export type DetectHead = {
  /** Offset in `assignments` of the first row not in the snapshot. */
  readonly offset: number;
  readonly generation: number;
  readonly sources: readonly (readonly [number, number])[];
  readonly alerts: AlertingState;
  readonly report: ReportState;
  readonly panels: readonly PanelState[];
};
export type AlertingState = TopicsState & {
  readonly open: readonly OpenAlert[];
  readonly ended: readonly (readonly [id: string, onset: number])[];
  readonly incidents: readonly IncidentMember[];
};

/** What was counted and is not told yet, or may still change. */
export type ReportState = {
  readonly hours: readonly HourState[];
  readonly minutes: readonly MinuteState[];
  readonly touched: readonly number[];
  readonly closedHour: number | null;
  readonly late: number;
  readonly zeroRetention: number;
  /** Share of accounts taken, as told last. */
  readonly taken: number;
};
export type HourState = {
  readonly hour: number;
  readonly total: number;
  readonly outliers: number;
  readonly error: number;
  /** Cluster, conversations, new accounts, new accounts expected, standard error of the conversations. */
  readonly clusters: readonly (readonly [string, number, number, number, number])[];
};
export type MinuteState = {
  readonly minute: number;
  readonly total: number;
  readonly outliers: number;
  readonly rows: number;
  readonly weighted: boolean;
  readonly clusters: readonly (readonly [string, number])[];
};

export type DetectSnapshot = {
  readonly head: DetectHead;
  readonly book: readonly PanelChunk[];
  readonly accounts: readonly AccountChunk[];
  readonly placements: readonly PlacementChunk[];
  readonly recent: readonly RecentChunk[];
  readonly newcomers: readonly NewcomersChunk[];
  readonly tail: readonly HistoryChunk[];
  readonly weights: readonly WeightChunk[];
  readonly nearness: readonly NearnessChunk[];
};

const KINDS = [
  'head',
  'book',
  'accounts',
  'placements',
  'recent',
  'newcomers',
  'tail',
  'weights',
  'nearness',
] as const;

const partSchema = z.object({
  format: z.literal(FORMAT),
  /** Number of the snapshot; parts of another one are left-overs. */
  snapshot: z.number(),
  parts: z.number(),
  kind: z.enum(KINDS),
  value: z.unknown(),
});

type Values = {
  [K in keyof DetectSnapshot]: DetectSnapshot[K] extends readonly (infer T)[] ? T : DetectSnapshot[K];
};

export type SnapshotPart = {
  [K in keyof Values]: { readonly kind: K; readonly value: Values[K] };
}[keyof Values];

/**
 * The records of one snapshot. Others get their turn after every part.
 * @param snapshot its number
 */
export async function snapshotRecords(
  topic: string,
  space: string,
  snapshot: number,
  parts: Iterable<SnapshotPart>,
): Promise<NewRecord[]> {
  const taken: SnapshotPart[] = [];
  for (const part of parts) {
    taken.push(part);
    await giveWay();
  }
  const records: NewRecord[] = [];
  for (const [i, part] of taken.entries()) {
    const value = JSON.stringify({ format: FORMAT, snapshot, parts: taken.length, ...part });
    records.push({ topic, key: `detect/${space}/${i}`, value, partition: 0 });
    await giveWay();
  }
  return records;
}

/** Takes the parts of all snapshots away. */
export function* snapshotTombstones(topic: string, space: string, parts: number): Generator<NewRecord> {
  for (let i = 0; i < parts; i++) yield { topic, key: `detect/${space}/${i}`, value: null, partition: 0 };
}

/** Gathers the parts of the last snapshot. */
export class SnapshotReader {
  readonly #prefix: string;
  readonly #parts = new Map<number, z.infer<typeof partSchema>>();
  /** Parts on the log, those of longer and of older snapshots too, have lower numbers. */
  extent = 0;

  constructor(space: string) {
    this.#prefix = `detect/${space}/`;
  }

  take(record: LogRecord): void {
    if (record.key?.startsWith(this.#prefix) !== true) return;
    const part = Number(record.key.slice(this.#prefix.length));
    if (record.value === null) {
      this.#parts.delete(part);
      return;
    }
    this.extent = Math.max(this.extent, part + 1);
    const parsed = partSchema.safeParse(JSON.parse(textOf(record) ?? 'null'));
    if (parsed.success) this.#parts.set(part, parsed.data);
    // Of another format: what stood here before is no part of a whole any more.
    else this.#parts.delete(part);
  }

  /** null: there is none of this format. */
  finish(): DetectSnapshot | null {
    const head = this.#parts.get(0);
    if (head === undefined) return null;
    const values: Record<string, unknown[]> = Object.fromEntries(KINDS.map((kind) => [kind, []]));
    for (let i = 0; i < head.parts; i++) {
      const part = this.#parts.get(i);
      if (part === undefined || part.snapshot !== head.snapshot) {
        throw new CliowatchError('detect/snapshot', `snapshot ${head.snapshot} misses part ${i}`, {
          value: i,
        });
      }
      values[part.kind]?.push(part.value);
    }
    // Written by this very module in this very format: its shape is known.
    return { ...values, head: values.head?.[0] } as unknown as DetectSnapshot;
  }
}
