import { inPieces, Slice } from '../../algorithms/give-way.ts';
import { type Nearby, pureRadius } from '../../algorithms/pure-radius.ts';
import { withoutItself } from '../../algorithms/radius.ts';
import type { Generation, Relation } from '../../domain/generation.ts';
import { DAY } from '../../domain/ids.ts';
import { dot } from '../../domain/vector.ts';
import { centroidOf } from '../vectors.ts';
import { membersByCluster } from './names.ts';
import type { Newborn, NewbornSettings } from './newborn.ts';
import type { SampleWindow } from './window.ts';

/** So many times the share of traffic from before its first founder makes a topic news. */
const NEWS_FACTOR = 4;
/** Window slots looked at in one go. */
const PIECE = 500;

export type News = {
  readonly verdict: 'new' | 'old' | 'short-past';
  /** Lowest similarity that belongs, such that few do of what was there before. */
  readonly radius: number;
};

/**
 * Whether a topic is new, or one that was there before and was only overlooked. Looked at is what would belong to a cluster of it: is within the
 * radius, and nearer than to its own. A topic is new when it has several times the share of traffic that it had before its first founder came.
 * A past of less than a day says nothing. O(window · d), in pieces.
 */
export async function newsOf(
  window: SampleWindow,
  generation: Generation,
  newborn: Newborn,
  radius: number,
): Promise<News> {
  const { first } = newborn;
  const centroids = new Map(generation.clusters.map((cluster) => [cluster.id, centroidOf(cluster)]));
  const founders = new Set(newborn.founders.map(({ conversation }) => conversation));
  const nearnessOf = (slot: number): number | null => {
    const vector = window.vector(slot);
    const told = dot(vector, newborn.centroid);
    // It was made of them: of all others it could not know as well that they belong.
    const isFounder = founders.has(window.brief(slot)?.conversation ?? -1);
    const near = isFounder ? withoutItself(newborn.length, told, 1) : told;
    if (near < radius) return null;
    const own = centroids.get(window.cluster(slot) ?? '');
    return own === undefined || dot(vector, own) < near ? near : null;
  };
  let start = first;
  const all = { before: 0, since: 0 };
  const nearby: Nearby[] = [];
  for await (const slots of inPieces(window.slots(), PIECE)) {
    for (const slot of slots) {
      const member = window.brief(slot);
      if (member === undefined) continue;
      const before = member.at < first;
      start = Math.min(start, member.at);
      // Outliers are all there, of others only the panel: what stands for others counts for them.
      if (member.panel) all[before ? 'before' : 'since'] += window.weight(slot);
      const near = nearnessOf(slot);
      if (near !== null) nearby.push({ near, before, weight: before ? window.weight(slot) : 1 });
    }
  }
  const reach = pureRadius(nearby, all.since / Math.max(1, all.before), radius);
  const within = (before: boolean): number =>
    nearby.reduce((sum, one) => sum + (one.before === before && one.near >= reach ? one.weight : 0), 0);
  const now = within(false) / Math.max(1, all.since);
  const isNew = now * (all.before + 1) >= NEWS_FACTOR * (within(true) + 1);
  const verdict = first - start < DAY ? 'short-past' : isNew ? 'new' : 'old';
  return { verdict, radius: reach };
}

/** Founders that live in one cluster, for it to be their own. */
const OWN_FOUNDERS = 0.5;
/** Of what such a cluster stands for, so much came since the first of them: it is as new as they are. */
const OWN_SINCE = 0.75;

/** Whether there is a cluster already of what is new: a rebuild may have made it meanwhile. O(window), in pieces. */
export async function hasItsOwn(window: SampleWindow, newborn: Newborn): Promise<boolean> {
  const homes = new Map<string, number>();
  for (const { conversation } of newborn.founders) {
    const slot = window.slotOf(conversation);
    const home = slot === undefined ? null : window.cluster(slot);
    if (home !== null) homes.set(home, (homes.get(home) ?? 0) + 1);
  }
  const [home] = [...homes].sort((a, b) => b[1] - a[1]);
  if (home === undefined || home[1] < OWN_FOUNDERS * newborn.founders.length) return false;
  const { first } = newborn;
  let all = 0;
  let since = 0;
  for await (const slots of inPieces(window.slots(), PIECE)) {
    for (const slot of slots) {
      if (window.cluster(slot) !== home[0]) continue;
      const weight = window.weight(slot);
      all += weight;
      if ((window.brief(slot)?.at ?? 0) >= first) since += weight;
    }
  }
  return since >= OWN_SINCE * all;
}

/** Centroids may lie so much further apart than outliers of one cluster: in one wave of spam 0.55, to the nearest other topic 0.43. */
const LOOSER = 0.1;
/** Founders that must hang together with a newborn to be more of it. */
const KIN_SHARE = 0.5;
/** So many of the nearest clusters are looked into, and so many members of each: of one that is further off half of the founders are near nobody. */
const KIN_CLUSTERS = 16;
const KIN_MEMBERS = 500;

/**
 * Young clusters of which a newborn is more of the same topic, nearest first, whether a rebuild made them or not: their centroids are near, or half of its founders are as close to
 * members as outliers that make one cluster, or worded alike. A wave that is wider than one radius makes several clusters, and is one piece of
 * news. O(window + founders · d), giving way.
 */
export async function kinOf(
  window: SampleWindow,
  generation: Generation,
  newborn: Newborn,
  settings: Pick<NewbornSettings, 'similarity' | 'maxAgeMs'>,
): Promise<Relation['from']> {
  const { similarity, maxAgeMs } = settings;
  const founders = newborn.founders.flatMap(({ conversation }) => window.slotOf(conversation) ?? []);
  const members = await membersByCluster(window);
  const young = generation.clusters
    .filter(({ born_at }) => newborn.at - born_at <= maxAgeMs)
    .map((cluster) => ({ id: cluster.id, near: dot(centroidOf(cluster), newborn.centroid) }))
    .sort((a, b) => b.near - a.near);
  const slice = new Slice();
  const found: { id: string; share: number }[] = [];
  for (const [i, { id, near }] of young.entries()) {
    const others = without(members.get(id) ?? [], founders);
    const looked = i < KIN_CLUSTERS ? drawn(others, KIN_MEMBERS) : [];
    // A slot may be free by now: two of them are not worded alike.
    const sketches = new Set<string | undefined>(others.flatMap((slot) => window.brief(slot)?.sketch ?? []));
    let reached = 0;
    for (const founder of founders) {
      if (slice.isOver) await slice.giveWay();
      const vector = window.vector(founder);
      const isNear = (member: number): boolean => dot(window.vector(member), vector) >= similarity;
      if (sketches.has(window.brief(founder)?.sketch) || looked.some(isNear)) reached++;
    }
    const share = reached / Math.max(1, founders.length);
    if (near >= similarity - LOOSER || share >= KIN_SHARE) found.push({ id, share });
  }
  return found;
}

function without(slots: readonly number[], some: readonly number[]): number[] {
  const left = new Set(some);
  return slots.filter((slot) => !left.has(slot));
}

/** Evenly, at most so many. */
function drawn(slots: readonly number[], most: number): number[] {
  const step = Math.max(1, slots.length / most);
  return Array.from({ length: Math.min(most, slots.length) }, (_, i) => slots[Math.floor(i * step)] ?? 0);
}
