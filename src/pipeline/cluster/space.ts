/** One cluster space: its window, its newest generation, and how the next one is made. */
import { seededRandom } from '../../algorithms/random.ts';
import { clusterId } from '../../domain/cluster-id.ts';
import type { ClusterRecord, Generation, Manifest, Relation } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Projector } from '../../ports/projector.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { backcastRecords, generationRecords } from '../generations.ts';
import { giveWay, inPieces } from '../turns.ts';
import { centroidOf } from '../vectors.ts';
import { growTree, type HierarchySettings } from './hierarchy.ts';
import { placeOf, placeOfNewborn, placesOf, withPlaces } from './map.ts';
import { type NamingDeps, nameAgain, nameOf } from './names.ts';
import { namingOf } from './naming.ts';
import { type Newborn, newbornRadius } from './newborn.ts';
import { isNews } from './news.ts';
import { overallOf } from './profile.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord } from './records.ts';
import type { TreeDeps } from './tree.ts';
import { placeInTree, withChildren, withhold } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/** Before it is named and has its place. */
const NAMELESS = { label: null, parent: null, naming: null, names: [] };

/** Clusters named, and records written, at one go: one of the past holds thousands of rows. */
const PIECE = 10;

export type SpaceDeps = NamingDeps &
  TreeDeps & {
    readonly hierarchy: HierarchySettings;
    readonly space: string;
    /** Whose text is clustered. */
    readonly facet: string;
    readonly topic: string;
    readonly embedder: string;
    readonly clusterer: Clusterer;
    readonly projector: Projector;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
    readonly windowMs: number;
  };

/** The generation, records to publish as one that make it, and its window, to be published before in as many pieces as one likes. */
export type Publication = {
  readonly generation: Generation;
  readonly history: Iterable<NewRecord>;
  readonly records: readonly NewRecord[];
};

/**
 * Clusters the window anew. The caller waits, or goes on with the generation it has.
 * @param foreign the last generation of another embedder: nothing is inherited from it, but numbers go on from there
 */
export async function makeFull(
  deps: SpaceDeps,
  window: SampleWindow,
  previous: Generation | null,
  foreign: Generation | null,
  now: number,
): Promise<Publication & { assigned: Rebuilt }> {
  const started = deps.clock.elapsed();
  const slots = window.slotsSince(now - deps.windowMs);
  const last = previous ?? foreign;
  const generation = (last?.manifest.generation ?? 0) + 1;
  const made = await rebuild(
    deps.space,
    window,
    slots,
    previous,
    last?.manifest.next_id ?? 1,
    deps.clusterer,
    deps.rebuild,
  );
  for (const [i, slot] of made.slots.entries()) window.setCluster(slot, made.assigned[i] ?? null);
  const placing = placesOf(deps, made.clusters, previous, window.dimension);
  const records = await recordsOf(deps, window, made, previous, generation, now);
  const tree = await growTree(deps, records, previous, {
    now,
    seed: deps.rebuild.seed * 7919 + generation,
    nextId: made.nextId,
  });
  const clusters = withPlaces(tree.clusters, await placing);
  const backcast = backcastChunks({ space: deps.space, of: 'window', generation }, window, made.slots);
  const manifest: Manifest = {
    ...manifestBase(deps, window, now, made.slots.length),
    generation,
    type: 'full',
    full: generation,
    clusters: clusters.map((cluster) => cluster.id),
    parents: tree.parents,
    tree: tree.made,
    relations: [...made.relations],
    backcast_chunks: backcast.length,
    outlier_rate: made.outlierRate,
    overall: overallOf(window, made.slots, deps.thresholds),
    next_id: tree.nextId,
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
  report(deps, manifest, started);
  const history = backcastRecords(deps.topic, backcast);
  return { generation: { manifest, clusters }, history, records: told, assigned: made };
}

/** Names the clusters that a rebuild has made, where they may be named and have changed enough. */
async function recordsOf(
  deps: SpaceDeps,
  window: SampleWindow,
  made: Rebuilt,
  previous: Generation | null,
  generation: number,
  now: number,
): Promise<ClusterRecord[]> {
  const random = seededRandom(deps.rebuild.seed * 7919 + generation);
  const old = new Map(previous?.clusters.map((cluster) => [cluster.id, cluster]) ?? []);
  const records: ClusterRecord[] = [];
  for (const [i, cluster] of made.clusters.entries()) {
    if (i % PIECE === 0) await giveWay();
    const ancestor = old.get(cluster.id);
    const label = await nameOf(deps, window, cluster, made, ancestor, random);
    const facts: ClusterFacts = {
      ...cluster,
      origin: ancestor?.origin ?? 'rebuild',
      bornAt: ancestor?.born_at ?? now,
      ...NAMELESS,
      place: null,
    };
    const named = renamed(deps, facts, ancestor, label, { at: now, kept: cluster.kept });
    records.push(clusterRecord(deps, generation, window, named));
  }
  return records;
}

/**
 * Adds a newborn cluster to the generation; all others stay as they are.
 * @param kin recent newborns of the same topic
 */
export async function makeNewborn(
  deps: SpaceDeps,
  window: SampleWindow,
  previous: Generation,
  newborn: Newborn,
  floor: number,
  kin: Relation['from'],
): Promise<Publication> {
  const started = deps.clock.elapsed();
  const id = clusterId(deps.space, previous.manifest.next_id);
  const members = newborn.founders.flatMap((founder) => window.slotOf(founder.conversation) ?? []);
  for (const slot of members) window.setCluster(slot, id);
  const radius = newbornRadius(newborn, floor);
  const facts: ClusterFacts = {
    id,
    origin: isNews(window, newborn, radius) ? 'newborn' : 'rebuild',
    bornAt: newborn.at,
    centroid: newborn.centroid,
    radius,
    meanSimilarity: meanSimilarity(window, members, newborn.centroid),
    members,
    ...NAMELESS,
    place: placeOfNewborn(previous, id, newborn.centroid),
  };
  const [named] = await nameAgain(deps, window, previous, [facts]);
  const relations: Relation[] = [{ kind: 'born', id, from: kin }];
  return patch(
    deps,
    window,
    previous,
    [renamed(deps, facts, undefined, named ?? null, { at: newborn.at, kept: 1 })],
    relations,
    newborn.at,
    started,
    members,
  );
}

/** Counts and names clusters again that have grown since they were named, or may be named only now. */
export async function makeRefreshed(
  deps: SpaceDeps,
  window: SampleWindow,
  previous: Generation,
  stale: readonly { record: ClusterRecord; members: readonly number[] }[],
  now: number,
): Promise<Publication> {
  const started = deps.clock.elapsed();
  const facts = stale.map(({ record, members }): ClusterFacts => {
    const centroid = centroidOf(record);
    return {
      id: record.id,
      origin: record.origin,
      bornAt: record.born_at,
      centroid,
      radius: record.radius,
      meanSimilarity: meanSimilarity(window, members, centroid),
      members,
      label: record.label,
      parent: record.parent,
      place: placeOf(record),
      naming: record.naming,
      names: record.names,
    };
  });
  const labels = await nameAgain(deps, window, previous, facts);
  const named = facts.map((fact, i) =>
    renamed(deps, fact, stale[i]?.record, labels[i] ?? fact.label, { at: now, kept: 1 }),
  );
  return patch(deps, window, previous, named, [], now, started, []);
}

function renamed(
  { thresholds }: SpaceDeps,
  facts: ClusterFacts,
  before: ClusterRecord | undefined,
  label: ClusterFacts['label'],
  now: { at: number; kept: number },
): ClusterFacts {
  const conversations = facts.members.length;
  return { ...facts, label, ...namingOf(before, label, { ...now, conversations }, thresholds) };
}

async function patch(
  deps: SpaceDeps,
  window: SampleWindow,
  previous: Generation,
  facts: readonly ClusterFacts[],
  relations: Relation[],
  now: number,
  started: number,
  founders: readonly number[],
): Promise<Publication> {
  const generation = previous.manifest.generation + 1;
  const made = facts.map((fact) => clusterRecord(deps, generation, window, fact));
  const places = await placeInTree(made, previous);
  const changed = made.map((record, i) => ({ ...record, parent: places[i] ?? null }));
  const replaced = new Map(changed.map((record) => [record.id, record]));
  const kept = previous.clusters.map((record) => replaced.get(record.id) ?? record);
  const added = changed.filter((record) => !previous.clusters.some(({ id }) => id === record.id));
  const clusters = [...kept, ...added];
  const backcast = backcastChunks({ space: deps.space, of: 'founders', generation }, window, founders);
  const manifest: Manifest = {
    ...previous.manifest,
    generation,
    type: 'patch',
    event_time: now,
    clusters: clusters.map((cluster) => cluster.id),
    parents: withhold(withChildren(previous.manifest.parents, clusters), clusters, deps.thresholds),
    relations,
    samples: window.size,
    next_id: previous.manifest.next_id + added.length,
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

function meanSimilarity(window: SampleWindow, members: readonly number[], centroid: Float32Array): number {
  let sum = 0;
  for (const slot of members) sum += dot(window.vector(slot), centroid);
  return sum / Math.max(1, members.length);
}

function manifestBase(deps: SpaceDeps, window: SampleWindow, now: number, samples: number) {
  return {
    kind: 'manifest' as const,
    space: deps.space,
    event_time: now,
    embedder: deps.embedder,
    dimension: window.dimension,
    samples,
  };
}

function report(deps: SpaceDeps, manifest: Manifest, started: number): void {
  deps.telemetry.generationPublished({
    space: deps.space,
    generation: manifest.generation,
    type: manifest.type,
    clusters: manifest.clusters.length,
    samples: manifest.samples,
    seconds: (deps.clock.elapsed() - started) / 1_000,
    outlierRate: manifest.outlier_rate,
  });
}
