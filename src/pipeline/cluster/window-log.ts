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
    if (key === this.#stateKey && value !== null) {
      const { offset, last, parts } = decode(stateSchema, record);
      this.#saved = offset;
      this.#restored = parts;
      this.last = last;
    } else if (key?.startsWith(prefix) === true) {
      if (value === null) this.#window.forget(Number(key.slice(prefix.length)));
      else this.#takeBack(record);
    }
  }

  #takeBack(record: LogRecord): void {
    const kept = decode(keptSchema, record);
    // Vectors of two models are never compared.
    if (kept.embedder === this.#deps.embedder) this.#window.restore(kept);
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
    this.#unsaved += records.length;
    if (this.#unsaved >= READ_AGAIN || (records.length > 0 && this.#window.parts.cuts > this.#cuts)) {
      this.#unsaved = 0;
      records.push(this.#state(this.#window.oldestOffset()));
    }
    return records;
  }

  /** After a rebuild. It says no more of the window than was written of it: what has left the newest since then was not. */
  rebuilt(last: LastRebuild): NewRecord {
    this.last = last;
    return this.#state(this.#saved ?? 0);
  }

  /** Tombstones for all that was written. */
  forgotten(): NewRecord[] {
    const { windowTopic: topic } = this.#deps;
    const kept = this.#window.kept().map((conversation) => `${this.#keptPrefix}${conversation}`);
    return [this.#stateKey, ...kept].map((key) => ({ topic, key, value: null, partition: 0 }));
  }

  #state(offset: number): NewRecord {
    this.#saved = offset;
    const { cuts, states: parts } = this.#window.parts;
    this.#cuts = cuts;
    const value = JSON.stringify({ offset, last: this.last, parts } satisfies z.infer<typeof stateSchema>);
    return { topic: this.#deps.windowTopic, key: this.#stateKey, value, partition: 0 };
  }

  get #stateKey(): string {
    return `cluster/${this.#deps.space}`;
  }

  get #keptPrefix(): string {
    return `window/${this.#deps.space}/`;
  }
}
