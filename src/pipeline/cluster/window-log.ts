/** The window on the log: what it keeps longer than `samples` does is written down, and read back by whoever takes over. */
import { z } from 'zod';
import { inPieces } from '../../algorithms/give-way.ts';
import type { Generation } from '../../domain/generation.ts';
import { encodeVector } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import { decode } from '../records.ts';
import { createHomes } from './homes.ts';
import { type PartStates, partStatesSchema } from './strata.ts';
import { keptSchema, type SampleWindow } from './window.ts';

const stateSchema = z.object({
  embedder: z
    .string()
    .optional()
    .describe('Whose vectors the parts hold; absent in records of before it was told'),
  offset: z.number().describe('In `samples`: from here on they are read again'),
  last: z
    .object({ at: z.number(), samples: z.number() })
    .nullable()
    .describe('Of the last rebuild: event time in ms, and samples'),
  parts: partStatesSchema,
});
export type LastRebuild = z.infer<typeof stateSchema>['last'];

type WindowLogDeps = {
  readonly space: string;
  readonly embedder: string;
  /** Compacted. */
  readonly windowTopic: string;
  readonly centroids: CentroidIndexes;
};

/** Records between two that say where a restart begins: about as many samples are read again besides the newest. */
const READ_AGAIN = 2_000;
/** Samples put under clusters at one go. */
const HOMES_PIECE = 500;

export class WindowLog {
  readonly #deps: WindowLogDeps;
  readonly #window: SampleWindow;
  /** Offset that the log holds. */
  #saved: number | null = null;
  /** Offset in the records that were last answered with, and are not committed; null: none. */
  #pending: number | null = null;
  /** Keys of what was kept with the vectors of another model: of no use here, and to be kept no longer. */
  readonly #foreign = new Set<string>();
  #cuts = 0;
  /** Records since. */
  #unsaved = 0;
  #restored: PartStates | null = null;
  last: LastRebuild = null;

  constructor(deps: WindowLogDeps, window: SampleWindow) {
    this.#deps = deps;
    this.#window = window;
  }

  /** Where to begin to read; null: nothing was ever written. */
  get offset(): number | null {
    return this.#saved;
  }

  restore(record: LogRecord): void {
    const { key, value } = record;
    const prefix = this.#keptPrefix;
    if (key === this.#stateKey) {
      const state = value === null ? null : decode(stateSchema, record);
      this.#saved = state?.offset ?? null;
      // Shares of the samples of another model say nothing of those to come.
      const isOwn = (state?.embedder ?? this.#deps.embedder) === this.#deps.embedder;
      this.#restored = isOwn ? (state?.parts ?? null) : null;
      this.last = state?.last ?? null;
    } else if (key?.startsWith(prefix) === true) {
      this.#foreign.delete(key);
      if (value === null) this.#window.forget(Number(key.slice(prefix.length)));
      else this.#takeBack(key, record);
    }
  }

  #takeBack(key: string, record: LogRecord): void {
    const kept = decode(keptSchema, record);
    // Vectors of two models are never compared.
    if (kept.embedder === this.#deps.embedder) this.#window.restore(kept);
    else this.#foreign.add(key);
  }

  /** Once all is restored: puts it under the clusters of today. */
  async settleIn(generation: Generation | null): Promise<void> {
    if (this.#restored === null) return;
    this.#window.recall(this.#restored);
    this.#restored = null;
    if (generation === null) return;
    const homes = createHomes(this.#deps.centroids, generation);
    for await (const slots of inPieces(this.#window.slots(), HOMES_PIECE)) {
      const found = await homes.find(slots.map((slot) => encodeVector(this.#window.vector(slot))));
      for (const [i, slot] of slots.entries()) this.#window.setCluster(slot, found[i] ?? null);
    }
    await homes.release();
  }

  /** Records of what the window keeps and lets go since the last call, and of where a restart would begin when that has moved. */
  written(): NewRecord[] {
    const { windowTopic: topic, embedder } = this.#deps;
    const records: NewRecord[] = this.#window.changes(embedder).map(([conversation, kept]) => ({
      topic,
      key: `${this.#keptPrefix}${conversation}`,
      value: kept === null ? null : JSON.stringify(kept),
      partition: 0,
    }));
    // Of the same conversation, by now with vectors of this one.
    for (const { key } of records) if (key !== null && key !== undefined) this.#foreign.delete(key);
    for (const key of this.#foreign) {
      if (records.length >= READ_AGAIN) break;
      this.#foreign.delete(key);
      records.push({ topic, key, value: null, partition: 0 });
    }
    this.#unsaved += records.length;
    if (this.#unsaved >= READ_AGAIN || (records.length > 0 && this.#window.parts.cuts > this.#cuts)) {
      this.#unsaved = 0;
      this.#pending = this.#window.oldestOffset();
      records.push(this.#state(this.#pending));
    }
    return records;
  }

  /** Where a restart would begin once what was answered since the last call is committed; null: where it would now. */
  answered(): number | null {
    const offset = this.#pending;
    this.#pending = null;
    return offset;
  }

  committed(offset: number): void {
    this.#saved = offset;
  }

  /** After a rebuild. It says no more of the window than is committed of it: what has left the newest since then would be read by nobody. */
  rebuilt(last: LastRebuild): NewRecord {
    this.last = last;
    return this.#state(this.#saved ?? 0);
  }

  /** Tombstones for all that was written. */
  forgotten(): NewRecord[] {
    const { windowTopic: topic } = this.#deps;
    const kept = this.#window.kept().map((conversation) => `${this.#keptPrefix}${conversation}`);
    return [this.#stateKey, ...kept, ...this.#foreign].map((key) => ({
      topic,
      key,
      value: null,
      partition: 0,
    }));
  }

  #state(offset: number): NewRecord {
    const { cuts, states: parts } = this.#window.parts;
    this.#cuts = cuts;
    const value = JSON.stringify({
      embedder: this.#deps.embedder,
      offset,
      last: this.last,
      parts,
    } satisfies z.infer<typeof stateSchema>);
    return { topic: this.#deps.windowTopic, key: this.#stateKey, value, partition: 0 };
  }

  get #stateKey(): string {
    return `cluster/${this.#deps.space}`;
  }

  get #keptPrefix(): string {
    return `window/${this.#deps.space}/`;
  }
}
