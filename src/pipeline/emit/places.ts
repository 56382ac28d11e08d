/** Where clusters stand on the map as the aggregate plane may see it. */
import { hashUnit } from '../../algorithms/hash.ts';
import type { ClusterRecord } from '../../domain/generation.ts';

type Place = { readonly x: number; readonly y: number };

/** Width of a group of one, in units of the layout, whose nearest neighbours lie about so far apart. */
const LEAST_WIDTH = 0.5;

/**
 * Places by id. One that is shown stands where it was laid out. What stands beside a cluster says what it is about, so one
 * that is not shown stands anywhere among the shown ones of its group, by its id alone: the group is told of it anyway. In
 * no such group, it has no place. O(clusters).
 */
export function shownPlaces(
  clusters: readonly ClusterRecord[],
  isShown: (record: ClusterRecord) => boolean,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const groups = new Map<string, Place[]>();
  const masked: { id: string; parent: string }[] = [];
  for (const record of clusters) {
    const { id, parent, x, y } = record;
    if (!isShown(record)) {
      if (parent !== null) masked.push({ id, parent });
    } else if (x !== null && y !== null) {
      places.set(id, { x: rounded(x), y: rounded(y) });
      const group = groups.get(parent ?? '') ?? [];
      group.push({ x, y });
      groups.set(parent ?? '', group);
    }
  }
  for (const { id, parent } of masked) {
    const group = groups.get(parent);
    if (group !== undefined) places.set(id, somewhereIn(group, id));
  }
  return places;
}

/** Finer than a page can draw. */
const rounded = (place: number): number => Math.round(place * 1_000) / 1_000;

/** Uniform in the circle around the middle that is as wide as the group is on average. */
function somewhereIn(group: readonly Place[], id: string): Place {
  let [x, y] = [0, 0];
  for (const place of group) {
    x += place.x / group.length;
    y += place.y / group.length;
  }
  let width = 0;
  for (const place of group) width += Math.hypot(place.x - x, place.y - y) / group.length;
  const away = Math.max(LEAST_WIDTH, width) * Math.sqrt(hashUnit(`${id} away`));
  const angle = 2 * Math.PI * hashUnit(id);
  return { x: rounded(x + away * Math.cos(angle)), y: rounded(y + away * Math.sin(angle)) };
}
