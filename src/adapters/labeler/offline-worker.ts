/** Runs in a worker thread. */
import type { Label } from '../../domain/generation.ts';
import { stayInBackground } from '../thread/background.ts';
import { serve } from '../thread/serve.ts';
import type { OfflineRequest } from './offline.ts';
import { labelOf, nestOf } from './offline-labels.ts';

stayInBackground();
serve<OfflineRequest, Label | null>(async (request) => ({
  answer: request.ask === 'label' ? labelOf(request) : nestOf(request),
  transfer: [],
}));
