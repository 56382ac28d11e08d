/** Whom a cluster split from. Carried in its record: of manifests compaction keeps the newest alone. */
import { type ClusterRecord, parentOf, type Relation } from '../../domain/generation.ts';

/** The nearest are kept: a silence lasts 90 days at most, and a rebuild comes about once a day. */
const ANCESTORS = 100;

/**
 * @param before its record, when it has kept its id
 * @param last records of the generation before, by id
 * @param made the generation that is made, and its event time
 */
export function descentOf(
  relation: Relation | undefined,
  before: ClusterRecord | undefined,
  last: ReadonlyMap<string, ClusterRecord>,
  made: { readonly generation: number; readonly at: number },
): ClusterRecord['descends'] {
  if (before !== undefined) return before.descends;
  // A silence on a cluster of which it took a corner is not about it.
  const parent = relation === undefined ? undefined : parentOf(relation);
  if (parent === undefined) return [];
  return [{ id: parent.id, ...made }, ...(last.get(parent.id)?.descends ?? [])].slice(0, ANCESTORS);
}
