import { drawIndices } from './random.ts';

/** The contrast is drawn from so many of the nearest: enough to vary from one naming to the next. */
const NEAREST = 100;
/** Members of each neighbour that are compared: some milliseconds a cluster for three. Of more, a draw. */
const COMPARED = 1_000;

/**
 * Rows to set a cluster apart from, for who reads or for who counts. A reader sees the difference to what lies nearest (Clio G.5). Terms that are
 * counted must not be held against that alone: what neighbours share, such as the card of a bank, would be in none of their names.
 */
export function nonMembers(
  neighbours: readonly (readonly number[])[],
  near: (row: number) => number,
  labeler: 'claude' | 'offline',
  random: () => number,
): readonly number[] {
  return labeler === 'claude' ? nearestNonMembers(neighbours, near, random) : neighbours.flat();
}

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
