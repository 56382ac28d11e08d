/** The baseline that knows no meaning: k-means on weighted words. Sparse, as a text has ten words of ten thousand. */
import { drawIndices, seededRandom } from '../../../src/algorithms/random.ts';
import { tokenize } from '../../../src/algorithms/terms/tokenize.ts';

/** Unit vectors: which words, and how much of each. */
type Sparse = { readonly words: Int32Array; readonly weights: Float64Array };

/** Fewer texts hold a word than this: it joins nothing. */
const LEAST = 2;

/** (1 + ln tf) · ln(N / df), to length 1. Salton and Buckley 1988. O(length of all texts). */
export function tfIdf(texts: readonly string[]): { readonly rows: readonly Sparse[]; readonly size: number } {
  const counted = texts.map((text) => {
    const counts = new Map<string, number>();
    for (const { word } of tokenize(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  });
  const held = new Map<string, number>();
  for (const counts of counted) for (const word of counts.keys()) held.set(word, (held.get(word) ?? 0) + 1);
  const kept = [...held].filter(([, texts]) => texts >= LEAST).map(([word]) => word);
  const index = new Map(kept.map((word, i) => [word, i]));
  const rows = counted.map((counts) => {
    const own = [...counts].flatMap(([word, n]) => {
      const at = index.get(word);
      return at === undefined
        ? []
        : [{ at, weight: (1 + Math.log(n)) * Math.log(texts.length / (held.get(word) ?? 1)) }];
    });
    const length = Math.hypot(...own.map(({ weight }) => weight)) || 1;
    return {
      words: Int32Array.from(own, ({ at }) => at),
      weights: Float64Array.from(own, ({ weight }) => weight / length),
    };
  });
  return { rows, size: index.size };
}

/** Spherical k-means from random rows; an empty cluster stays where it is. O(iterations · words of all texts · k). */
export function clusterSparse(
  { rows, size }: ReturnType<typeof tfIdf>,
  k: number,
  iterations: number,
  seed: number,
): Int32Array {
  // Word by word, all centroids beside each other: a text's few words are then read in few pieces.
  let table = new Float32Array(size * k);
  for (const [c, i] of drawIndices(rows.length, k, seededRandom(seed)).entries()) add(table, k, c, rows[i]);
  const assignment = new Int32Array(rows.length);
  for (let pass = 0; pass <= iterations; pass++) {
    let moved = 0;
    for (const [i, row] of rows.entries()) {
      const best = nearest(row, table, k);
      if (assignment[i] !== best) moved++;
      assignment[i] = best;
    }
    if (pass === iterations || (pass > 0 && moved === 0)) break;
    const sums = new Float32Array(size * k);
    for (const [i, row] of rows.entries()) add(sums, k, assignment[i] ?? 0, row);
    table = scaled(sums, table, k);
  }
  return assignment;
}

function add(table: Float32Array, k: number, c: number, row: Sparse | undefined): void {
  if (row === undefined) return;
  for (let i = 0; i < row.words.length; i++) {
    const at = (row.words[i] ?? 0) * k + c;
    table[at] = (table[at] ?? 0) + (row.weights[i] ?? 0);
  }
}

/** Every centroid to length 1; one without members as it was before. */
function scaled(sums: Float32Array, before: Float32Array, k: number): Float32Array<ArrayBuffer> {
  const squares = new Float64Array(k);
  for (let at = 0; at < sums.length; at++) squares[at % k] = (squares[at % k] ?? 0) + (sums[at] ?? 0) ** 2;
  const lengths = squares.map(Math.sqrt);
  return Float32Array.from(sums, (x, at) => {
    const length = lengths[at % k] ?? 0;
    return length > 0 ? x / length : (before[at] ?? 0);
  });
}

function nearest({ words, weights }: Sparse, table: Float32Array, k: number): number {
  const cosines = new Float32Array(k);
  for (let i = 0; i < words.length; i++) {
    const from = (words[i] ?? 0) * k;
    const weight = weights[i] ?? 0;
    for (let c = 0; c < k; c++) cosines[c] = (cosines[c] ?? 0) + weight * (table[from + c] ?? 0);
  }
  let best = 0;
  for (let c = 1; c < k; c++) if ((cosines[c] ?? 0) > (cosines[best] ?? 0)) best = c;
  return best;
}
