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
  /** Sum of the similarities of members. */
  #nearness = 0;
  #fresh: Between = { members: 0, ambiguous: 0 };
  #later: Between = { members: 0, ambiguous: 0 };

  count({ cluster, similarity, margin, panel }: Pick<Sample, 'cluster' | 'similarity' | 'margin' | 'panel'>) {
    if (!panel) return;
    if (cluster === null) {
      this.#outliers++;
      return;
    }
    this.#members++;
    this.#nearness += similarity;
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

  /** By how much they lie further from their clusters, in mean similarity, than the members these were made of. */
  similarityDrop(generation: Generation | null): number {
    const clusters = generation?.clusters ?? [];
    const members = clusters.reduce((sum, { conversations }) => sum + conversations, 0);
    if (members === 0 || this.#members === 0) return 0;
    const made = clusters.reduce((sum, one) => sum + one.mean_similarity * one.conversations, 0) / members;
    return made - this.#nearness / this.#members;
  }

  /** By how much the share of members that lie between two clusters has risen since these were fresh; 0 until as many came since. */
  get ambiguityRise(): number {
    const { members, ambiguous } = this.#later;
    return members < FRESH ? 0 : ambiguous / members - this.#fresh.ambiguous / this.#fresh.members;
  }
}
