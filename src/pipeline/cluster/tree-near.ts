import { nearestRow } from '../../algorithms/neighbourhoods.ts';
import { giveWay } from '../turns.ts';

/** Vectors looked up at one go: against a thousand, a millisecond or two. */
const PIECE = 10;

/** Row of the most similar of `among` for each vector, -1 where there is none; conversations flow meanwhile. */
export async function nearestRows(
  among: readonly Float32Array[],
  vectors: readonly Float32Array[],
): Promise<number[]> {
  const rows: number[] = [];
  for (const [i, vector] of vectors.entries()) {
    if (i % PIECE === PIECE - 1) await giveWay();
    rows.push(nearestRow(among, vector));
  }
  return rows;
}
