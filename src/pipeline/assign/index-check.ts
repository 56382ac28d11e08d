/** How often an approximate index finds what is truly nearest, watched while it works: a few look-ups are made again, exactly. */
import { giveWay } from '../../algorithms/give-way.ts';
import { decodeVectorInto, dot } from '../../domain/vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { matrixOf } from '../vectors.ts';

type CheckDeps = {
  readonly space: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/** What was asked, and how near the nearest was that the index found. */
type Asked = { readonly vector: string; readonly similarity: number };

/** Real time from one check to the next: a few milliseconds of work every so often, whatever the traffic. */
export const CHECK_MS = 10_000;
/** Look-ups made again at a check: 30 a minute. */
export const CHECKED = 5;
/** Centroids read at one go, well under a millisecond. */
const PIECE = 64;
/** Both sides round: a centroid that is nearer by less than this is as near. */
const AS_NEAR = 1e-5;

export class IndexCheck {
  readonly #deps: CheckDeps;
  #last = Number.NEGATIVE_INFINITY;
  #underWay = false;

  constructor(deps: CheckDeps) {
    this.#deps = deps;
  }

  /** True when the next look-ups may be checked. */
  get isDue(): boolean {
    return !this.#underWay && this.#deps.clock.elapsed() - this.#last >= CHECK_MS;
  }

  /**
   * Compares some of a batch with every centroid, beside whatever goes on, and tells how it came out. Centroids are decoded as they
   * are read, so nothing is kept. O(centroids · dimension) a look-up checked.
   */
  async run(asked: readonly Asked[], centroids: readonly string[], dimension: number): Promise<void> {
    if (asked.length === 0 || centroids.length === 0) return;
    this.#underWay = true;
    this.#last = this.#deps.clock.elapsed();
    try {
      const some = spreadOver(asked, CHECKED);
      const nearest = await nearestOf(some, centroids, dimension);
      const same = some.filter(({ similarity }, i) => similarity >= (nearest[i] ?? 0) - AS_NEAR).length;
      this.#deps.telemetry.indexChecked(this.#deps.space, same, some.length - same);
    } finally {
      this.#underWay = false;
    }
  }
}

/** Similarity of each to its nearest centroid. */
async function nearestOf(
  asked: readonly Asked[],
  centroids: readonly string[],
  dimension: number,
): Promise<number[]> {
  const { data } = matrixOf(
    asked.map(({ vector }) => vector),
    dimension,
  );
  const nearest = asked.map(() => Number.NEGATIVE_INFINITY);
  const centroid = new Float32Array(dimension);
  for (const [row, encoded] of centroids.entries()) {
    if (row % PIECE === 0) await giveWay();
    decodeVectorInto(encoded, centroid);
    for (const i of nearest.keys()) {
      const similarity = dot(centroid, data.subarray(i * dimension, (i + 1) * dimension));
      nearest[i] = Math.max(nearest[i] ?? 0, similarity);
    }
  }
  return nearest;
}

/** At most so many, evenly over all of them. */
function spreadOver<T>(all: readonly T[], atMost: number): T[] {
  const count = Math.min(atMost, all.length);
  return all.filter(
    (_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length),
  );
}
