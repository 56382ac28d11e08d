/** What a language model is shown at once when it proposes headings: neighbours, and who is nearest outside (Clio G.7). */
import { dot, toUnit, type UnitVector } from '../domain/vector.ts';

export type Neighbourhood = {
  /** Rows that belong to it. */
  readonly members: readonly number[];
  /** The rows nearest to it that do not, nearest first. */
  readonly outside: readonly number[];
};

/** A neighbourhood may be so many times the size aimed at before it is cut. */
const SLACK = 1.5;

/**
 * Every row in exactly one neighbourhood of at most 1.5 `size`: those that `assignment` puts together, cut evenly where they
 * are more. O(neighbourhoods · rows · dimension).
 */
export function neighbourhoods(
  vectors: readonly Float32Array[],
  assignment: ArrayLike<number>,
  { size, outside }: { readonly size: number; readonly outside: number },
): Neighbourhood[] {
  const groups = new Map<number, number[]>();
  for (const row of vectors.keys()) {
    const group = assignment[row] ?? 0;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [...groups.values()]
    .flatMap((group) => cut(group, size))
    .map((members) => ({ members, outside: nearestOutside(vectors, members, outside) }));
}

function cut(rows: readonly number[], size: number): number[][] {
  const parts = rows.length <= SLACK * size ? 1 : Math.ceil(rows.length / size);
  return Array.from({ length: parts }, (_, i) =>
    rows.slice(Math.floor((i * rows.length) / parts), Math.floor(((i + 1) * rows.length) / parts)),
  );
}

function nearestOutside(
  vectors: readonly Float32Array[],
  members: readonly number[],
  count: number,
): number[] {
  const own = new Set(members);
  const middle = meanOf(members.flatMap((row) => vectors[row] ?? []));
  return [...vectors.entries()]
    .filter(([row]) => !own.has(row))
    .map(([row, vector]) => ({ row, near: dot(vector, middle) }))
    .sort((a, b) => b.near - a.near || a.row - b.row)
    .slice(0, count)
    .map(({ row }) => row);
}

/** The direction that unit vectors have in common, by weight. O(vectors · dimension). */
export function meanOf(vectors: readonly Float32Array[], weights?: readonly number[]): UnitVector {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const [i, vector] of vectors.entries()) {
    const weight = weights?.[i] ?? 1;
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + weight * (vector[d] ?? 0);
  }
  return toUnit(sum);
}

/** Row of the vector most similar to `vector`; -1 without any. O(rows · dimension). */
export function nearestRow(vectors: readonly Float32Array[], vector: Float32Array): number {
  let best = -1;
  let similarity = Number.NEGATIVE_INFINITY;
  for (const [row, other] of vectors.entries()) {
    const near = dot(other, vector);
    if (near > similarity) {
      similarity = near;
      best = row;
    }
  }
  return best;
}
