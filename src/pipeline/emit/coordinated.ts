import type { CoordinatedCluster } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';

/**
 * Clusters that are shown, the most coordinated first, by what is told of them; in the safety plane all, exactly: few accounts with much
 * traffic are often too few to be shown. O(clusters · log clusters).
 */
export function coordinatedClusters(
  book: ClusterBook,
  plane: 'aggregate' | 'safety',
  limit: number,
): CoordinatedCluster[] {
  return (plane === 'safety' ? book.states() : book.heard())
    .flatMap(({ record }) => {
      const told = plane === 'safety' ? record : book.told(record);
      if (told.coordination === null) return [];
      const title = book.title(record.id);
      if (plane === 'aggregate' && title === null) return [];
      const name = plane === 'safety' ? (record.label?.name ?? null) : title;
      return [{ id: record.id, name, ...told.coordination }];
    })
    .sort((a, b) => b.score - a.score || b.accounts - a.accounts)
    .slice(0, limit);
}
