import { CliowatchError } from '../../domain/errors.ts';
import type { CentroidIndexes, NearestTwo } from '../../ports/centroid-index.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import { shared } from '../thread/shared.ts';
import { createThread, type Thread, workerScript } from '../thread/thread.ts';
import type { IndexSettings } from './settings.ts';

export type CentroidRequest =
  | { readonly do: 'create'; readonly id: number; readonly dimension: number; readonly capacity: number }
  | { readonly do: 'add' | 'nearest'; readonly id: number; readonly rows: Matrix }
  | { readonly do: 'release'; readonly id: number }
  | { readonly do: 'nearest-of'; readonly rows: Matrix; readonly among: Matrix; readonly count: number };
export type CentroidAnswer = NearestTwo | Int32Array | null;

/** Rows added by a message: a question waits some milliseconds for those before it. */
const ADDED = 16;
/** Rows compared by a message. */
const PART = 64;
/** Messages on their way at once: the thread does not stand still while we are busy, and a question waits for few. */
const AHEAD = 3;

/**
 * Centroid indexes in one worker thread. Questions and building take turns, so that an index is built beside the one in
 * use. A message costs about 0.1 ms, however many vectors it holds.
 */
export function createThreadedCentroids(settings: IndexSettings): CentroidIndexes {
  const script = workerScript(import.meta.url, './centroids-worker');
  const thread = createThread<CentroidRequest, CentroidAnswer>(script, settings);
  let made = 0;
  return {
    kind: settings.kind,
    create(options) {
      const id = made++;
      const created = thread.call({ do: 'create', id, ...options });
      created.catch(() => undefined); // Whoever adds or asks hears of it.
      let size = 0;
      return {
        get size() {
          return size;
        },
        async add(rows) {
          size += rows.rows;
          const underWay: Promise<CentroidAnswer>[] = [];
          for (let from = 0; from < rows.rows; from += ADDED) {
            const added = thread.call({ do: 'add', id, rows: partOf(rows, from, ADDED) });
            added.catch(() => undefined); // When the thread ends all of them fail, and only the first is waited for.
            underWay.push(added);
            if (underWay.length === AHEAD) await underWay.shift();
          }
          await Promise.all(underWay);
        },
        nearest: (rows) => ask(thread, id, rows),
        release: async () => void (await thread.call({ do: 'release', id })),
      };
    },
    nearestOf: (vectors, among, count) => compareAll(thread, vectors, among, count),
    stop: () => thread.stop(),
  };
}

function partOf({ data, dimension, rows }: Matrix, from: number, most: number) {
  const to = Math.min(rows, from + most);
  return {
    data: new Float32Array(data.subarray(from * dimension, to * dimension)),
    rows: to - from,
    dimension,
  };
}

async function ask(
  thread: Thread<CentroidRequest, CentroidAnswer>,
  id: number,
  rows: Matrix,
): Promise<NearestTwo> {
  const transfer = rows.data.buffer instanceof ArrayBuffer ? [rows.data.buffer] : [];
  const answer = await thread.call({ do: 'nearest', id, rows }, transfer);
  if (answer === null || answer instanceof Int32Array) throw noAnswer();
  return answer;
}

/** In parts, other questions taking turns with them. */
async function compareAll(
  thread: Thread<CentroidRequest, CentroidAnswer>,
  vectors: Matrix,
  among: Matrix,
  count: number,
): Promise<Int32Array> {
  const found = new Int32Array(vectors.rows * count).fill(-1);
  if (vectors.rows === 0 || among.rows === 0) return found;
  const all = shared(among);
  for (let from = 0; from < vectors.rows; from += PART) {
    const rows = partOf(vectors, from, PART);
    const answer = await thread.call({ do: 'nearest-of', rows, among: all, count }, [rows.data.buffer]);
    if (!(answer instanceof Int32Array)) throw noAnswer();
    found.set(answer, from * count);
  }
  return found;
}

function noAnswer(): CliowatchError {
  return new CliowatchError('worker-failed', 'the index gave no answer', { retry: true });
}
