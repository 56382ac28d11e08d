/**
 * A full generation, in three steps. The first two take their time, the second minutes where a model is asked for names; what is new is born
 * meanwhile, on the generation there is. The third takes that over, and ends in records to publish.
 */
import pMap from 'p-map';
import { giveWay, inPieces, Slice } from '../../algorithms/give-way.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Manifest, Relation } from '../../domain/generation.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { backcastRecords, generationRecords } from '../generations.ts';
import { centroidOf } from '../vectors.ts';
import { coordinationOfAll } from './coordination.ts';
import { descentOf } from './descent.ts';
import { growTree, type Tree } from './hierarchy.ts';
import { placeOfNewborn, placesOf, withPlaces } from './map.ts';
import { membersByCluster, nameOf, namingOfAll } from './names.ts';
import { overallOf } from './profile.ts';
import { type Rebuilt, rebuild, type Undisturbed } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord } from './records.ts';
import { type MakerDeps, NAMELESS, type Publication, renamed, report } from './space.ts';
import { placeInTree, withChildren, withhold } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/** Records written at one go. */
const PIECE = 10;
/** Slots put under their clusters between two looks at the clock. */
const LOOK = 256;

/** The window, clustered anew. */
export type Begun = {
  readonly rebuilt: Rebuilt;
  /** Event time, ms, and when it began on the clock. */
  readonly now: number;
  readonly started: number;
};

/** Its clusters with names, places on the map and in the tree. */
export type Drawn = Begun & {
  readonly records: readonly ClusterRecord[];
  readonly tree: Pick<Tree, 'parents' | 'made'>;
  readonly overall: Manifest['overall'];
};

/** First step. */
export async function beginFull(
  deps: MakerDeps,
  previous: Generation | null,
  undisturbed: Undisturbed,
  now: number,
): Promise<Begun> {
  const { space, window, numbers, clusterer, rebuild: settings } = deps;
  const started = deps.clock.elapsed();
  const slots = await window.slotsSince(now - deps.windowMs);
  const request = { space, window, slots, previous, undisturbed, numbers, clusterer, settings };
  return { rebuilt: await rebuild(request), now, started };
}

/**
 * Second step.
 * @param turn tells one rebuild from another
 */
export async function drawFull(deps: MakerDeps, begun: Begun, turn: number): Promise<Drawn> {
  const { rebuilt, now } = begun;
  const { window, numbers } = deps;
  const seed = deps.rebuild.seed * 7919 + turn;
  const placing = placesOf(deps, rebuilt.clusters, rebuilt.before, window.dimension);
  const named = await recordsOf(deps, rebuilt, turn, now, seed);
  const tree = await growTree(deps, named, rebuilt.before, { now, seed, numbers });
  const records = withPlaces(tree.clusters, await placing);
  const overall = await overallOf(window, rebuilt.slots, deps.thresholds);
  return { ...begun, records, tree, overall };
}

/**
 * Third step: nothing may be born meanwhile.
 * @param latest what it takes the place of; `null`: nothing that it inherits from
 * @param last the last generation of any embedder: numbers go on from there
 */
export async function finishFull(
  deps: MakerDeps,
  drawn: Drawn,
  latest: Generation | null,
  last: Generation | null,
): Promise<Publication> {
  const { rebuilt, now } = drawn;
  const { window, thresholds } = deps;
  const generation = (last?.manifest.generation ?? 0) + 1;
  const young = bornMeanwhile(rebuilt, latest);
  await putUnder(window, rebuilt, new Set(young.others.map(({ id }) => id)));
  const members = await membersByCluster(window);
  const relations = relationsOf(rebuilt.relations, young, (id) => members.get(id)?.length ?? 0);
  const made = { generation, at: now };
  const old = byId(rebuilt.before);
  const own = drawn.records.map((record) => {
    const descends = descentOf(relations.get(record.id), old.get(record.id), old, made);
    return { ...record, generation, descends, ...asTold(young.early.get(record.id)) };
  });
  const { records, parents } = await withOthers(deps, drawn, own, young, generation);
  const slots = rebuilt.slots.filter((slot) => rebuilt.drafted.isThere(slot));
  const all = [
    ...rebuilt.clusters,
    ...young.others.map(({ id }) => ({ id, members: members.get(id) ?? [] })),
  ];
  const usualBefore = latest?.manifest.usual ?? null;
  const of = { window, thresholds };
  const { clusters, usual } = await coordinationOfAll(of, records, { slots, clusters: all }, usualBefore);
  // What is ahead of the time it speaks of, whoever counts has counted himself.
  const past = slots.filter((slot) => (window.brief(slot)?.at ?? 0) <= now);
  const backcast = backcastChunks({ space: deps.space, of: 'window', generation }, window, past);
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
    parents,
    tree: drawn.tree.made,
    relations: [...relations.values()],
    backcast_chunks: backcast.length,
    outlier_rate: rebuilt.outlierRate,
    overall: drawn.overall,
    usual,
    next_id: deps.numbers.next,
  };
  const alive = new Set(manifest.clusters);
  const gone = (last?.clusters ?? []).map(({ id }) => id).filter((id) => !alive.has(id));
  const told: NewRecord[] = [];
  const toTell = generationRecords(
    deps.topic,
    { manifest, changed: clusters },
    { clusters: gone, window: last?.manifest ?? null },
  );
  for await (const piece of inPieces(toTell, PIECE)) told.push(...piece);
  report(deps, manifest, drawn.started);
  const history = backcastRecords(deps.topic, backcast);
  return { generation: { manifest, clusters }, history, records: told };
}

type Young = {
  /** By the id of the cluster that the rebuild had made of them already. */
  readonly early: ReadonlyMap<string, ClusterRecord>;
  /** Of which it has made none: they go on as they are. */
  readonly others: readonly ClusterRecord[];
};

function bornMeanwhile({ clusters, from, before }: Rebuilt, latest: Generation | null): Young {
  const [old, inherited] = [byId(from), byId(before)];
  const made = new Set(clusters.map(({ id }) => id));
  const young = (latest?.clusters ?? []).filter(({ id }) => !old.has(id));
  const early = young.filter(({ id }) => made.has(id) && !inherited.has(id));
  return {
    early: new Map(early.map((record) => [record.id, record])),
    others: young.filter(({ id }) => !made.has(id)),
  };
}

/** Puts samples under the new clusters, but for those of a cluster that was born meanwhile and goes on. */
async function putUnder(
  window: SampleWindow,
  { slots, drafted }: Rebuilt,
  others: ReadonlySet<string>,
): Promise<void> {
  const slice = new Slice();
  for (const [i, slot] of slots.entries()) {
    if (drafted.isThere(slot) && !others.has(window.cluster(slot) ?? ''))
      window.setCluster(slot, drafted.cluster(slot));
    if (i % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
  }
}

/** By the cluster spoken of. One that was born meanwhile is not born a second time, nor has it died. */
function relationsOf(
  relations: readonly Relation[],
  { early, others }: Young,
  membersOf: (id: string) => number,
): Map<string, Relation> {
  const goesOn = (id: string): Relation => ({
    kind: 'continues',
    id,
    from: [{ id, share: 1, members: membersOf(id) }],
  });
  const told = new Map(relations.map((relation) => [relation.id, relation]));
  for (const id of early.keys()) if (told.get(id)?.kind === 'born') told.set(id, goesOn(id));
  for (const { id } of others) told.set(id, goesOn(id));
  return told;
}

/** What was told of a cluster that was born meanwhile stays: its name too. */
function asTold(known: ClusterRecord | undefined): Partial<ClusterRecord> {
  if (known === undefined) return {};
  const { origin, born_at, label, naming, names } = known;
  return { origin, born_at, ...(label === null ? {} : { label, naming, names }) };
}

function byId(generation: Generation | null): Map<string, ClusterRecord> {
  return new Map(generation?.clusters.map((cluster) => [cluster.id, cluster]));
}

/** Gives those that go on as they are their places beside the others. */
async function withOthers(
  { centroids, thresholds }: MakerDeps,
  { tree }: Drawn,
  own: readonly ClusterRecord[],
  { early, others }: Young,
  generation: number,
): Promise<{ records: readonly ClusterRecord[]; parents: Manifest['parents'] }> {
  const { parents } = tree;
  if (early.size + others.length === 0) return { records: own, parents };
  const beside = { clusters: own, manifest: { parents } };
  const under = await placeInTree(centroids, others, beside);
  const added = others.map((record, i) => ({
    ...record,
    ...placeOfNewborn(beside, record.id, centroidOf(record)),
    generation,
    parent: under[i] ?? null,
  }));
  const records = [...own, ...added];
  return { records, parents: withhold(withChildren(parents, records), records, thresholds) };
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
  const { drafted, before, clusters } = rebuilt;
  const random = seededRandom(seed);
  const old = byId(before);
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
    records.push(clusterRecord(deps, turn, drafted, named));
  }
  return records;
}
