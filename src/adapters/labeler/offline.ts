import { CliowatchError } from '../../domain/errors.ts';
import type { Label } from '../../domain/generation.ts';
import type {
  AssignRequest,
  DeduplicateRequest,
  Heading,
  Labeler,
  LabelRequest,
  NestRequest,
  ProposeRequest,
} from '../../ports/labeler.ts';
import { createThread, workerScript } from '../thread/thread.ts';

export type OfflineRequest =
  | ({ readonly ask: 'label' } & LabelRequest)
  | ({ readonly ask: 'nest' } & NestRequest)
  | ({ readonly ask: 'propose' } & ProposeRequest)
  | ({ readonly ask: 'deduplicate' } & DeduplicateRequest)
  | ({ readonly ask: 'assign' } & AssignRequest);

export type OfflineAnswer =
  | { readonly to: 'label'; readonly label: Label | null }
  | { readonly to: 'nest'; readonly label: Label }
  | { readonly to: 'headings'; readonly headings: Heading[] }
  | { readonly to: 'assign'; readonly places: number[] };

/** Agglomeration takes a second for so many, and the cube of the number for more. */
const NEIGHBOURHOOD = 1_000;

/** Names without a network, made in a worker thread: a rebuild names hundreds of clusters while conversations flow. */
export function createOfflineLabeler(): Labeler {
  const thread = createThread<OfflineRequest, OfflineAnswer>(
    workerScript(import.meta.url, './offline-worker'),
    null,
  );
  async function ask<To extends OfflineAnswer['to']>(
    to: To,
    request: OfflineRequest,
  ): Promise<Extract<OfflineAnswer, { to: To }>> {
    const answer = await thread.call(request);
    if (isTo(answer, to)) return answer;
    throw new CliowatchError('worker-failed', 'the labeler answered another question', { retry: true });
  }
  return {
    kind: 'offline',
    neighbourhood: NEIGHBOURHOOD,
    prompts: {},
    label: async (request) => (await ask('label', { ask: 'label', ...request })).label,
    propose: async (request) => (await ask('headings', { ask: 'propose', ...request })).headings,
    deduplicate: async (request) => (await ask('headings', { ask: 'deduplicate', ...request })).headings,
    assign: async (request) => (await ask('assign', { ask: 'assign', ...request })).places,
    nest: async (request) => (await ask('nest', { ask: 'nest', ...request })).label,
    stop: () => thread.stop(),
  };
}

function isTo<To extends OfflineAnswer['to']>(
  answer: OfflineAnswer,
  to: To,
): answer is Extract<OfflineAnswer, { to: To }> {
  return answer.to === to;
}
