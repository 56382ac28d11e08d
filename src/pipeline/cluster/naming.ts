/** When a cluster is named anew, and what it was called before. Pure. */
import type { ClusterRecord, Label } from '../../domain/generation.ts';
import { decodeVector, dot, encodeVector } from '../../domain/vector.ts';
import type { Labeler } from '../../ports/labeler.ts';
import type { Thresholds } from './label.ts';
import { titleOf } from './tree.ts';

/** A cluster that has kept so much of the members it was named from keeps its name: names stay calm, and money is saved. */
const KEEP_NAME_SHARE = 0.6;
/** Fewer of its members than this were there when it was named: it has turned over, and its name must show that it still holds. */
const STILL_THERE_SHARE = 0.5;
/** So many times as large, or as small, it is looked at again. */
const OTHER_SIZE = 2;
const NAMES_KEPT = 10;

export type NameVerdict =
  | { readonly verdict: 'keep'; readonly because: 'little-changed' | 'same-subject' }
  | {
      readonly verdict: 'name';
      readonly because: 'never-named' | 'other-members' | 'other-size' | 'other-subject' | 'made-offline';
    };

/** A cluster as it is now, to be held against what it was named of. */
type Now = {
  readonly centroid: Float32Array;
  readonly conversations: number;
  /** Share of the last generation's members that came along. */
  readonly kept: number;
  /** Share of its members, by what they stand for, that were there at an event time. */
  readonly thereAt: (at: number) => number;
};

/**
 * Measured from when the name was given and not from the last generation: small steps add up. Members that leave the window are
 * no loss (`kept` is of those still in it), so a cluster may turn over until nobody in it says what its name says. Once most of it
 * has, its centroid decides: as near to that of when it was named as clusters are that count as one, it is about the same, and stays
 * calm. That costs a label per cluster and turnover at most, which is half a window, for small ones whose centroid wavers.
 * @param rules whose centroids are as near as `mergeSimilarity` are about the same; what was named offline is due when Claude is there
 */
export function nameVerdict(
  ancestor: ClusterRecord | undefined,
  now: Now,
  rules: { readonly mergeSimilarity: number; readonly labeler: Labeler['kind'] },
): NameVerdict {
  if (ancestor?.label == null) return { verdict: 'name', because: 'never-named' };
  const since = sinceNamed(ancestor);
  if (since.kept * now.kept < KEEP_NAME_SHARE) return { verdict: 'name', because: 'other-members' };
  const grown = now.conversations / Math.max(1, since.conversations);
  if (grown >= OTHER_SIZE || grown <= 1 / OTHER_SIZE) return { verdict: 'name', because: 'other-size' };
  const turnedOver = now.thereAt(since.written ?? since.at) < STILL_THERE_SHARE;
  if (turnedOver && likenessTo(since, now) < rules.mergeSimilarity)
    return { verdict: 'name', because: 'other-subject' };
  if (ancestor.label.by === 'offline' && rules.labeler === 'claude')
    return { verdict: 'name', because: 'made-offline' };
  return { verdict: 'keep', because: turnedOver ? 'same-subject' : 'little-changed' };
}

type Since = NonNullable<ClusterRecord['naming']>;

/** Cosine of the centroids; where that of before is not known, nothing says that it is about the same. */
function likenessTo({ centroid }: Since, now: Now): number {
  return centroid === undefined ? Number.NEGATIVE_INFINITY : dot(decodeVector(centroid), now.centroid);
}

/** Of a record that does not say, the last generation is as far back as is known. */
function sinceNamed({ naming, conversations, born_at }: ClusterRecord): Since {
  return naming ?? { at: born_at, conversations, kept: 1 };
}

/**
 * What a record says of its name: since when it has it and of how many, and the names before, oldest first. Only names that were
 * shown are remembered: what the auditor held back is told to nobody, later either.
 */
export function namingOf(
  ancestor: ClusterRecord | undefined,
  label: Label | null,
  now: Omit<Now, 'thereAt'> & { readonly at: number },
  thresholds: Thresholds,
): Pick<ClusterRecord, 'naming' | 'names'> {
  const { at, conversations } = now;
  const anew = { at, conversations, kept: 1, written: at, centroid: encodeVector(now.centroid) };
  if (ancestor === undefined) return { naming: label === null ? null : anew, names: [] };
  const since = sinceNamed(ancestor);
  const same = ancestor.label !== null && label !== null && ancestor.label.name === label.name;
  // The very label: one that was written again, even in the same words, was written of the members of now.
  const naming = ancestor.label === label ? { ...since, kept: since.kept * now.kept } : anew;
  const shown = titleOf(ancestor, thresholds);
  if (same || shown === null) {
    return {
      naming: label === null ? null : { ...naming, at: same ? since.at : naming.at },
      names: ancestor.names,
    };
  }
  const names = [...ancestor.names, { name: shown.name, from: since.at }].slice(-NAMES_KEPT);
  return { naming: label === null ? null : naming, names };
}
