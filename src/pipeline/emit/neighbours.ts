import type { ClusterRecord } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { ClusterDetail } from '../../domain/view.ts';
import { centroidOf } from '../vectors.ts';
import type { ClusterBook } from './clusters.ts';

const NEAREST = 8;

/** The nearest clusters, by cosine. How near one that may not be shown lies would say what it is about. O(clusters · dimension). */
export function neighboursOf(
  book: ClusterBook,
  record: ClusterRecord,
  plane: 'aggregate' | 'safety',
): ClusterDetail['neighbours'] {
  const centroid = centroidOf(record);
  return book
    .states()
    .filter((other) => other.record.id !== record.id)
    .filter((other) => plane === 'safety' || book.visibility(other.record) === 'shown')
    .map((other) => ({
      id: other.record.id,
      name: plane === 'safety' ? (other.record.label?.name ?? null) : book.title(other.record.id),
      similarity: dot(centroidOf(other.record), centroid),
    }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, NEAREST);
}
