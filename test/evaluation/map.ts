/**
 * What a layout costs, and how well the map keeps its places: made-up centroids that drift from generation to generation.
 * Run: node test/evaluation/map.ts [clusters] [generations]
 */
import { createUmapProjector } from '../../src/adapters/projector/umap.ts';
import { align, moved } from '../../src/algorithms/procrustes.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';
import type { Place } from '../../src/ports/projector.ts';

const CLUSTERS = Number(process.argv[2] ?? 1_000);
const GENERATIONS = Number(process.argv[3] ?? 8);
const DIMENSION = 384;
const GROUPS = 30;
/** Of the clusters, from one generation to the next. */
const REPLACED = 0.05;
/** Length of a centroid's drift, of its own. */
const DRIFT = 0.15;
/** For one cluster in so many the neighbours are compared. */
const EVERY = 5;
const NEAREST = 10;

type Cluster = { readonly id: string; readonly vector: Float32Array };

const random = seededRandom(9);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const drawn = (length: number): number[] =>
  Array.from({ length: DIMENSION }, () => (length * normal()) / Math.sqrt(DIMENSION));
const sum = (a: ArrayLike<number>, b: readonly number[]): Float32Array =>
  toUnit(b.map((x, d) => x + (a[d] ?? 0)));

function generations(): Cluster[][] {
  const common = drawn(0.6);
  const groups = Array.from({ length: GROUPS }, () => sum(common, drawn(0.8)));
  let born = 0;
  const fresh = (): Cluster => {
    const group = groups[Math.floor(random() * GROUPS)] ?? new Float32Array(DIMENSION);
    return { id: `c${born++}`, vector: sum(group, drawn(0.7)) };
  };
  const all: Cluster[][] = [Array.from({ length: CLUSTERS }, fresh)];
  while (all.length < GENERATIONS) {
    const last = all.at(-1) ?? [];
    all.push(
      last.map(({ id, vector }) =>
        random() < REPLACED ? fresh() : { id, vector: sum(vector, drawn(DRIFT)) },
      ),
    );
  }
  return all;
}

const apart = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);
const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/** Root mean square distance from the middle. */
function spreadOf(places: readonly Place[]): number {
  const middle = { x: mean(places.map(({ x }) => x)), y: mean(places.map(({ y }) => y)) };
  return Math.sqrt(mean(places.map((place) => apart(place, middle) ** 2)));
}

/** Of the nearest by cosine the share that is among the nearest on the map. */
function neighboursKept(clusters: readonly Cluster[], places: readonly Place[]): number {
  const nearest = (i: number, cost: (j: number) => number): number[] =>
    Array.from(clusters.keys())
      .filter((j) => j !== i)
      .map((j) => ({ j, cost: cost(j) }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, NEAREST)
      .map(({ j }) => j);
  const shares: number[] = [];
  for (let i = 0; i < clusters.length; i += EVERY) {
    const [own, here] = [clusters[i], places[i]];
    if (own === undefined || here === undefined) continue;
    const near = nearest(i, (j) => -dot(own.vector, clusters[j]?.vector ?? own.vector));
    const seen = new Set(nearest(i, (j) => apart(here, places[j] ?? here)));
    shares.push(near.filter((j) => seen.has(j)).length / NEAREST);
  }
  return mean(shares);
}

const projector = createUmapProjector();

/** @param way `anew`: without the last layout; `aligned`: the same, and laid over the last; `kept`: as the program does */
async function measure(all: readonly Cluster[][], way: 'anew' | 'aligned' | 'kept') {
  let last = new Map<string, Place>();
  const found = { first: 0, later: [] as number[], displaced: [] as number[], neighbours: 0, spread: 0 };
  for (const [number, clusters] of all.entries()) {
    const ids = clusters.map(({ id }) => id);
    const data = new Float32Array(clusters.flatMap(({ vector }) => [...vector]));
    const points = { data, rows: ids.length, dimension: DIMENSION };
    const started = performance.now();
    const kept = way === 'kept' ? last : new Map<string, Place>();
    let places = await projector.project({ ids, points, last: kept, seed: 1 + number });
    if (number === 0) found.first = performance.now() - started;
    else found.later.push(performance.now() - started);
    const shared = ids.flatMap((id, i) => {
      const [to, from] = [last.get(id), places[i]];
      return to === undefined || from === undefined ? [] : [{ id, from, to }];
    });
    if (way === 'aligned' && shared.length > 0) {
      const from = shared.map((pair) => pair.from);
      const alignment = align(
        from,
        shared.map(({ to }) => to),
        'similarity',
      );
      places = places.map((place) => moved(place, alignment));
    }
    const now = new Map(ids.flatMap((id, i) => [[id, places[i] ?? { x: 0, y: 0 }] as const]));
    found.spread = spreadOf(places);
    if (number > 0) {
      const moves = shared.map(({ id, to }) => apart(now.get(id) ?? to, to));
      found.displaced.push(mean(moves) / spreadOf(shared.map(({ to }) => to)));
    }
    found.neighbours = neighboursKept(clusters, places);
    last = now;
  }
  return found;
}

const all = generations();
console.log(
  `${CLUSTERS} clusters of ${DIMENSION} numbers in ${GROUPS} groups, ${GENERATIONS} generations; from one to the next ${100 * REPLACED}% are others and the rest drift by ${DRIFT} of their length. Displacement is the mean over shared clusters, of the map's spread (RMS from its middle); neighbours kept are of the ${NEAREST} nearest, in the last generation.\n`,
);
console.log('| layout | first, s | later, s | displacement | neighbours kept | spread at the end |');
console.log('|---|---|---|---|---|---|');
const NAMES = {
  anew: 'made anew',
  aligned: 'made anew, then aligned',
  kept: 'from the last, as the program does',
};
for (const way of ['anew', 'aligned', 'kept'] as const) {
  const { first, later, displaced, neighbours, spread } = await measure(all, way);
  console.log(
    `| ${NAMES[way]} | ${(first / 1_000).toFixed(1)} | ${(mean(later) / 1_000).toFixed(1)} | ${mean(displaced).toFixed(3)} | ${Math.round(100 * neighbours)}% | ${spread.toFixed(1)} |`,
  );
}
await projector.stop();
