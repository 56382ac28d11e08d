import { DAY, HOUR } from '../../domain/ids.ts';
import { dot } from '../../domain/vector.ts';
import type { Newborn } from './newborn.ts';
import type { SampleWindow } from './window.ts';

/** So many times the rate before its first founder makes a topic news. */
const NEWS_FACTOR = 4;

/**
 * Whether a newborn cluster is a new topic, or one that was there before and was only overlooked: then it makes a
 * cluster, but no news. Too short a past says nothing, and is no news either. O(n d) over the window.
 */
export function isNews(window: SampleWindow, newborn: Newborn, radius: number): boolean {
  const first = newborn.founders.reduce((least, founder) => Math.min(least, founder.at), newborn.at);
  let start = first;
  let before = 0;
  for (let slot = 0; slot < window.size; slot++) {
    const member = window.member(slot);
    if (member === undefined || member.at >= first) continue;
    start = Math.min(start, member.at);
    if (dot(window.vector(slot), newborn.centroid) >= radius) before++;
  }
  const past = first - start;
  if (past < DAY) return false;
  const rate = newborn.founders.length / Math.max(HOUR, newborn.at - first);
  return rate >= (NEWS_FACTOR * before) / past;
}
