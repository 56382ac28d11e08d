import type { CoordinatedCluster } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';

/** Clusters that are shown, the most coordinated first. O(clusters · log clusters). */
export function coordinatedClusters(book: ClusterBook, limit: number): CoordinatedCluster[] {
  return book
    .states()
    .sort((a, b) => (b.record.coordination?.score ?? 0) - (a.record.coordination?.score ?? 0))
    .flatMap(({ record }) => {
      const name = book.title(record.id);
      const coordination = book.coordination(record, 'aggregate');
      if (name === null || coordination === null || record.coordination === null) return [];
      const { conversations, accounts } = record.coordination;
      return [{ id: record.id, name, conversations, accounts, ...coordination }];
    })
    .slice(0, limit);
}
