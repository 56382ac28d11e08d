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
import { bornSince, type Rebuilt, type Regrouped, regroup } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord, factsOf } from './records.ts';
import { type MakerDeps, NAMELESS, type Publication, renamed, report } from './space.ts';
import { placeInTree, withChildren, withhold } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/** Records written at one go. */
const PIECE = 10;
/** Slots put under their clusters between two looks at the clock. */
const LOOK = 256;
/** Slots looked at in one go. */
const SLOTS = 2_000;

/** The window, clustered anew. */
export type Begun = {
  readonly regrouped: Regrouped;
  /** Event time, ms, and when it began on the clock. */
  readonly now: number;
  readonly started: number;
};

/** Its clusters with names, places on the map and in the tree. */
export type Drawn = {
  readonly rebuilt: Rebuilt;
  readonly records: readonly ClusterRecord[];
  readonly tree: Pick<Tree, 'parents' | 'made'>;
  readonly overall: Manifest['overall'];
};

/** First step. The ids come after it: see `identify`. */
export async function beginFull(deps: MakerDeps, previous: Generation | null, now: number): Promise<Begun> {
  const { window, clusterer, rebuild: settings } = deps;
  const started = deps.clock.elapsed();
  const slots = await window.slotsSince(now - deps.windowMs);
  return { regrouped: await regroup({ window, slots, previous, clusterer, settings }), now, started };
}

/**
 * Second step.
 * @param turn tells one rebuild from another
 */
export async function drawFull(
  deps: MakerDeps,
  rebuilt: Rebuilt,
  { now }: Pick<Begun, 'now'>,
  turn: number,
): Promise<Drawn> {
  const { window, numbers } = deps;
  const seed = deps.rebuild.seed * 7919 + turn;
  const placing = placesOf(deps, rebuilt.clusters, rebuilt.before, window.dimension);
  const named = await recordsOf(deps, rebuilt, turn, now, seed);
  const tree = await growTree(deps, named, rebuilt.before, { now, seed, numbers });
  const records = withPlaces(tree.clusters, await placing);
  const overall = await overallOf(window, rebuilt.slots, deps.thresholds);
  return { rebuilt, records, tree, overall };
}

/**
 * Third step: nothing may be born meanwhile.
 * @param latest what it takes the place of; `null`: nothing that it inherits from
 * @param last the last generation of any embedder: numbers go on from there
 */
export async function finishFull(
  deps: MakerDeps,
  drawn: Drawn,
  { now, started }: Pick<Begun, 'now' | 'started'>,
  latest: Generation | null,
  last: Generation | null,
): Promise<Publication> {
  const { rebuilt } = drawn;
  const { window } = deps;
  const made = { generation: (last?.manifest.generation ?? 0) + 1, at: now };
  const { generation } = made;
  const young = youngOf(rebuilt, latest);
  const robbed = await putUnder(window, rebuilt, new Set(young.others.map(({ id }) => id)));
  const members = await membersByCluster(window);
  const relations = relationsOf(rebuilt.relations, young, (id) => members.get(id)?.length ?? 0);
  const { records: told, parents } = await joined(deps, drawn, young, relations, made);
  // What the draft counted elsewhere, or could not know of.
  const isOther = (id: string): boolean => robbed.has(id) || young.known.has(id);
  const ownOf = new Map(rebuilt.clusters.map((cluster) => [cluster.id, cluster.members]));
  const groups = told.map(({ id }) => ({
    id,
    members: (isOther(id) ? members.get(id) : ownOf.get(id)) ?? [],
  }));
  const records = told.map((record, i) =>
    isOther(record.id) ? countedAgain(deps, record, groups[i]?.members ?? []) : record,
  );
  const slots = rebuilt.slots.filter((slot) => rebuilt.drafted.isThere(slot));
  const usualBefore = latest?.manifest.usual ?? null;
  const looked = { slots, clusters: groups };
  const { clusters, usual } = await coordinationOfAll(deps, records, looked, usualBefore);
  const alive = new Set(clusters.map(({ id }) => id));
  const past = await pastOf(window, { from: now - deps.windowMs, to: now }, alive);
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
    clusters: [...alive],
    parents: withhold(parents, clusters, deps.thresholds),
    tree: drawn.tree.made,
    relations: [...relations.values()],
    backcast_chunks: backcast.length,
    outlier_rate: rebuilt.outlierRate,
    overall: drawn.overall,
    usual,
    next_id: deps.numbers.next,
  };
  const gone = (last?.clusters ?? []).map(({ id }) => id).filter((id) => !alive.has(id));
  const published: NewRecord[] = [];
  const toTell = generationRecords(
    deps.topic,
    { manifest, changed: clusters },
    { clusters: gone, window: last?.manifest ?? null },
  );
  for await (const piece of inPieces(toTell, PIECE)) published.push(...piece);
  report(deps, manifest, started);
  const history = backcastRecords(deps.topic, backcast);
  return { generation: { manifest, clusters }, history, records: published };
}

/** Clusters that were born in the course of it. */
type Young = {
  /** Those of which the rebuild has made one, under their id. */
  readonly known: ReadonlyMap<string, ClusterRecord>;
  /** Those of which it has made none: they go on as they are. */
  readonly others: readonly ClusterRecord[];
};

function youngOf({ clusters, from }: Rebuilt, latest: Generation | null): Young {
  const made = new Set(clusters.map(({ id }) => id));
  const young = bornSince(from, latest);
  return {
    known: new Map(young.filter(({ id }) => made.has(id)).map((record) => [record.id, record])),
    others: young.filter(({ id }) => !made.has(id)),
  };
}

/**
 * Puts samples under the new clusters, but for those that have gone on since, and those of a cluster that goes on as it is.
 * @returns whom the draft has counted these for
 */
async function putUnder(
  window: SampleWindow,
  { slots, drafted }: Rebuilt,
  others: ReadonlySet<string>,
): Promise<Set<string>> {
  const slice = new Slice();
  const robbed = new Set<string>();
  for (const [i, slot] of slots.entries()) {
    const cluster = drafted.cluster(slot);
    if (!others.has(window.cluster(slot) ?? '')) {
      if (drafted.isUnchanged(slot)) window.setCluster(slot, cluster);
    } else if (cluster !== null && drafted.isUnchanged(slot)) robbed.add(cluster);
    if (i % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
  }
  return robbed;
}

/** By the cluster spoken of. One that was born in the course of it is not born a second time, nor has it died, nor was it cut off from another. */
function relationsOf(
  relations: readonly Relation[],
  { known, others }: Young,
  membersOf: (id: string) => number,
): Map<string, Relation> {
  const told = new Map(relations.map((relation) => [relation.id, relation]));
  for (const id of [...known.keys(), ...others.map((record) => record.id)]) {
    const relation = told.get(id);
    const inherits = relation?.kind === 'continues' || relation?.kind === 'merged';
    if (inherits && relation.from.some((ancestor) => ancestor.id === id)) continue;
    told.set(id, { kind: 'continues', id, from: [{ id, share: 1, members: membersOf(id) }] });
  }
  return told;
}

type Made = { readonly generation: number; readonly at: number };

/** The records of all, those that go on as they are too, which find their places beside the others. */
async function joined(
  { centroids }: MakerDeps,
  { rebuilt, records, tree }: Drawn,
  { known, others }: Young,
  relations: ReadonlyMap<string, Relation>,
  made: Made,
): Promise<{ records: readonly ClusterRecord[]; parents: Manifest['parents'] }> {
  const { generation } = made;
  const old = new Map(rebuilt.before?.clusters.map((cluster) => [cluster.id, cluster]));
  const own = records.map((record) => {
    const descends = descentOf(relations.get(record.id), old.get(record.id), old, made);
    return { ...record, generation, descends, ...asTold(known.get(record.id)) };
  });
  const { parents } = tree;
  if (known.size + others.length === 0) return { records: own, parents };
  const beside = { clusters: own, manifest: { parents } };
  const under = await placeInTree(centroids, others, beside);
  const added = others.map((record, i) => ({
    ...record,
    ...placeOfNewborn(beside, record.id, centroidOf(record)),
    generation,
    parent: under[i] ?? null,
  }));
  const all = [...own, ...added];
  return { records: all, parents: withChildren(parents, all) };
}

/** What was told of a cluster minutes ago stays: its name too. */
function asTold(known: ClusterRecord | undefined): Partial<ClusterRecord> {
  if (known === undefined) return {};
  const { origin, born_at, label, naming, names, descends } = known;
  return { origin, born_at, descends, ...(label === null ? {} : { label, naming, names }) };
}

/** With the figures of those who are in it by now. */
function countedAgain(deps: MakerDeps, record: ClusterRecord, members: readonly number[]): ClusterRecord {
  return clusterRecord(deps, record.generation, deps.window, factsOf(deps.window, record, members));
}

/**
 * Slots of what came up to the event time of a generation, those too that came late, while it was made: what is ahead of it, whoever counts has
 * counted himself. They are outliers where their cluster is gone.
 */
async function pastOf(
  window: SampleWindow,
  time: { readonly from: number; readonly to: number },
  alive: ReadonlySet<string>,
): Promise<number[]> {
  const past: number[] = [];
  for await (const slots of inPieces(await window.slotsSince(time.from), SLOTS))
    for (const slot of slots) {
      const cluster = window.cluster(slot);
      if (cluster !== null && !alive.has(cluster)) window.setCluster(slot, null);
      if ((window.brief(slot)?.at ?? Number.POSITIVE_INFINITY) <= time.to) past.push(slot);
    }
  return past;
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
  const old = new Map(before?.clusters.map((cluster) => [cluster.id, cluster]));
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
