import { CliowatchError } from '../../domain/errors.ts';
import type { Clusterer, Clustering, ClusteringRequest, Matrix } from '../../ports/clusterer.ts';
import { shared } from '../thread/shared.ts';
import { createThread, workerScript } from '../thread/thread.ts';

/**
 * k-means on onnxruntime in one worker thread, started with the first request. Points in a SharedArrayBuffer are read
 * where they are; others are copied once. Requests wait for each other.
 */
export function createOnnxClusterer(): Clusterer {
  const thread = createThread<ClusteringRequest, Clustering>(workerScript(import.meta.url, './worker'), null);
  return {
    async cluster(request) {
      checkShape('points', request.points);
      if (request.initial !== null) {
        checkShape('initial', request.initial);
        checkDimension(request.initial, request.points);
      }
      return thread.call({ ...request, points: shared(request.points) });
    },
    stop: () => thread.stop(),
  };
}

function checkShape(name: string, { data, rows, dimension }: Matrix): void {
  if (data.length === rows * dimension) return;
  throw new CliowatchError(
    'wrong-shape',
    `${name}: ${rows} rows of ${dimension} do not make ${data.length} numbers`,
    {
      value: data.length,
    },
  );
}

function checkDimension(initial: Matrix, points: Matrix): void {
  if (initial.dimension === points.dimension) return;
  throw new CliowatchError('wrong-dimension', `initial centroids need ${points.dimension} numbers`, {
    value: initial.dimension,
  });
}
