/**
 * A full generation, in two steps. Drafting takes its time, minutes where a model is asked for names, and what is new is born meanwhile, on the generation there
 * is. Finishing takes that over, and ends in records to publish.
 */
import pMap from 'p-map';
import { giveWay, inPieces, Slice } from '../../algorithms/give-way.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Manifest } from '../../domain/generation.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { backcastRecords, generationRecords } from '../generations.ts';
import { coordinationOfAll } from './coordination.ts';
import { descentOf } from './descent.ts';
import { growTree, type Tree } from './hierarchy.ts';
import { placesOf, withPlaces } from './map.ts';
import { nameOf, namingOfAll } from './names.ts';
import { overallOf } from './profile.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord, factsOf } from './records.ts';
import { type MakerDeps, NAMELESS, type Publication, renamed, report } from './space.ts';
import { TakeOver } from './take-over.ts';
import { withhold } from './tree-keep.ts';

/** Records written at one go. */
const PIECE = 10;

/** Clusters with names, places on the map and in the tree, of which nobody has heard yet. */
export type Draft = {
  readonly rebuilt: Rebuilt;
  readonly records: readonly ClusterRecord[];
  readonly tree: Pick<Tree, 'parents' | 'made'>;
  readonly overall: Manifest['overall'];
  /** Event time, ms, and when it began on the clock. */
  readonly now: number;
  readonly started: number;
};

/**
 * First step.
 * @param turn tells one rebuild from another
 */
export async function draftFull(
  deps: MakerDeps,
  previous: Generation | null,
  turn: number,
  now: number,
): Promise<Draft> {
  const { space, window, numbers, clusterer, rebuild: settings } = deps;
  const started = deps.clock.elapsed();
  const slots = await window.slotsSince(now - deps.windowMs);
  const rebuilt = await rebuild({ space, window, slots, previous, numbers, clusterer, settings });
  const seed = settings.seed * 7919 + turn;
  const placing = placesOf(deps, rebuilt.clusters, previous, window.dimension);
  const named = await recordsOf(deps, rebuilt, turn, now, seed);
  const tree = await growTree(deps, named, previous, { now, seed, numbers });
  const records = withPlaces(tree.clusters, await placing);
  const overall = await overallOf(window, rebuilt.slots, deps.thresholds);
  return { rebuilt, records, tree, overall, now, started };
}

/**
 * Second step: nothing may be born meanwhile.
 * @param latest what it takes the place of; `null`: nothing that it inherits from
 * @param last the last generation of any embedder: numbers go on from there
 */
export async function finishFull(
  deps: MakerDeps,
  draft: Draft,
  latest: Generation | null,
  last: Generation | null,
): Promise<Publication & { readonly over: TakeOver }> {
  const { rebuilt, now } = draft;
  const { window } = deps;
  const made = { generation: (last?.manifest.generation ?? 0) + 1, at: now };
  const { generation } = made;
  const over = new TakeOver(rebuilt, latest, deps.rebuild);
  const members = await over.putAll(window);
  const relations = over.relations(members);
  const old = new Map(rebuilt.from?.clusters.map((cluster) => [cluster.id, cluster]));
  const drawn = draft.records.map((record) => ({
    ...record,
    descends: descentOf(relations.get(record.id), old.get(record.id), old, made),
  }));
  const { records: told, parents } = await over.join(deps.centroids, drawn, draft.tree.parents);
  const groups = groupsOf(told, rebuilt, over, members);
  const records = await countedAgain(deps, told, groups, over, generation);
  // Those too that came late, while it was made.
  const slots = await window.slotsSince(now - deps.windowMs);
  const looked = { slots, clusters: groups };
  const usualBefore = latest?.manifest.usual ?? null;
  const { clusters, usual } = await coordinationOfAll(deps, records, looked, usualBefore);
  const backcast = await backcastChunks(
    { space: deps.space, of: 'window', generation },
    window,
    slots,
    // What comes meanwhile is under the generation before.
    { until: now, under: (slot) => over.homeOf(window.cluster(slot)) },
  );
  const manifest: Manifest = {
    kind: 'manifest',
    space: deps.space,
    event_time: now,
    embedder: deps.embedder,
    dimension: window.dimension,
    samples: slots.length,
    generation,
    type: 'full',
    full: generation,
    clusters: clusters.map((cluster) => cluster.id),
    parents: withhold(parents, clusters, deps.thresholds),
    tree: draft.tree.made,
    relations: [...relations.values()],
    backcast_chunks: backcast.length,
    outlier_rate: rebuilt.outlierRate,
    overall: draft.overall,
    usual,
    next_id: deps.numbers.next,
  };
  const gone = (last?.clusters ?? []).map(({ id }) => id).filter((id) => !over.isAlive(id));
  const published: NewRecord[] = [];
  const toTell = generationRecords(
    deps.topic,
    { manifest, changed: clusters },
    { clusters: gone, window: last?.manifest ?? null },
  );
  for await (const piece of inPieces(toTell, PIECE)) published.push(...piece);
  report(deps, manifest, draft.started);
  const history = backcastRecords(deps.topic, backcast);
  return { generation: { manifest, clusters }, history, records: published, over };
}

type Group = { readonly id: string; readonly members: readonly number[] };

/** Who is in each cluster: as drafted, in the order of the data, where nothing has changed since. */
function groupsOf(
  records: readonly ClusterRecord[],
  { clusters }: Rebuilt,
  over: TakeOver,
  members: ReadonlyMap<string, readonly number[]>,
): Group[] {
  const drafted = new Map(clusters.map((cluster) => [cluster.id, cluster.members]));
  return records.map(({ id }) => ({ id, members: (over.isChanged(id) ? members : drafted).get(id) ?? [] }));
}

/** With the figures of those who are in them by now, where the draft did not know. */
async function countedAgain(
  deps: MakerDeps,
  records: readonly ClusterRecord[],
  groups: readonly Group[],
  over: TakeOver,
  generation: number,
): Promise<ClusterRecord[]> {
  const counted: ClusterRecord[] = [];
  const slice = new Slice();
  for (const [i, record] of records.entries()) {
    if (slice.isOver) await slice.giveWay();
    const facts = over.isChanged(record.id) ? factsOf(deps.window, record, groups[i]?.members ?? []) : null;
    counted.push(
      facts === null ? { ...record, generation } : await clusterRecord(deps, generation, deps.window, facts),
    );
  }
  return counted;
}

/** Calls to a model take seconds each: one after the other, those of a thousand clusters would take an hour. How many really are under way at once is up to the labeler. */
const NAMED_AT_ONCE = 16;

/** Names the clusters that a rebuild has made, where they may be named and have changed enough. */
async function recordsOf(
  deps: MakerDeps,
  rebuilt: Rebuilt,
  turn: number,
  now: number,
  seed: number,
): Promise<ClusterRecord[]> {
  const { drafted, from, clusters } = rebuilt;
  const random = seededRandom(seed);
  const old = new Map(from?.clusters.map((cluster) => [cluster.id, cluster]));
  const naming = await namingOfAll(deps, drafted, rebuilt, old);
  const labels = await pMap(
    clusters,
    async (cluster) => {
      // To name one anew reads the texts of a hundred conversations.
      if (naming.get(cluster.id) !== 'keep') await giveWay();
      return nameOf(deps, drafted, cluster, naming, old.get(cluster.id), random);
    },
    { concurrency: deps.labeler.kind === 'claude' ? NAMED_AT_ONCE : 1 },
  );
  const records: ClusterRecord[] = [];
  const slice = new Slice();
  for (const [i, cluster] of clusters.entries()) {
    if (slice.isOver) await slice.giveWay();
    const ancestor = old.get(cluster.id);
    const facts: ClusterFacts = {
      ...cluster,
      origin: ancestor?.origin ?? 'rebuild',
      bornAt: ancestor?.born_at ?? now,
      ...NAMELESS,
      place: null,
    };
    const named = renamed(deps, facts, ancestor, labels[i] ?? null, { at: now, kept: cluster.kept });
    records.push(await clusterRecord(deps, turn, drafted, named));
  }
  return records;
}
