import type { Generations } from '../generations.ts';
import type { SpaceDeps } from './space.ts';

/**
 * Says once, when the last generation on the log was made with another embedding model, that a new cluster space begins:
 * vectors of two models are never compared, so no cluster of before goes on.
 */
export function createModelWatch(deps: SpaceDeps & { readonly generations: Generations }): () => void {
  let told = false;
  return function sayWhenChanged() {
    const was = deps.generations.current(deps.space)?.manifest.embedder ?? deps.embedder;
    if (told || was === deps.embedder) return;
    told = true;
    deps.telemetry.note('warn', 'the embedding model has changed: a new cluster space begins', {
      space: deps.space,
      was,
      is: deps.embedder,
    });
  };
}
