import { parentPort } from 'node:worker_threads';
import { sphericalKMeans } from '../../algorithms/kmeans.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { Clustering, ClusteringRequest } from '../../ports/clusterer.ts';
import { serve } from '../onnx/thread.ts';
import { openKernels } from './kernels.ts';

/** An update that lowers the inertia by less than this share changes no cluster that a reader would notice. */
const TOLERANCE = 1e-4;

const opening = openKernels();

serve(parentPort, async (request: ClusteringRequest) => {
  const kernels = await opening;
  const result = await sphericalKMeans({
    ...request,
    ...kernels.steps(request.points),
    tolerance: TOLERANCE,
    random: seededRandom(request.seed),
  });
  const { centroids, assignment, similarity, inertia, iterations } = result;
  const answer: Clustering = { centroids, assignment, similarity, inertia, iterations };
  const buffers = [centroids.data.buffer, assignment.buffer, similarity.buffer];
  return { answer, transfer: buffers.filter((buffer) => buffer instanceof ArrayBuffer) };
});
