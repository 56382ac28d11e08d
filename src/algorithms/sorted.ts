import { Slice } from './give-way.ts';

/** Sorted in one go: about a millisecond. */
const RUN = 2_048;
/** Merged between two looks at the clock. */
const LOOK = 512;

type Compare = (one: number, other: number) => number;

/** Numbers in an order, those that are equal in it as they stood (merge sort). O(n log n), giving way. */
export async function sortedInPieces(numbers: readonly number[], compare: Compare): Promise<number[]> {
  const slice = new Slice();
  let runs: number[][] = [];
  for (let from = 0; from < numbers.length; from += RUN) {
    runs.push(numbers.slice(from, from + RUN).sort(compare));
    if (slice.isOver) await slice.giveWay();
  }
  while (runs.length > 1) {
    const merged: number[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [one = [], other] = [runs[i], runs[i + 1]];
      merged.push(other === undefined ? one : await merge(one, other, compare, slice));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(
  one: readonly number[],
  other: readonly number[],
  compare: Compare,
  slice: Slice,
): Promise<number[]> {
  const both: number[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [first, second] = [one[i], other[j]];
    if (first !== undefined && (second === undefined || compare(first, second) <= 0)) {
      both.push(first);
      i += 1;
    } else if (second !== undefined) {
      both.push(second);
      j += 1;
    } else return both;
    if (both.length % LOOK === 0 && slice.isOver) await slice.giveWay();
  }
}
