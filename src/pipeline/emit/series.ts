/** Which clusters have series of their own in /metrics: the K largest, and every one that alerts or is new. */
import { DAY } from '../../domain/ids.ts';
import type { ClusterSeries } from '../../ports/telemetry.ts';
import { type ClusterBook, type ClusterState, roundedSize } from './clusters.ts';

export function clusterSeries(
  book: ClusterBook,
  open: ReadonlyMap<string, 'pending' | 'firing'>,
  largest: number,
): ClusterSeries[] {
  const states = book.states().sort((a, b) => b.record.conversations - a.record.conversations);
  const isNew = (state: ClusterState) =>
    state.record.origin === 'newborn' && book.now - state.record.born_at < DAY;
  const series: ClusterSeries[] = [];
  for (const [rank, state] of states.entries()) {
    const alert = open.get(state.record.id);
    if (rank >= largest && alert === undefined && !isNew(state)) continue;
    const shown = book.visibility(state.record) === 'shown';
    state.activity.advance(book.now - 60_000);
    const size = (n: number) => (shown ? n : roundedSize(n));
    series.push({
      space: state.record.space,
      cluster: state.record.id,
      conversations: size(state.record.conversations),
      accounts24: size(state.growth?.accounts24 ?? 0),
      lastHour: size(state.activity.lastHour()),
      expectedHour: shown ? (state.growth?.expected60 ?? 0) : 0,
      ratioLow: shown ? (state.growth?.ratioLow ?? 0) : 0,
      score: state.growth?.score ?? 0,
      title: book.title(state.record.id),
      state: alert ?? (isNew(state) ? 'newborn' : 'quiet'),
    });
  }
  return series;
}
