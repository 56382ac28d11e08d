/** How far samples since the last rebuild have gone from what its clusters were made of. */

import { isAmbiguous } from '../../domain/assignment.ts';
import type { Generation } from '../../domain/generation.ts';
import type { Sample } from '../../domain/point.ts';

/** Members after which it is known how many of them lie between two clusters while these are fresh: the first, or after a restart the first that are read again. */
const FRESH = 500;

type Between = { members: number; ambiguous: number };

/**
 * Of those in the sample by account alone: outliers are sent beyond it, so that many stand beside few members once the sample is a small part of
 * all. O(1) a sample.
 */
export class Drift {
  #outliers = 0;
  #members = 0;
  /** By cluster: members, and the sum of their similarities. */
  readonly #near = new Map<string, { members: number; similarity: number }>();
  #fresh: Between = { members: 0, ambiguous: 0 };
  #later: Between = { members: 0, ambiguous: 0 };

  count({ cluster, similarity, margin, panel }: Pick<Sample, 'cluster' | 'similarity' | 'margin' | 'panel'>) {
    if (!panel) return;
    if (cluster === null) {
      this.#outliers++;
      return;
    }
    this.#members++;
    const near = this.#near.get(cluster) ?? { members: 0, similarity: 0 };
    near.members++;
    near.similarity += similarity;
    this.#near.set(cluster, near);
    if (margin === undefined) return;
    const between = this.#fresh.members < FRESH ? this.#fresh : this.#later;
    between.members++;
    if (isAmbiguous(margin)) between.ambiguous++;
  }

  /** Samples that were counted. */
  get since(): number {
    return this.#outliers + this.#members;
  }

  /** Share of outliers. */
  get outlierRate(): number {
    return this.#outliers / Math.max(1, this.since);
  }

  /**
   * By how much they lie further from their clusters, in mean similarity, than the members these were made of. Each is compared with those of its own
   * cluster: a flood of one wording that begins or ends would else move the mean of all, or hide that the others have moved. O(clusters).
   */
  similarityDrop(generation: Generation | null): number {
    let [members, drop] = [0, 0];
    for (const { id, mean_similarity } of generation?.clusters ?? []) {
      const near = this.#near.get(id);
      if (near === undefined) continue;
      members += near.members;
      drop += near.members * mean_similarity - near.similarity;
    }
    return members === 0 ? 0 : drop / members;
  }

  /** By how much the share of members that lie between two clusters has risen since these were fresh; 0 until as many came since. */
  get ambiguityRise(): number {
    const { members, ambiguous } = this.#later;
    return members < FRESH ? 0 : ambiguous / members - this.#fresh.ambiguous / this.#fresh.members;
  }
}
