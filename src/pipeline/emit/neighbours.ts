import type { ClusterRecord } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { ClusterDetail } from '../../domain/view.ts';
import { centroidOf } from '../vectors.ts';

const NEAREST = 8;

/** The nearest clusters, by cosine. O(clusters · dimension). */
export function neighboursOf(
  record: ClusterRecord,
  among: readonly { readonly record: ClusterRecord; readonly name: string | null }[],
): ClusterDetail['neighbours'] {
  const centroid = centroidOf(record);
  return among
    .filter((other) => other.record.id !== record.id)
    .map(({ record: other, name }) => ({ id: other.id, name, similarity: dot(centroidOf(other), centroid) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, NEAREST);
}
