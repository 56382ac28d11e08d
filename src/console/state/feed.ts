/**
 * How far a room's numbered events were taken.
 * away: not joined yet; gap: an event is missing, and must be asked for before any later one is taken.
 */
export type Feed = { readonly phase: 'away' | 'live' | 'gap'; readonly seq: number };

export const AWAY: Feed = { phase: 'away', seq: 0 };

/** Takes events in order of number: repeated ones are passed over, a missing one makes a gap. O(events). */
export function received<E extends { seq: number }>(
  feed: Feed,
  events: readonly E[],
): { readonly feed: Feed; readonly fresh: readonly E[] } {
  if (feed.phase === 'away') return { feed, fresh: [] };
  const fresh: E[] = [];
  let { phase, seq } = feed;
  for (const event of events) {
    if (event.seq <= seq) continue;
    phase = event.seq === seq + 1 ? 'live' : 'gap';
    if (phase === 'gap') break;
    seq = event.seq;
    fresh.push(event);
  }
  return { feed: { phase, seq }, fresh };
}
