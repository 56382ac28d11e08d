/** When a cluster is named anew, and what it was called before. Pure. */
import type { ClusterRecord, Label } from '../../domain/generation.ts';
import type { Thresholds } from './label.ts';
import { titleOf } from './tree.ts';

/** A cluster that has kept so much of the members it was named from keeps its name: names stay calm, and money is saved. */
const KEEP_NAME_SHARE = 0.6;
/** So many times as large, or as small, it is looked at again. */
const OTHER_SIZE = 2;
const NAMES_KEPT = 10;

export type NameVerdict =
  | { readonly verdict: 'keep'; readonly because: 'little-changed' }
  | { readonly verdict: 'name'; readonly because: 'never-named' | 'other-members' | 'other-size' };

/**
 * Measured from when the name was given and not from the last generation: small steps add up.
 * @param kept share of the last generation's members that came along
 */
export function nameVerdict(
  ancestor: ClusterRecord | undefined,
  conversations: number,
  kept: number,
): NameVerdict {
  if (ancestor?.label == null) return { verdict: 'name', because: 'never-named' };
  const since = sinceNamed(ancestor);
  if (since.kept * kept < KEEP_NAME_SHARE) return { verdict: 'name', because: 'other-members' };
  const grown = conversations / Math.max(1, since.conversations);
  if (grown >= OTHER_SIZE || grown <= 1 / OTHER_SIZE) return { verdict: 'name', because: 'other-size' };
  return { verdict: 'keep', because: 'little-changed' };
}

/** Of a record that does not say, the last generation is as far back as is known. */
function sinceNamed({ naming, conversations, born_at }: ClusterRecord) {
  return naming ?? { at: born_at, conversations, kept: 1 };
}

/**
 * What a record says of its name: since when it has it and of how many, and the names before, oldest first. Only names that were
 * shown are remembered: what the auditor held back is told to nobody, later either.
 */
export function namingOf(
  ancestor: ClusterRecord | undefined,
  label: Label | null,
  now: { readonly at: number; readonly conversations: number; readonly kept: number },
  thresholds: Thresholds,
): Pick<ClusterRecord, 'naming' | 'names'> {
  if (ancestor === undefined) return { naming: label === null ? null : { ...now, kept: 1 }, names: [] };
  const since = sinceNamed(ancestor);
  const same = ancestor.label !== null && label !== null && ancestor.label.name === label.name;
  // The very label: one that was written again, even in the same words, was written of the members of now.
  const naming = ancestor.label === label ? { ...since, kept: since.kept * now.kept } : { ...now, kept: 1 };
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
