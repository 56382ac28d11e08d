/** Runs in a worker thread. */
import type { Place, ProjectionRequest } from '../../ports/projector.ts';
import { stayInBackground } from '../thread/background.ts';
import { serve } from '../thread/serve.ts';
import { layoutOf } from './umap-layout.ts';

stayInBackground();
serve<ProjectionRequest, Place[]>(async (request) => ({ answer: layoutOf(request), transfer: [] }));
