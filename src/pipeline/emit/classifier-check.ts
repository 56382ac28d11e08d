import { checkClassifier, type Divergence, type Judged } from '../../algorithms/classifier-check.ts';
import { coarseMeanOff } from '../../algorithms/disclosure.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import type { ClassifierCheckView } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';
import { basisOf } from './told.ts';

/** Flags that are checked each for itself at every generation: those that most conversations carry. */
const FLAGS_TOLD = 8;

/**
 * Of what the aggregate plane may see: clusters that are shown, by their coarse figures; where fewer than the thresholds carry a flag, or nobody,
 * its rate is not known there, and may be anything up to them. Of the safety plane all, exactly. O(clusters · log clusters).
 * @param flag null: any
 */
export function classifierCheckOf(
  book: ClusterBook,
  flag: string | null,
  plane: 'aggregate' | 'safety' = 'aggregate',
): ClassifierCheckView {
  return check(book, comparable(book, plane), flag, plane);
}

/** Of any flag, and of each of the most frequent. O(flags · clusters · log clusters). */
export function classifierChecks(book: ClusterBook): ClassifierCheckView[] {
  const records = comparable(book, 'aggregate');
  const frequent = Object.entries(book.overall('aggregate')?.flags ?? {})
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, FLAGS_TOLD);
  return [null, ...frequent.map(([flag]) => flag)].map((flag) => check(book, records, flag, 'aggregate'));
}

type Plane = 'aggregate' | 'safety';

const comparable = (book: ClusterBook, plane: Plane): ClusterRecord[] =>
  book
    .states()
    .filter(({ record }) => plane === 'safety' || book.title(record.id) !== null)
    .map(({ record }) => (plane === 'safety' ? record : book.told(record)));

function check(
  book: ClusterBook,
  records: readonly ClusterRecord[],
  flag: string | null,
  plane: Plane,
): ClassifierCheckView {
  const { minConversations } = book.thresholds;
  const byId = new Map(records.map((record) => [record.id, record]));
  const judged = records.map((record): Judged => {
    const { units } = basisOf(record, record);
    return {
      id: record.id,
      accounts: units,
      concern: record.concern,
      concernSd: record.concern_sd,
      ...(plane === 'safety'
        ? { flagRate: rateOf(record, flag), off: 0 }
        : coarseRateOf(record, flag, minConversations)),
    };
  });
  const { clusters, r, missed, overFlagged } = checkClassifier(judged);
  const isKnown = plane === 'safety' || records.some((record) => toldRateOf(record, flag) !== null);
  const view = ({ id, concern, flagRate, divergence, low, high }: Divergence) => {
    const record = byId.get(id);
    const told = record === undefined ? null : toldRateOf(record, flag);
    const name = record?.label?.name ?? null;
    return { id, name, concern, flag_rate: plane === 'safety' ? flagRate : told, divergence, low, high };
  };
  return {
    flag,
    flags: Object.keys(book.generation?.manifest.overall?.flags ?? {}),
    clusters,
    r: isKnown ? r : null,
    missed: isKnown ? missed.map(view) : [],
    over_flagged: isKnown ? overFlagged.map(view) : [],
  };
}

/** As it is told, with how far both figures may be off; untold it is anything below the minimum. */
function coarseRateOf(
  record: ClusterRecord,
  flag: string | null,
  minimum: number,
): Pick<Judged, 'flagRate' | 'off'> {
  const { conversations } = basisOf(record, record);
  const off = coarseMeanOff(conversations, minimum);
  const told = toldRateOf(record, flag);
  if (told !== null) return { flagRate: told, off };
  const middle = Math.min(0.5, (minimum - 1) / Math.max(1, conversations) / 2);
  return { flagRate: middle, off: off + middle };
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
