/** Runs in a worker thread: builds and searches centroid indexes. */
import { workerData } from 'node:worker_threads';
import { CliowatchError } from '../../domain/errors.ts';
import type { CentroidIndex, CentroidIndexes } from '../../ports/centroid-index.ts';
import { native, serve } from '../thread/serve.ts';
import { createCentroids } from './centroids.ts';
import type { CentroidAnswer, CentroidRequest } from './centroids-thread.ts';
import { createExactCentroids } from './exact-centroids.ts';
import { createHnswIndexes } from './hnsw.ts';
import type { IndexSettings } from './settings.ts';

const { data }: { data: IndexSettings } = workerData;
const opening = open(data);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.
const held = new Map<number, CentroidIndex>();

async function open(settings: IndexSettings): Promise<CentroidIndexes> {
  if (settings.kind === 'exact') return createExactCentroids(native);
  // Many with many is always by product: a graph would have to be built for it.
  let exact: Promise<CentroidIndexes> | undefined;
  return {
    ...createCentroids(createHnswIndexes(settings)),
    async nearestOf(...question) {
      exact ??= createExactCentroids(native);
      return (await exact).nearestOf(...question);
    },
  };
}

function indexOf(id: number): CentroidIndex {
  const index = held.get(id);
  if (index !== undefined) return index;
  // The thread died and was started anew: what it held is gone, and the caller must build again.
  throw new CliowatchError('index-lost', `there is no centroid index ${id}`, { value: id, retry: true });
}

serve((request: CentroidRequest) =>
  native<{ answer: CentroidAnswer; transfer: ArrayBuffer[] }>(async () => {
    if (request.do === 'create') held.set(request.id, (await opening).create(request));
    else if (request.do === 'release') held.delete(request.id);
    else if (request.do === 'add') await indexOf(request.id).add(request.rows);
    else if (request.do === 'nearest-of') {
      const answer = await (await opening).nearestOf(request.rows, request.among, request.count);
      return { answer, transfer: answer.buffer instanceof ArrayBuffer ? [answer.buffer] : [] };
    } else {
      const answer = await indexOf(request.id).nearest(request.rows);
      const transfer = [answer.best.buffer, answer.similarity.buffer, answer.second.buffer];
      return { answer, transfer: transfer.filter((buffer) => buffer instanceof ArrayBuffer) };
    }
    return { answer: null, transfer: [] };
  }),
);
