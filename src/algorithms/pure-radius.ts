/** How far a cluster reaches that has just been made of a few, amid all that was there before. */
import { ROUNDING } from '../domain/vector.ts';

/** What would belong, as far as it is known: how near it is, and what it stands for. */
export type Nearby = { readonly near: number; readonly before: boolean; readonly weight: number };

/** Of what belongs to a newborn, so much is to be of its topic. */
const PURE = 0.9;
/** For that it leaves out no more than this share of what has come of it; a rebuild will know better. */
const LEFT_OUT = 0.3;

/**
 * The loosest radius within which nine in ten are of the topic, else the one with the most. What was there before is not; what came since is, but for
 * as much as came before in that time. O(n log n).
 * @param time that has passed since, by that before
 */
export function pureRadius(nearby: readonly Nearby[], time: number, loosest: number): number {
  const needed = (1 - LEFT_OUT) * nearby.filter(({ before }) => !before).length;
  const nearest = [...nearby].sort((a, b) => b.near - a.near);
  const counted = { before: 0, since: 0 };
  let best = { radius: loosest, purity: 0 };
  for (const [i, { near, before, weight }] of nearest.entries()) {
    counted[before ? 'before' : 'since'] += weight;
    const next = nearest[i + 1]?.near;
    // Those that are as near belong together: between them there is no limit but by rounding.
    if (counted.since < needed || (next !== undefined && next >= near - ROUNDING)) continue;
    const own = counted.since - counted.before * time;
    const purity = Math.min(PURE, own / (counted.since + counted.before));
    // Halfway to the next that is left out, for those who come.
    if (purity >= best.purity) best = { radius: next === undefined ? loosest : (near + next) / 2, purity };
  }
  return Math.max(loosest, best.radius);
}
