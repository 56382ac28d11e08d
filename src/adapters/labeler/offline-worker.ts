/** Runs in a worker thread. */
import { stayInBackground } from '../thread/background.ts';
import { serve } from '../thread/serve.ts';
import type { OfflineAnswer, OfflineRequest } from './offline.ts';
import { deduplicateOf, placesOf, proposeOf } from './offline-headings.ts';
import { labelOf, nestOf } from './offline-labels.ts';

stayInBackground();
serve<OfflineRequest, OfflineAnswer>(async (request) => ({ answer: answerTo(request), transfer: [] }));

function answerTo(request: OfflineRequest): OfflineAnswer {
  switch (request.ask) {
    case 'label':
      return { to: 'label', label: labelOf(request) };
    case 'nest':
      return { to: 'nest', label: nestOf(request) };
    case 'propose':
      return { to: 'headings', headings: proposeOf(request) };
    case 'deduplicate':
      return { to: 'headings', headings: deduplicateOf(request) };
    case 'assign':
      return { to: 'assign', places: placesOf(request) };
  }
}
