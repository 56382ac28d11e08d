import { checkClassifier, type Divergence, type Judged } from '../../algorithms/classifier-check.ts';
import { coarseMeanOff } from '../../algorithms/disclosure.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import type { ClassifierCheckView } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';
import { basisOf } from './told.ts';

/**
 * Of what the aggregate plane may see: clusters that are shown, by their coarse figures; a flag rate of too few is compared, and not told.
 * Of the safety plane all, exactly. O(clusters · log clusters).
 */
export function classifierCheckOf(
  book: ClusterBook,
  flag: string | null,
  plane: 'aggregate' | 'safety' = 'aggregate',
): ClassifierCheckView {
  const names = new Map<string, string | null>();
  const rates = new Map<string, number | null>();
  const judged: Judged[] = [];
  const { minConversations } = book.thresholds;
  for (const { record: exact } of book.states()) {
    const record = plane === 'safety' ? exact : book.told(exact);
    const name = plane === 'safety' ? (record.label?.name ?? null) : book.title(record.id);
    if (plane === 'aggregate' && name === null) continue;
    const { conversations, units } = basisOf(record, record);
    const flagRate = rateOf(record, flag);
    names.set(record.id, name);
    rates.set(record.id, plane === 'safety' ? flagRate : toldRateOf(record, flag));
    judged.push({
      id: record.id,
      accounts: units,
      concern: record.concern,
      concernSd: record.concern_sd,
      flagRate,
      off: plane === 'safety' ? 0 : coarseMeanOff(conversations, minConversations),
    });
  }
  const { clusters, r, missed, overFlagged } = checkClassifier(judged);
  const view = ({ id, concern, divergence, low, high }: Divergence) => ({
    id,
    name: names.get(id) ?? null,
    concern,
    flag_rate: rates.get(id) ?? null,
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

function rateOf(record: ClusterRecord, flag: string | null): number {
  if (flag === null) return record.classified?.any ?? record.flagged;
  const by = record.classified?.by ?? record.flags;
  return Object.hasOwn(by, flag) ? (by[flag] ?? 0) : 0;
}

/** null: so few carry it that it could single somebody out, or none. */
function toldRateOf(record: ClusterRecord, flag: string | null): number | null {
  const rate = flag === null ? record.flagged : Object.hasOwn(record.flags, flag) ? record.flags[flag] : 0;
  return rate === undefined || rate === 0 ? null : rate;
}
