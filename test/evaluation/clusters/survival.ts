/** What becomes of ids from one rebuild to the next: this project's rebuild against fresh k-means with ids matched afterwards. */
import { munkres } from 'munkres';
import { dot } from '../../../src/domain/vector.ts';
import type { Clusterer, Matrix } from '../../../src/ports/clusterer.ts';
import { ari } from '../reconstruct/scores.ts';

/** Id of each point; null: in no cluster. */
export type Ids = readonly (string | null)[];

export type Survival = {
  /** Share of the points whose cluster's id is still there. */
  readonly alive: number;
  /** Share of the points that are under the same id. */
  readonly same: number;
  /** Share of the clusters whose id is still there. */
  readonly clusters: number;
  readonly ari: number;
};

/** Of points that are in both, those in no cluster before left out. */
export function survivalOf(before: Ids, after: Ids, alive: ReadonlySet<string>): Survival {
  const rows = [...before.keys()].filter((i) => before[i] !== null);
  const old = new Set(rows.map((i) => before[i] ?? ''));
  const share = (of: (row: number) => boolean): number => rows.filter(of).length / Math.max(1, rows.length);
  return {
    alive: share((i) => alive.has(before[i] ?? '')),
    same: share((i) => before[i] === after[i]),
    clusters: [...old].filter((id) => alive.has(id)).length / Math.max(1, old.size),
    ari: ari(
      rows.map((i) => before[i] ?? ''),
      rows.map((i) => after[i] ?? null),
    ),
  };
}

export async function freshKMeans(
  clusterer: Clusterer,
  points: Matrix,
  k: number,
  iterations: number,
  seed: number,
): Promise<{ centroids: Float32Array[]; rows: Int32Array }> {
  const found = await clusterer.cluster({ points, initial: null, k, iterations, seed });
  const { data, dimension } = found.centroids;
  const centroids = Array.from({ length: found.centroids.rows }, (_, row) =>
    data.slice(row * dimension, (row + 1) * dimension),
  );
  return { centroids, rows: found.assignment };
}

/** Each new centroid takes the id of the nearest old one, the closest pair first, when they are that similar. */
export function matchByCosine(
  old: readonly { id: string; centroid: Float32Array }[],
  fresh: readonly Float32Array[],
  least: number,
  newId: () => string,
): string[] {
  const pairs: { row: number; id: string; near: number }[] = [];
  for (const [row, centroid] of fresh.entries()) {
    for (const { id, centroid: other } of old) {
      const near = dot(centroid, other);
      if (near >= least) pairs.push({ row, id, near });
    }
  }
  pairs.sort((a, b) => b.near - a.near);
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  for (const { row, id } of pairs) {
    if (ids.has(row) || taken.has(id)) continue;
    ids.set(row, id);
    taken.add(id);
  }
  return fresh.map((_, row) => ids.get(row) ?? newId());
}

/** One to one, so that the cosines of all pairs together are the greatest: every id finds a heir, near or not. */
export function matchHungarian(
  old: readonly { id: string; centroid: Float32Array }[],
  fresh: readonly Float32Array[],
  newId: () => string,
): string[] {
  const size = Math.max(old.length, fresh.length);
  const cost = Array.from({ length: size }, (_, o) =>
    Array.from({ length: size }, (_, f) => {
      const [a, b] = [old[o]?.centroid, fresh[f]];
      return a === undefined || b === undefined ? 1 : -dot(a, b);
    }),
  );
  const ids = new Map<number, string>();
  for (const [o, f] of munkres(cost)) {
    const id = old[o]?.id;
    if (id !== undefined && f < fresh.length) ids.set(f, id);
  }
  return fresh.map((_, row) => ids.get(row) ?? newId());
}
