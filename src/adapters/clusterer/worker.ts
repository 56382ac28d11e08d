import { sphericalKMeans } from '../../algorithms/kmeans.ts';
import { seededRandom } from '../../algorithms/random.ts';
import { recluster } from '../../algorithms/recluster.ts';
import type { Clustering, ClusteringRequest } from '../../ports/clusterer.ts';
import { stayInBackground } from '../thread/background.ts';
import { native, serve } from '../thread/serve.ts';
import { openKernels } from './kernels.ts';

/** An update that lowers the inertia by less than this share changes no cluster that a reader would notice. */
const TOLERANCE = 1e-4;
stayInBackground();
const opening = openKernels(native);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.

serve(async (request: ClusteringRequest) => {
  const kernels = await opening;
  const steps = kernels.steps(request.points);
  const { points, weights = null, initial, k, iterations, moves } = request;
  const random = seededRandom(request.seed);
  const options = { points, weights, initial, k, iterations, ...steps, tolerance: TOLERANCE, random };
  const result = moves === undefined ? await sphericalKMeans(options) : await recluster(options, moves);
  const { centroids, assignment, similarity, inertia } = result;
  const answer: Clustering = { centroids, assignment, similarity, inertia, iterations: result.iterations };
  const buffers = [centroids.data.buffer, assignment.buffer, similarity.buffer];
  return { answer, transfer: buffers.filter((buffer) => buffer instanceof ArrayBuffer) };
});
