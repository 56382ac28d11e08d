/** Generations that change little: a newborn cluster, names and figures of some, coordination. */
import type { Backcast, ClusterRecord, Generation, Manifest, Relation } from '../../domain/generation.ts';
import { backcastRecords, generationRecords } from '../generations.ts';
import { coordinationOfSome } from './coordination.ts';
import { aboveThresholds, type Thresholds } from './label.ts';
import { placeOfNewborn } from './map.ts';
import { membersByCluster, nameAgain } from './names.ts';
import type { Newborn } from './newborn.ts';
import { backcastChunks, type ClusterFacts, clusterRecord, factsOf, meanSimilarityOf } from './records.ts';
import { type MakerDeps, NAMELESS, type Publication, renamed, report } from './space.ts';
import { placeInTree, withChildren, withhold } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/**
 * Adds a newborn cluster to the generation; all others stay as they are.
 * @param id one that no cluster has had
 * @param kin recent newborns of the same topic
 * @param news whether it is a new topic
 */
export async function makeNewborn(
  deps: MakerDeps,
  previous: Generation,
  id: string,
  { newborn, radius }: { readonly newborn: Newborn; readonly radius: number },
  kin: Relation['from'],
  news: boolean,
): Promise<Publication> {
  const started = deps.clock.elapsed();
  const { window } = deps;
  const members = newborn.founders.flatMap((founder) => window.slotOf(founder.conversation) ?? []);
  for (const slot of members) window.setCluster(slot, id);
  const facts: ClusterFacts = {
    id,
    origin: news ? 'newborn' : 'rebuild',
    bornAt: newborn.at,
    centroid: newborn.centroid,
    radius,
    meanSimilarity: meanSimilarityOf(window, members, newborn.centroid),
    members,
    ...NAMELESS,
    place: placeOfNewborn(previous, id, newborn.centroid),
  };
  const [named] = await nameAgain(deps, window, previous, [facts]);
  const relations: Relation[] = [{ kind: 'born', id, from: kin }];
  // A stray of long before may be among its founders: an alert would say that it began then.
  const fresh = members.filter((slot) => (window.brief(slot)?.at ?? newborn.since) >= newborn.since);
  return patch(
    deps,
    previous,
    [renamed(deps, facts, undefined, named ?? null, { at: newborn.at, kept: 1 })],
    relations,
    newborn.at,
    started,
    fresh,
  );
}

/** A cluster to be counted and named again, and its members. */
export type Stale = { readonly record: ClusterRecord; readonly members: readonly number[] };

/**
 * Clusters that have grown since they were named, or may be named only now. O(window).
 * @param rebuiltAt event time of the last rebuild: what was born since has the size of its founders
 * @param recounted those born in the course of it: their size is that of now, and not that of which they were named
 */
export async function staleOf(
  window: SampleWindow,
  generation: Generation,
  thresholds: Thresholds,
  rebuiltAt: number,
  recounted: ReadonlySet<string> = new Set(),
): Promise<Stale[]> {
  const members = await membersByCluster(window);
  return generation.clusters.flatMap((record) => {
    const slots = members.get(record.id) ?? [];
    const isYoung = record.born_at > rebuiltAt;
    const namedOf = recounted.has(record.id) ? (record.naming?.conversations ?? 0) : record.conversations;
    const grown = slots.length >= namedOf * 2 && isYoung;
    const mayBeNamed = record.label === null && aboveThresholds(window, slots, thresholds);
    const wasTooSmall =
      record.conversations < thresholds.minConversations || record.accounts < thresholds.minAccounts;
    // Tried in vain before: worth another look only once it has doubled.
    const worthTrying = mayBeNamed && (wasTooSmall || slots.length >= namedOf * 2);
    return grown || worthTrying ? [{ record, members: slots }] : [];
  });
}

/** Counts and names them again. */
export async function makeRefreshed(
  deps: MakerDeps,
  previous: Generation,
  stale: readonly Stale[],
  now: number,
): Promise<Publication> {
  const started = deps.clock.elapsed();
  const { window } = deps;
  const facts = stale.map(({ record, members }) => factsOf(window, record, members));
  const labels = await nameAgain(deps, window, previous, facts);
  const named = facts.map((fact, i) =>
    renamed(deps, fact, stale[i]?.record, labels[i] ?? fact.label, { at: now, kept: 1 }),
  );
  return patch(deps, previous, named, [], now, started, []);
}

async function patch(
  deps: MakerDeps,
  previous: Generation,
  facts: readonly ClusterFacts[],
  relations: Relation[],
  now: number,
  started: number,
  founders: readonly number[],
): Promise<Publication> {
  const { window } = deps;
  const generation = previous.manifest.generation + 1;
  const backcast = await backcastChunks({ space: deps.space, of: 'founders', generation }, window, founders);
  const made: ClusterRecord[] = [];
  for (const fact of facts) made.push(await clusterRecord(deps, generation, window, fact));
  const places = await placeInTree(deps.centroids, made, previous);
  const placed = made.map((record, i) => ({ ...record, parent: places[i] ?? null }));
  const changed = await coordinationOfSome(deps, placed, facts, previous.manifest.usual);
  return publicationOf(deps, previous, { changed, relations, backcast }, now, started);
}

/** A patch of records that are made already. */
export function publicationOf(
  deps: MakerDeps,
  previous: Generation,
  patched: Pick<Manifest, 'relations'> & {
    readonly changed: readonly ClusterRecord[];
    readonly backcast: readonly Backcast[];
    /** What coordination is measured against, when that is new. */
    readonly usual?: Manifest['usual'];
  },
  now: number,
  started: number,
): Publication {
  const { changed, relations, backcast, usual = previous.manifest.usual } = patched;
  const replaced = new Map(changed.map((record) => [record.id, record]));
  const kept = previous.clusters.map((record) => replaced.get(record.id) ?? record);
  const added = changed.filter((record) => !previous.clusters.some(({ id }) => id === record.id));
  const clusters = [...kept, ...added];
  const manifest: Manifest = {
    ...previous.manifest,
    generation: previous.manifest.generation + 1,
    type: 'patch',
    event_time: now,
    clusters: clusters.map((cluster) => cluster.id),
    parents: withhold(withChildren(previous.manifest.parents, clusters), clusters, deps.thresholds),
    relations,
    samples: deps.window.size,
    usual,
    next_id: deps.numbers.next,
  };
  report(deps, manifest, started);
  return {
    generation: { manifest, clusters },
    history: [],
    records: [
      ...backcastRecords(deps.topic, backcast),
      ...generationRecords(deps.topic, { manifest, changed }, { clusters: [], window: null }),
    ],
  };
}
