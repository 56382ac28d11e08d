import type { Place, ProjectionRequest, Projector } from '../../ports/projector.ts';
import { createThread, workerScript } from '../thread/thread.ts';

/** UMAP in one worker thread, started with the first request: seconds for a thousand rows, while conversations flow. */
export function createUmapProjector(): Projector {
  const thread = createThread<ProjectionRequest, Place[]>(
    workerScript(import.meta.url, './umap-worker'),
    null,
  );
  return {
    project: (request) => thread.call(request),
    stop: () => thread.stop(),
  };
}
