import { CliowatchError } from '../../domain/errors.ts';
import type { Label } from '../../domain/generation.ts';
import type { Labeler, LabelRequest, NestRequest } from '../../ports/labeler.ts';
import { createThread, workerScript } from '../thread/thread.ts';

export type OfflineRequest =
  | ({ readonly ask: 'label' } & LabelRequest)
  | ({ readonly ask: 'nest' } & NestRequest);

/** Names without a network, made in a worker thread: a rebuild names hundreds of clusters while conversations flow. */
export function createOfflineLabeler(): Labeler {
  const thread = createThread<OfflineRequest, Label | null>(
    workerScript(import.meta.url, './offline-worker'),
    null,
  );
  return {
    kind: 'offline',
    label: (request) => thread.call({ ask: 'label', ...request }),
    async nest(request) {
      const label = await thread.call({ ask: 'nest', ...request });
      if (label === null) throw new CliowatchError('worker-failed', 'a parent got no name', { retry: true });
      return label;
    },
    stop: () => thread.stop(),
  };
}
