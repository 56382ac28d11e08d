/** Runs in a worker thread. */
import { serve } from '../thread/serve.ts';
import { offlineFacets, type Said } from './offline-facets.ts';

serve(async (said: readonly Said[]) => ({ answer: said.map(offlineFacets), transfer: [] }));
