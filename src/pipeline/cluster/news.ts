import type { Generation, Relation } from '../../domain/generation.ts';
import { DAY, HOUR } from '../../domain/ids.ts';
import { dot } from '../../domain/vector.ts';
import { centroidOf } from '../vectors.ts';
import type { Newborn, NewbornSettings } from './newborn.ts';
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

/** Centroids may lie so much further apart than outliers of one cluster: in one wave of spam 0.55, to the nearest other topic 0.43. */
const LOOSER = 0.1;
/** Founders that must hang together with a newborn to be more of it. */
const KIN_SHARE = 0.5;

/**
 * Recent newborns of which a newborn is more of the same topic, nearest first: their centroids are near, or half of its founders are as close to
 * members as outliers that make one cluster, or worded alike. A wave that is wider than one radius makes several clusters, and is one piece of
 * news. O(founders · members · d).
 */
export function kinOf(
  window: SampleWindow,
  generation: Generation,
  newborn: Newborn,
  settings: Pick<NewbornSettings, 'similarity' | 'maxAgeMs'>,
): Relation['from'] {
  const { similarity, maxAgeMs } = settings;
  const founders = newborn.founders.flatMap(({ conversation }) => window.slotOf(conversation) ?? []);
  const found: { id: string; share: number; near: number }[] = [];
  for (const cluster of generation.clusters) {
    if (cluster.origin !== 'newborn' || newborn.at - cluster.born_at > maxAgeMs) continue;
    const near = dot(centroidOf(cluster), newborn.centroid);
    const share = reachable(window, cluster.id, founders, similarity);
    if (near >= similarity - LOOSER || share >= KIN_SHARE) found.push({ id: cluster.id, share, near });
  }
  return found.sort((a, b) => b.near - a.near).map(({ id, share }) => ({ id, share }));
}

/** Share of `slots` that are near a member of the cluster, or worded like one. */
function reachable(
  window: SampleWindow,
  cluster: string,
  slots: readonly number[],
  similarity: number,
): number {
  const own = new Set(slots);
  const members: number[] = [];
  for (let slot = 0; slot < window.size; slot++) {
    if (window.cluster(slot) === cluster && !own.has(slot)) members.push(slot);
  }
  const sketches = new Set(members.map((slot) => window.member(slot)?.sketch));
  const reached = slots.filter(
    (slot) =>
      sketches.has(window.member(slot)?.sketch) ||
      members.some((member) => dot(window.vector(member), window.vector(slot)) >= similarity),
  );
  return reached.length / Math.max(1, slots.length);
}
