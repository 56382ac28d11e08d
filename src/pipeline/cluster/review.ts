/** Coordination between two rebuilds: a campaign in a topic that is there already must not wait a day to be seen. */
import type { ClusterRecord, Generation } from '../../domain/generation.ts';
import { coordinationOfAll } from './coordination.ts';
import { publicationOf } from './patch.ts';
import type { MakerDeps, Publication } from './space.ts';

/** Every so often, in event time: 0.25 s of work for a window of 60,000, in pieces. */
export const REVIEW_MS = 30 * 60_000;
/** Smaller changes of a score wait for the next rebuild. */
const MOVED = 0.1;

/** Scores all clusters anew; null: nobody has changed. What they are named and how large they were told to be stays as it was. */
export async function makeReviewed(
  deps: MakerDeps,
  previous: Generation,
  now: number,
): Promise<Publication | null> {
  const started = deps.clock.elapsed();
  const { window } = deps;
  const slots = await window.slotsSince(now - deps.windowMs);
  const members = Map.groupBy(slots, (slot) => window.cluster(slot));
  const made = {
    slots,
    clusters: previous.clusters.map(({ id }) => ({ id, members: members.get(id) ?? [] })),
  };
  const before = previous.manifest.usual;
  const { clusters, usual } = await coordinationOfAll(deps, previous.clusters, made, before);
  const changed = clusters.filter((record, i) => hasMoved(previous.clusters[i], record));
  if (changed.length === 0) return null;
  return publicationOf(deps, previous, { changed, relations: [], backcast: [], usual }, now, started);
}

function hasMoved(before: ClusterRecord | undefined, after: ClusterRecord): boolean {
  const [old, now] = [before?.coordination ?? null, after.coordination];
  if (old === null || now === null) return old !== now;
  return old.signature !== now.signature || Math.abs(old.score - now.score) >= MOVED;
}
