/** Which clusters have series of their own in /metrics: the K largest, and every one that alerts or is younger than a day. */
import { DAY } from '../../domain/ids.ts';
import type { ClusterSeries } from '../../ports/telemetry.ts';
import type { ClusterState } from './cluster-state.ts';
import { type ClusterBook, roundedSize } from './clusters.ts';
import { toldFigure, toldFlow } from './flows.ts';

export function clusterSeries(
  book: ClusterBook,
  open: ReadonlyMap<string, 'pending' | 'firing'>,
  largest: number,
): ClusterSeries[] {
  const states = book.heard().sort((a, b) => b.record.conversations - a.record.conversations);
  const series: ClusterSeries[] = [];
  for (const [rank, state] of states.entries()) {
    const { id, born_at } = state.record;
    const alert = open.get(id) ?? null;
    const young = book.now - born_at < DAY;
    if (rank < largest || alert !== null || young)
      series.push(seriesOf(book, state, alert ?? 'quiet', young));
  }
  return series;
}

function seriesOf(
  book: ClusterBook,
  state: ClusterState,
  alert: ClusterSeries['state'],
  young: boolean,
): ClusterSeries {
  const { record, activity } = state;
  const { thresholds } = book;
  const shown = book.visibility(record) === 'shown';
  const growth = book.growth(state);
  activity.advance(book.now - 60_000);
  const size = (n: number, of: 'conversations' | 'accounts') =>
    shown ? toldFlow(n, thresholds, of) : roundedSize(n);
  const told = book.told(record);
  const ratioLow = growth?.ratioLow ?? 0;
  const expected = growth?.expected60 ?? null;
  return {
    space: record.space,
    cluster: record.id,
    conversations: shown ? told.conversations : roundedSize(record.conversations),
    accounts24: size(growth?.accounts24 ?? 0, 'accounts'),
    lastHour: size(activity.lastHour(), 'conversations'),
    expectedHour: shown && expected !== null ? toldFigure(expected, thresholds) : null,
    // As exact as an alert about it says.
    ratioLow: shown ? toldFigure(ratioLow, thresholds) : Math.floor(ratioLow),
    score: shown ? toldFigure(growth?.score ?? 0, thresholds) : null,
    coordination: shown ? (told.coordination?.score ?? null) : null,
    title: book.title(record.id),
    state: alert,
    silenced: book.silenced(record.id) !== null,
    newborn: young && record.origin === 'newborn',
  };
}
