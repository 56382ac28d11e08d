import { drawIndices } from './random.ts';

/** The contrast is drawn from so many of the nearest: enough to vary from one naming to the next. */
const NEAREST = 100;
/** Members of each neighbour that are compared: some milliseconds a cluster for three. Of more, a draw. */
const COMPARED = 1_000;

/**
 * Of the members of a cluster's neighbours those nearest to it, nearest first (Clio G.5): drawn from all of them, most would be of the largest
 * neighbour, however far. O(compared · cost of `near`).
 * @param neighbours rows of each
 * @param near similarity of a row to the cluster
 */
export function nearestNonMembers(
  neighbours: readonly (readonly number[])[],
  near: (row: number) => number,
  random: () => number,
): number[] {
  return neighbours
    .flatMap((rows) => drawIndices(rows.length, COMPARED, random).flatMap((i) => rows[i] ?? []))
    .map((row) => ({ row, similarity: near(row) }))
    .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
    .slice(0, NEAREST)
    .map(({ row }) => row);
}
