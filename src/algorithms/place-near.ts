import { hashUnit } from './hash.ts';

/** How many neighbours draw a new point towards them: enough for a place between two groups, too few for the middle of all. */
const NEIGHBOURS = 5;
/** Of the distance between the neighbours and their mean, so that points with the same neighbours do not coincide. */
const OFFSET = 0.05;
/** The least offset, in units of the layout: neighbours may coincide too. */
const LEAST_OFFSET = 0.01;

export type Neighbour = { readonly similarity: number; readonly x: number; readonly y: number };

/**
 * A place on a map for one that is not laid out yet: the mean of its nearest neighbours, weighted by similarity, and a
 * small offset that its id decides. No neighbours: near the origin. O(neighbours · log).
 */
export function placeNear(id: string, neighbours: readonly Neighbour[]): { x: number; y: number } {
  const near = neighbours.toSorted((a, b) => b.similarity - a.similarity).slice(0, NEIGHBOURS);
  // The fifth draws least: above what is similar to everything the differences are small, and it is them that tell.
  const floor = Math.min(...near.map(({ similarity }) => similarity)) - 0.05;
  let [weight, x, y] = [0, 0, 0];
  for (const { similarity, ...place } of near) {
    const w = similarity - floor;
    weight += w;
    x += w * place.x;
    y += w * place.y;
  }
  if (weight > 0) [x, y] = [x / weight, y / weight];
  let spread = 0;
  for (const place of near) spread += Math.hypot(place.x - x, place.y - y) / near.length;
  const angle = hashUnit(id) * 2 * Math.PI;
  const away = Math.max(LEAST_OFFSET, OFFSET * spread);
  return { x: x + away * Math.cos(angle), y: y + away * Math.sin(angle) };
}
