/** Follows the generations topic and puts complete generations together. Used by assign, cluster, detect and emit. */
import {
  type Backcast,
  type ClusterRecord,
  type Generation,
  generationRecordSchema,
  type Manifest,
} from '../domain/generation.ts';
import type { EventLog, Follower, LogRecord, NewRecord } from '../ports/event-log.ts';
import { decode } from './records.ts';

export const manifestKey = (space: string): string => `${space}/manifest`;
export const clusterKey = (space: string, id: string): string => `${space}/cluster/${id}`;
/**
 * The window of a generation comes before its manifest, in commits of its own: a key that the last one used would take its history away
 * when the new one is never finished. A patch has keys of its own for the same reason.
 */
export const backcastKey = (space: string, { of, generation, chunk }: Backcast): string =>
  of === 'window' ? `${space}/backcast/${generation}/${chunk}` : `${space}/founders/${chunk}`;

/**
 * A generation with the history it brings: the window when full, the founders of the newborn in a patch. A patch whose full
 * generation was never told, because compaction took its manifest away, brings the window of that too.
 */
export type Arrival = { readonly generation: Generation; readonly backcast: readonly Backcast[] };

export interface Generations {
  /** The newest complete generation of a space. */
  current(space: string): Generation | null;
  /** Calls `on` for each generation of any space as it completes, in order, until `gone` is aborted. */
  onArrival(on: (arrival: Arrival) => void, gone?: AbortSignal): void;
  /**
   * Says that the topic has been read to its end. Until then arrivals are held back, and of the history only the last
   * full generation and its patches are told: nobody builds an index that is out of date already.
   */
  caughtUp(): void;
  /** Resolves when a generation at least so high is complete. */
  reached(space: string, generation: number): Promise<void>;
  /** Feeds one record; the follower does so, and the driver of a backtest. */
  take(record: LogRecord): void;
}

type SpaceState = {
  clusters: Map<string, ClusterRecord>;
  /** By kind, generation and number: a patch's founders are no part of the window, though they count from 0 too. */
  backcast: Map<string, Backcast>;
  current: Generation | null;
  waiting: { generation: number; done: () => void }[];
  held: Arrival[];
};

/** The one place that knows when a generation is complete: at its manifest, whose records came before it in one transaction. */
export function createGenerations(): Generations {
  const spaces = new Map<string, SpaceState>();
  const listeners = new Set<(arrival: Arrival) => void>();
  let live = false;
  const tell = (state: SpaceState, arrival: Arrival): void => {
    if (live) for (const listener of listeners) listener(arrival);
    else if (arrival.generation.manifest.type === 'full') state.held = [arrival];
    else state.held.push(arrival);
  };
  const spaceOf = (space: string): SpaceState => {
    let state = spaces.get(space);
    if (state === undefined) {
      state = { clusters: new Map(), backcast: new Map(), current: null, waiting: [], held: [] };
      spaces.set(space, state);
    }
    return state;
  };
  const complete = (state: SpaceState, manifest: Manifest): void => {
    const clusters: ClusterRecord[] = [];
    for (const id of manifest.clusters) {
      const cluster = state.clusters.get(id);
      // Compaction keeps only the last record of a cluster, so an older manifest may name clusters of a newer one.
      if (cluster !== undefined) clusters.push(cluster);
    }
    state.current = { manifest, clusters };
    if (clusters.length === 0) forgetEnded(spaces);
    const { generation, full, backcast_chunks } = manifest;
    // More than the manifest counts are left over from an attempt that was never finished.
    const backcast = [...state.backcast.values()].filter((chunk) =>
      chunk.of === 'window'
        ? chunk.generation === full && chunk.chunk < backcast_chunks
        : chunk.generation === generation,
    );
    state.backcast.clear();
    tell(state, { generation: state.current, backcast });
    const waiting = state.waiting;
    state.waiting = waiting.filter((waiter) => waiter.generation > manifest.generation);
    for (const waiter of waiting) if (waiter.generation <= manifest.generation) waiter.done();
  };
  return {
    current: (space) => spaces.get(space)?.current ?? null,
    onArrival(on, gone) {
      if (gone?.aborted === true) return;
      listeners.add(on);
      gone?.addEventListener('abort', () => listeners.delete(on), { once: true });
    },
    caughtUp() {
      if (live) return;
      live = true;
      for (const state of spaces.values()) {
        for (const arrival of state.held) tell(state, arrival);
        state.held = [];
      }
    },
    reached(space, generation) {
      const state = spaceOf(space);
      if ((state.current?.manifest.generation ?? 0) >= generation) return Promise.resolve();
      return new Promise((resolve) => state.waiting.push({ generation, done: resolve }));
    },
    take(record) {
      if (record.value === null) {
        forget(spaces, record.key ?? '');
        return;
      }
      const value = decode(generationRecordSchema, record);
      const state = spaceOf(value.space);
      if (value.kind === 'cluster') state.clusters.set(value.id, value);
      else if (value.kind === 'backcast')
        state.backcast.set(`${value.of}/${value.generation}/${value.chunk}`, value);
      else complete(state, value);
    },
  };
}

/** Of spaces without a cluster, beyond the newest: a number of theirs would be used again after a thousand other watches. */
const EMPTY_HELD = 1_000;

function forgetEnded(spaces: Map<string, SpaceState>): void {
  const empty = [...spaces].filter(
    ([, { current, waiting }]) => current?.clusters.length === 0 && waiting.length === 0,
  );
  for (const [space] of empty.slice(0, Math.max(0, empty.length - EMPTY_HELD))) spaces.delete(space);
}

/** A tombstone of a cluster that is gone. */
function forget(spaces: ReadonlyMap<string, SpaceState>, key: string): void {
  const at = key.indexOf('/cluster/');
  if (at > 0) spaces.get(key.slice(0, at))?.clusters.delete(key.slice(at + '/cluster/'.length));
}

/** Resolves when `generations` holds all that the topic held. */
export async function followGenerations(
  log: EventLog,
  topic: string,
  generations: Generations,
): Promise<Follower> {
  const follower = await log.follow([topic], 'start', (record) => generations.take(record));
  await follower.caughtUp;
  generations.caughtUp();
  return follower;
}

/** The last generation of a space that is let go of: without clusters, it says only with which number another one would go on. */
export function endingRecords(topic: string, last: Generation | null): NewRecord[] {
  if (last === null || last.clusters.length === 0) return [];
  const generation = last.manifest.generation + 1;
  const manifest: Manifest = {
    ...last.manifest,
    generation,
    type: 'full',
    full: generation,
    clusters: [],
    parents: [],
    tree: null,
    relations: [],
    backcast_chunks: 0,
    samples: 0,
    outlier_rate: 0,
    overall: null,
    usual: null,
  };
  const clusters = last.clusters.map(({ id }) => id);
  return [...generationRecords(topic, { manifest, changed: [] }, { clusters, window: last.manifest })];
}

/** The records of a history. Those of a window may be published before the generation, in pieces; founders go with their patch. */
export function* backcastRecords(topic: string, backcast: readonly Backcast[]): Generator<NewRecord> {
  for (const chunk of backcast)
    yield { topic, key: backcastKey(chunk.space, chunk), value: JSON.stringify(chunk) };
}

/** The records of one generation, manifest last, the last window and gone clusters tombstoned: to be published as one. */
export function* generationRecords(
  topic: string,
  { manifest, changed }: { manifest: Manifest; changed: readonly ClusterRecord[] },
  gone: { clusters: readonly string[]; window: Pick<Manifest, 'full' | 'backcast_chunks'> | null },
): Generator<NewRecord> {
  const put = (key: string, value: unknown): NewRecord => ({
    topic,
    key,
    value: value === null ? null : JSON.stringify(value),
  });
  for (const cluster of changed) yield put(clusterKey(manifest.space, cluster.id), cluster);
  yield put(manifestKey(manifest.space), manifest);
  // Behind the manifest: a reader that stops here has the whole generation, only with records nobody names any more.
  for (const id of gone.clusters) yield put(clusterKey(manifest.space, id), null);
  for (let chunk = 0; chunk < (gone.window?.backcast_chunks ?? 0); chunk++)
    yield put(`${manifest.space}/backcast/${gone.window?.full}/${chunk}`, null);
}
