import { consolidate, type Draft } from '../../algorithms/consolidate.ts';
import { sphericalKMeans } from '../../algorithms/kmeans.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { Clustering, ClusteringRequest, Matrix } from '../../ports/clusterer.ts';
import { stayInBackground } from '../thread/background.ts';
import { native, serve } from '../thread/serve.ts';
import { openKernels } from './kernels.ts';

/** An update that lowers the inertia by less than this share changes no cluster that a reader would notice. */
const TOLERANCE = 1e-4;
/** After twins were merged: enough for all to settle, few enough that none wanders off. */
const SETTLING = 2;

stayInBackground();
const opening = openKernels(native);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.

serve(async (request: ClusteringRequest) => {
  const kernels = await opening;
  const steps = kernels.steps(request.points);
  const run = (initial: Matrix | null, k: number, iterations: number): Promise<Clustering> =>
    sphericalKMeans({
      points: request.points,
      initial,
      k,
      iterations,
      ...steps,
      tolerance: TOLERANCE,
      random: seededRandom(request.seed),
    });
  let result = await run(request.initial, request.k, request.iterations);
  if (request.merge !== undefined) {
    const drafts = consolidate(draftsOf(result), request.merge.similarity, request.merge.smallest);
    result = await run(matrixOf(drafts, request.points.dimension), drafts.length, SETTLING);
  }
  const { centroids, assignment, similarity, inertia, iterations } = result;
  const answer: Clustering = { centroids, assignment, similarity, inertia, iterations };
  const buffers = [centroids.data.buffer, assignment.buffer, similarity.buffer];
  return { answer, transfer: buffers.filter((buffer) => buffer instanceof ArrayBuffer) };
});

function draftsOf({ centroids, assignment }: Clustering): Draft[] {
  const { data, dimension } = centroids;
  const counts = new Array<number>(centroids.rows).fill(0);
  for (const row of assignment) counts[row] = (counts[row] ?? 0) + 1;
  return counts.map((members, row) => ({
    centroid: data.slice(row * dimension, (row + 1) * dimension),
    members,
  }));
}

function matrixOf(drafts: readonly Draft[], dimension: number): Matrix {
  const data = new Float32Array(drafts.length * dimension);
  for (const [row, draft] of drafts.entries()) data.set(draft.centroid, row * dimension);
  return { data, rows: drafts.length, dimension };
}
