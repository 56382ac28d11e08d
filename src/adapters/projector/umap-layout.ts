import { PCA } from 'ml-pca';
import { UMAP } from 'umap-js';
import { placeNear } from '../../algorithms/place-near.ts';
import { align, moved } from '../../algorithms/procrustes.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import type { Place, ProjectionRequest } from '../../ports/projector.ts';

/** As in the paper (Clio G.6), with cosine for the distance. */
const NEIGHBOURS = 15;
const MIN_DISTANCE = 0;
/** Fewer rows have no neighbourhoods to speak of. */
const FEWEST = 4;
/**
 * Later layouts: shorter and gentler, so that old places hold and only what changed moves. As many neighbours are kept, also
 * after many generations (`test/evaluation/map.ts`).
 */
const GENTLE = { learningRate: 0.1, nEpochs: 100 };
/** With fewer rows in the last layout than this there is little to keep, and much to find a place for. */
const MOSTLY = 0.5;
/** Width of the first layout's start, in units of UMAP: as in McInnes's own implementation. */
const START_SPREAD = 10;

/**
 * A layout of unit vectors by UMAP (McInnes, Healy and Melville 2018) with exact neighbours. The first starts from the
 * two main components (Kobak and Linderman 2021: the start decides where groups lie), later ones from the last layout.
 * O(rows² · dimension) for the neighbours, and 500 rounds, later 100, of O(rows · neighbours). Runs in the worker of `umap.ts`.
 */
export function layoutOf({ ids, points, last, seed }: ProjectionRequest): Place[] {
  const similarity = similaritiesOf(points);
  const start = startOf(ids, points, last, similarity);
  if (ids.length < FEWEST) return start;
  const gently = ids.filter((id) => last.has(id)).length >= MOSTLY * ids.length;
  const laid = optimised(similarity, start, seed, gently);
  const kept = ids.flatMap((id, i) => {
    const [from, to] = [laid[i], last.get(id)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  // Lengths are kept: they are those of UMAP's own curve, and a scale fitted to a noisy copy is always a little too small,
  // so that after many generations the map would have shrunk to a point.
  const alignment = align(
    kept.map(({ from }) => from),
    kept.map(({ to }) => to),
    'rigid',
  );
  return kept.length === 0 ? laid : laid.map((place) => moved(place, alignment));
}

function onCircle(i: number, count: number): Place {
  if (count === 1) return { x: 0, y: 0 };
  const angle = (2 * Math.PI * i) / count;
  return { x: Math.cos(angle), y: Math.sin(angle) };
}

/** Row by row the similarity to every row. */
function similaritiesOf({ data, rows, dimension }: Matrix): Float32Array[] {
  const all = Array.from({ length: rows }, () => new Float32Array(rows));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let d = 0; d < dimension; d++)
        sum += (data[i * dimension + d] ?? 0) * (data[j * dimension + d] ?? 0);
      const [a, b] = [all[i], all[j]];
      if (a !== undefined && b !== undefined) a[j] = b[i] = sum;
    }
  }
  return all;
}

function startOf(
  ids: readonly string[],
  points: Matrix,
  last: ReadonlyMap<string, Place>,
  similarity: readonly Float32Array[],
): Place[] {
  const placed = ids.flatMap((id, i) => {
    const place = last.get(id);
    return place === undefined ? [] : [{ i, place }];
  });
  if (placed.length === 0 && ids.length < FEWEST) return ids.map((_, i) => onCircle(i, ids.length));
  if (placed.length === 0) return principal(ids, points);
  return ids.map((id, row) => {
    const neighbours = placed.map(({ i, place }) => ({ similarity: similarity[row]?.[i] ?? 0, ...place }));
    return last.get(id) ?? placeNear(id, neighbours);
  });
}

/** The two main components, scaled to the start's spread; what coincides is set apart a little. */
function principal(ids: readonly string[], { data, rows, dimension }: Matrix): Place[] {
  const table = Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * dimension, (i + 1) * dimension)),
  );
  const components = new PCA(table).predict(table, { nComponents: Math.min(2, dimension) });
  const [xs, ys] = [0, 1].map((c) => (c < components.columns ? components.getColumn(c) : []));
  const widest = Math.max(1e-6, ...components.to1DArray().map(Math.abs));
  return ids.map((id, i) => {
    const [x, y] = [xs?.[i] ?? 0, ys?.[i] ?? 0];
    return placeNear(id, [{ similarity: 1, x: (START_SPREAD * x) / widest, y: (START_SPREAD * y) / widest }]);
  });
}

function optimised(
  similarity: readonly Float32Array[],
  start: readonly Place[],
  seed: number,
  gently: boolean,
): Place[] {
  const rows = start.length;
  const nNeighbors = Math.min(NEIGHBOURS, rows - 1);
  const umap = new UMAP({
    nNeighbors,
    minDist: MIN_DISTANCE,
    random: seededRandom(seed),
    ...(gently ? GENTLE : {}),
  });
  const nearest = similarity.map((row, i) => nearestOf(row, i, nNeighbors));
  umap.setPrecomputedKNN(
    nearest,
    nearest.map((near, i) => near.map((j) => (i === j ? 0 : Math.max(0, 1 - (similarity[i]?.[j] ?? 0))))),
  );
  // With neighbours given it asks of the vectors only how many they are.
  const rounds = umap.initializeFit(start.map(() => []));
  const embedding = umap.getEmbedding();
  for (const [i, place] of start.entries()) {
    // In place: it is the array that the rounds move.
    const row = embedding[i];
    if (row !== undefined) [row[0], row[1]] = [place.x, place.y];
  }
  for (let round = 0; round < rounds; round++) umap.step();
  return start.map((before, i) => {
    const [x = Number.NaN, y = Number.NaN] = embedding[i] ?? [];
    return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : before;
  });
}

/** Itself first, as UMAP counts it among its neighbours, then the most similar; of equals the one that comes first. */
function nearestOf(row: Float32Array, self: number, count: number): number[] {
  const others = Array.from(row.keys()).filter((j) => j !== self);
  others.sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
  return [self, ...others.slice(0, count - 1)];
}
