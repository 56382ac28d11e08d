/** Which clusters have series of their own in /metrics: the K largest, and every one that alerts or is younger than a day. */
import { DAY } from '../../domain/ids.ts';
import type { ClusterSeries } from '../../ports/telemetry.ts';
import type { ClusterState } from './cluster-state.ts';
import { type ClusterBook, roundedSize } from './clusters.ts';
import { toldFlowOf, toldGrowth } from './flows.ts';
import { thresholdsOf } from './told.ts';

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
  const thresholds = thresholdsOf(record, book.thresholds);
  const shown = book.visibility(record) === 'shown';
  const exact = book.growth(state);
  const growth = exact === null ? null : toldGrowth(exact, thresholds);
  activity.advance(book.now - 60_000);
  const told = book.told(record);
  const hour = activity.lastHour();
  const accounts24 = exact?.accounts24 ?? 0;
  return {
    space: record.space,
    cluster: record.id,
    conversations: shown ? told.conversations : roundedSize(record.conversations),
    accounts24: shown ? (growth?.accounts24 ?? 0) : roundedSize(accounts24),
    lastHour: shown ? toldFlowOf(hour, growth?.accounts60 ?? null, thresholds) : roundedSize(hour),
    expectedHour: shown ? (growth?.expected60 ?? null) : null,
    // As exact as an alert about it says.
    ratioLow: shown ? (growth?.ratioLow ?? 0) : Math.floor(exact?.ratioLow ?? 0),
    score: shown ? (growth?.score ?? 0) : null,
    coordination: shown ? (told.coordination?.score ?? null) : null,
    title: book.title(record.id),
    state: alert,
    silenced: book.silenced(record.id) !== null,
    newborn: young && record.origin === 'newborn',
  };
}
