import { sphericalKMeans } from '../../algorithms/kmeans.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { Clustering, ClusteringRequest } from '../../ports/clusterer.ts';
import { native, serve } from '../onnx/serve.ts';
import { openKernels } from './kernels.ts';

/** An update that lowers the inertia by less than this share changes no cluster that a reader would notice. */
const TOLERANCE = 1e-4;

const opening = openKernels(native);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.

serve(async (request: ClusteringRequest) => {
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
