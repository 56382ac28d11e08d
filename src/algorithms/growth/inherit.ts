/** What a book that is re-cast takes over from the one before it, of the same stream. */
import { COUNTS_HELD, inheritHabits, putTold, toldAt } from './baseline.ts';
import { type BookState, openMinute } from './book-state.ts';

/**
 * Habits of clusters that another book knows better. A book that is re-cast from a panel of accounts has seen too few of them to know how
 * much a cluster wavers by itself, and would take that for growth. O(clusters).
 */
export function takeHabits(to: BookState, from: BookState): void {
  for (const [cluster, slot] of to.slots) {
    const old = from.slots.get(cluster);
    if (old !== undefined) inheritHabits(to.baseline, slot, from.baseline, old);
  }
}

/**
 * What is told of the last hours, and the minutes that are not closed, as another book has counted them: of those hours the re-cast knows no more than a
 * panel, and all that is told of the last hour would fall at each rebuild. Clusters that both know keep their counts; those of others are
 * scaled to the traffic that there was (ratio estimate). Baselines learn from the re-cast alone, as other members make
 * them. Nothing happens unless both have closed the same minutes. O(clusters · 320).
 */
export function takeTold(to: BookState, from: BookState): void {
  const { closed } = to;
  if (closed === null || from.closed !== closed) return;
  const first = Math.max(closed - COUNTS_HELD + 1, from.first ?? closed);
  const scales = Array.from({ length: Math.max(0, closed - first + 1) }, (_, i) => {
    const [was, cast] = [from.told.at(first + i), to.told.at(first + i)];
    return was > 0 && cast > 0 ? was / cast : 1;
  });
  for (const [cluster, slot] of to.slots) {
    const old = from.slots.get(cluster);
    const since = old === undefined ? Number.POSITIVE_INFINITY : (from.baseline.start[old] ?? 0);
    for (const [i, scale] of scales.entries()) {
      const minute = first + i;
      const counted = old === undefined || minute < since ? null : toldAt(from.baseline, old, minute);
      putTold(to.baseline, slot, minute, counted ?? Math.round(scale * toldAt(to.baseline, slot, minute)));
    }
  }
  to.told.take(from.told, first, closed);
  for (const minute of from.open.keys()) takeOpen(to, from, minute);
}

function takeOpen(to: BookState, from: BookState, minute: number): void {
  const was = openMinute(from, minute);
  const is = openMinute(to, minute);
  // Of a cluster that is new they are still counted where they were met.
  is.n.fill(0);
  is.a.fill(0);
  is.outliers = was.outliers;
  for (const [cluster, old] of from.slots) {
    const slot = to.slots.get(cluster);
    if (slot === undefined) {
      is.outliers += was.a[old] ?? 0;
      continue;
    }
    is.n[slot] = was.n[old] ?? 0;
    is.a[slot] = was.a[old] ?? 0;
  }
}
