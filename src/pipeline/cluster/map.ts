/** Places on the map: of a whole generation by the projector, of a newborn at once, near its neighbours. */
import { placeNear } from '../../algorithms/place-near.ts';
import type { ClusterRecord, Generation } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { Place, Projector } from '../../ports/projector.ts';
import { centroidOf } from '../vectors.ts';

/** Lays a generation out, each cluster near where it was. Goes on beside the caller, who may fail before it is done. */
export function placesOf(
  { projector, rebuild }: { readonly projector: Projector; readonly rebuild: { readonly seed: number } },
  clusters: readonly { readonly id: string; readonly centroid: Float32Array }[],
  previous: Generation | null,
  dimension: number,
): Promise<ReadonlyMap<string, Place>> {
  const data = new Float32Array(clusters.length * dimension);
  for (const [row, { centroid }] of clusters.entries()) data.set(centroid, row * dimension);
  const ids = clusters.map(({ id }) => id);
  const placing = projector
    .project({
      ids,
      points: { data, rows: clusters.length, dimension },
      last: new Map(placedOf(previous).map(({ record, place }) => [record.id, place])),
      seed: rebuild.seed,
    })
    .then((places) => new Map(places.map((place, row) => [ids[row] ?? '', place])));
  // Who awaits it hears of it; when nobody does any more, it must not end the process.
  placing.catch(() => undefined);
  return placing;
}

export function withPlaces(
  records: readonly ClusterRecord[],
  places: ReadonlyMap<string, Place>,
): ClusterRecord[] {
  return records.map((record) => ({ ...record, ...places.get(record.id) }));
}

/** Where a newborn appears: among the clusters most like it. null: the generation has no map yet. */
export function placeOfNewborn(
  previous: Pick<Generation, 'clusters'>,
  id: string,
  centroid: Float32Array,
): Place | null {
  const neighbours = placedOf(previous).map(({ record, place }) => ({
    similarity: dot(centroidOf(record), centroid),
    ...place,
  }));
  return neighbours.length === 0 ? null : placeNear(id, neighbours);
}

export function placeOf({ x, y }: Pick<ClusterRecord, 'x' | 'y'>): Place | null {
  return x === null || y === null ? null : { x, y };
}

function placedOf(
  generation: Pick<Generation, 'clusters'> | null,
): { record: ClusterRecord; place: Place }[] {
  return (generation?.clusters ?? []).flatMap((record) => {
    const place = placeOf(record);
    return place === null ? [] : [{ record, place }];
  });
}
