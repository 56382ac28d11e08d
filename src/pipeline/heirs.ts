import type { Relation } from '../domain/generation.ts';

/** So much of a cluster that is gone went to another, for what was put there meanwhile to follow. */
const HEIR_SHARE = 0.5;

/** By cluster that a rebuild has ended, the one that most of it is in. */
export function heirsOf(relations: Iterable<Relation>): ReadonlyMap<string, string> {
  const heirs = new Map<string, string>();
  for (const { kind, id, from } of relations) {
    const [heir] = from;
    if (kind === 'died' && heir !== undefined && heir.share >= HEIR_SHARE) heirs.set(id, heir.id);
  }
  return heirs;
}
