import { checkClassifier, type Divergence, type Judged } from '../../algorithms/classifier-check.ts';
import type { ClassifierCheckView } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';
import { basisOf } from './told.ts';

/** Of what the aggregate plane may see: clusters that are shown, flags above the thresholds. O(clusters · log clusters). */
export function classifierCheckOf(book: ClusterBook, flag: string | null): ClassifierCheckView {
  const names = new Map<string, string>();
  const judged: Judged[] = [];
  for (const { record: exact } of book.states()) {
    const record = book.told(exact);
    const name = book.title(record.id);
    if (name === null) continue;
    names.set(record.id, name);
    judged.push({
      id: record.id,
      accounts: basisOf(record, record).units,
      concern: record.concern,
      concernSd: record.concern_sd,
      flagRate:
        flag === null ? record.flagged : Object.hasOwn(record.flags, flag) ? (record.flags[flag] ?? 0) : 0,
    });
  }
  const { clusters, r, missed, overFlagged } = checkClassifier(judged);
  const view = ({ id, concern, flagRate, divergence, low, high }: Divergence) => ({
    id,
    name: names.get(id) ?? '',
    concern,
    flag_rate: flagRate,
    divergence,
    low,
    high,
  });
  return {
    flag,
    flags: Object.keys(book.generation?.manifest.overall?.flags ?? {}),
    clusters,
    r,
    missed: missed.map(view),
    over_flagged: overFlagged.map(view),
  };
}
