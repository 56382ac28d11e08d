/** One clustering of the window: k-means from where clusters were, then local moves, so that k follows the data. */
import { consolidate, type Draft } from './consolidate.ts';
import { cutInTwo } from './cut.ts';
import { type KMeansOptions, type KMeansResult, type Rows, sphericalKMeans } from './kmeans.ts';

export type Moves = {
  /** Members a cluster is to have, about, so the points decide how many clusters are aimed at. One with half as many more is cut in two, where it holds two things. */
  readonly membersPerCluster: number;
  /** Fewer members than this are no cluster. */
  readonly smallest: number;
  /** So many are aimed at, however few points there are. */
  readonly minClusters: number;
  readonly maxClusters: number;
  /** Centroids closer than this become one, where that is not too large. */
  readonly mergeSimilarity: number;
};

/** Closer than this is one thing, however large: one wording, over and over. */
const SAME = 0.97;
/** What is cut must lie so much further apart than what is merged, or the two moves would undo each other. */
const APART = 0.02;
/** A cluster of so many times the members aimed at is looked at for a cut: its halves then have no less than two thirds of the aim. */
const LARGE = 1.5;
/** Halves of what is cut because there are fewer clusters than aimed at have no less than this share of the members aimed at: what cannot be cut elsewhere is no reason for crumbs. */
const LEAST = 0.5;
/** So many times the clusters aimed at are too many: those that are small become one with the nearest. Fewer follow the data, which may have many small topics. */
const SURPLUS = 1.5;
/** Each round halves what is too large, and how many are too small. */
const ROUNDS = 5;
/** Where more are too small than this share of all, they do not go at once: those that are left would find room for what was in the others. */
const STARVED = 0.25;
/** Updates between moves: enough to see what is to be moved next. */
const SETTLING = 3;
/** Updates after the last of them: what the moves have left is then as k-means itself would leave it, to a percent. */
const SETTLED = 10;

/**
 * Spherical k-means from `initial` (or at random), then: clusters that are large and hold two things are cut, again and again, and where there
 * are fewer than aimed at those whose members are furthest off, all together (what a fresh k-means would spend its centroids on, and a warm start never would); twins
 * become one; where there are far more than aimed at, as of a window that has shrunk, or as settings have changed, the nearest of those that are small do;
 * small ones go, the smallest first where there are many; all settle. Clusters that none of this concerns stay where they are, so their ids do. Deterministic.
 */
export async function recluster(options: KMeansOptions, moves: Moves): Promise<KMeansResult> {
  let result = await sphericalKMeans(options);
  let moved = false;
  const settle = (centroids: Rows, iterations: number): Promise<KMeansResult> =>
    sphericalKMeans({ ...options, initial: centroids, k: centroids.rows, iterations });
  for (let round = 0; round < ROUNDS; round++) {
    const cut = cutFurther(options, result, moves);
    if (cut === null) break;
    result = await settle(cut, SETTLING);
    moved = true;
  }
  for (let round = 0; round < ROUNDS; round++) {
    const fed = withoutSmallest(draftsOf(result), moves.smallest);
    if (fed === null) break;
    result = await settle(fed, SETTLING);
    moved = true;
  }
  const drafts = draftsOf(result);
  const twinless = consolidate(
    drafts,
    {
      similarity: moves.mergeSimilarity,
      most: LARGE * moves.membersPerCluster,
      same: Math.max(SAME, moves.mergeSimilarity),
    },
    moves.smallest,
  );
  const aim = aimOf(groupsOf(result, weightsOf(options)), options.points.rows, moves);
  // No larger than aimed at together: what is cut for being large would else be put together again.
  const small = { similarity: -1, most: moves.membersPerCluster, same: 1 };
  const most = Math.ceil(SURPLUS * aim);
  const kept = twinless.length > most ? consolidate(twinless, small, 0, most) : twinless;
  if (kept.length === 0 || (kept.length === drafts.length && !moved)) return result;
  const centroids = kept.map(({ centroid }) => centroid);
  return settle(rowsOf(centroids, options.points.dimension), SETTLED);
}

/** Centroids with those of clusters that are large, or of the most scattered while there are fewer than aimed at, in two; null: none is to be cut. */
function cutFurther({ points, weights }: KMeansOptions, result: KMeansResult, moves: Moves): Rows | null {
  const { centroids } = result;
  const weightOf = weightsOf({ weights });
  const made: Float32Array[] = Array.from({ length: centroids.rows }, (_, row) => rowOf(centroids, row));
  /** Those that stay whole. */
  const cutThose = (groups: readonly Group[], most: number, halves: Halves): Group[] =>
    groups.filter(({ row, members }) => {
      if (made.length >= most) return true;
      const cut = cutInTwo(points, members, weightOf);
      if (cut === null || cut.similarity > halves.similarity - APART) return true;
      if (Math.min(...cut.members) < halves.fewest) return true;
      [made[row]] = cut.centroids;
      made.push(cut.centroids[1]);
      return false;
    });
  const { membersPerCluster, smallest, maxClusters, mergeSimilarity } = moves;
  const widest = groupsOf(result, weightOf).sort((a, b) => b.scatter - a.scatter);
  const isLarge = ({ members }: Group): boolean => members.length > LARGE * membersPerCluster;
  const similarity = Math.max(SAME, mergeSimilarity);
  const whole = cutThose(widest.filter(isLarge), maxClusters, { similarity, fewest: smallest });
  const aim = aimOf(whole, points.rows, moves);
  const fewest = Math.max(smallest, LEAST * Math.min(membersPerCluster, points.rows / aim));
  const divisible = widest.filter((group) => !isLarge(group) && group.members.length >= 2 * fewest);
  cutThose(divisible, aim, { similarity: mergeSimilarity, fewest });
  return made.length === centroids.rows ? null : rowsOf(made, centroids.dimension);
}

/**
 * How many clusters are aimed at. A flood of one wording is one, and no reason to cut what is beside it.
 * @param whole those that are not cut
 */
function aimOf(whole: readonly Group[], points: number, moves: Moves): number {
  const { membersPerCluster, minClusters, maxClusters } = moves;
  const floods = whole.filter(
    ({ members, scatter, weight }) =>
      members.length > LARGE * membersPerCluster && scatter <= (1 - SAME) * weight,
  );
  const rest = points - floods.reduce((sum, { members }) => sum + members.length, 0);
  const aim = floods.length + Math.round(rest / membersPerCluster);
  return Math.min(maxClusters, Math.max(minClusters, aim));
}

function weightsOf({ weights }: Pick<KMeansOptions, 'weights'>): (row: number) => number {
  return (row) => weights?.[row] ?? 1;
}

/** What the halves of a cut must be. */
type Halves = {
  /** Closer than this they would be merged again. */
  readonly similarity: number;
  /** Members of the smaller one. */
  readonly fewest: number;
};

/** A cluster while it may be cut. */
type Group = {
  readonly row: number;
  readonly members: number[];
  /** What they stand for, all together. */
  weight: number;
  /** By how much they are off the centroid (1 − cosine), all together. */
  scatter: number;
};

function groupsOf(
  { centroids, assignment, similarity }: KMeansResult,
  weightOf: (row: number) => number,
): Group[] {
  const groups: Group[] = Array.from({ length: centroids.rows }, (_, row) => ({
    row,
    members: [],
    weight: 0,
    scatter: 0,
  }));
  for (let i = 0; i < assignment.length; i++) {
    const group = groups[assignment[i] ?? 0];
    if (group === undefined) continue;
    group.members.push(i);
    group.weight += weightOf(i);
    group.scatter += weightOf(i) * (1 - (similarity[i] ?? 0));
  }
  return groups;
}

/** Centroids but for the smaller half of those that are too small; null: there are not so many. */
function withoutSmallest(drafts: readonly Draft[], smallest: number): Rows | null {
  const small = drafts.filter(({ members }) => members < smallest).sort((a, b) => a.members - b.members);
  if (small.length <= STARVED * drafts.length) return null;
  const gone = new Set(small.slice(0, Math.ceil(small.length / 2)));
  const left = drafts.filter((draft) => !gone.has(draft)).map(({ centroid }) => centroid);
  return left.length === 0 ? null : rowsOf(left, drafts[0]?.centroid.length ?? 0);
}

function draftsOf({ centroids, assignment }: KMeansResult): Draft[] {
  const counts = new Int32Array(centroids.rows);
  for (const row of assignment) counts[row] = (counts[row] ?? 0) + 1;
  return Array.from(counts, (members, row) => ({ centroid: rowOf(centroids, row), members }));
}

function rowOf({ data, dimension }: Rows, row: number): Float32Array {
  return data.slice(row * dimension, (row + 1) * dimension);
}

function rowsOf(centroids: readonly Float32Array[], dimension: number): Rows {
  const data = new Float32Array(centroids.length * dimension);
  for (const [row, centroid] of centroids.entries()) data.set(centroid, row * dimension);
  return { data, rows: centroids.length, dimension };
}
