import type { Arrival, Generations } from '../generations.ts';

/** Full generations held, with the patches between: as far as rows may lag behind the clusters. */
const FULLS_HELD = 3;

/** The generations of a space as they arrive, for as long as rows may need them. */
export function keepArrivals(
  generations: Generations,
  space: string,
  gone?: AbortSignal,
): readonly Arrival[] {
  // Of a space that is taken up again while we run: its history has been told, and nobody listened.
  const known = generations.current(space);
  const arrivals: Arrival[] = known === null ? [] : [{ generation: known, backcast: [] }];
  generations.onArrival((arrival) => {
    if (arrival.generation.manifest.space !== space) return;
    arrivals.push(arrival);
    // Rows may lag behind the generations: each still needs its own. Older ones nobody will ask for.
    const fulls = arrivals.filter(({ generation }) => generation.manifest.type === 'full');
    const oldest = fulls.at(-FULLS_HELD);
    if (oldest !== undefined) arrivals.splice(0, arrivals.indexOf(oldest));
  }, gone);
  return arrivals;
}
