/** One cluster space: its window, its newest generation, and how the next one is made. */
import pMap from 'p-map';
import { giveWay, inPieces } from '../../algorithms/give-way.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Manifest } from '../../domain/generation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Projector } from '../../ports/projector.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { backcastRecords, generationRecords } from '../generations.ts';
import { coordinationOfAll } from './coordination.ts';
import { descentOf } from './descent.ts';
import { growTree, type HierarchySettings } from './hierarchy.ts';
import { placesOf, withPlaces } from './map.ts';
import { type NamingDeps, nameOf, namingOfAll } from './names.ts';
import { namingOf } from './naming.ts';
import { overallOf } from './profile.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord } from './records.ts';
import type { TreeDeps } from './tree.ts';
import type { SampleWindow } from './window.ts';

/** Before it is named and has its place. */
export const NAMELESS = { label: null, parent: null, naming: null, names: [], descends: [] };

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
  const placed = withPlaces(tree.clusters, await placing);
  const before = previous?.manifest.usual ?? null;
  const { clusters, usual } = await coordinationOfAll({ ...deps, window }, placed, made, before);
  // What is ahead of the time it speaks of, whoever counts has counted himself.
  const past = made.slots.filter((slot) => (window.brief(slot)?.at ?? 0) <= now);
  const backcast = backcastChunks({ space: deps.space, of: 'window', generation }, window, past);
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
    overall: await overallOf(window, made.slots, deps.thresholds),
    usual,
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

/** Calls to a model take seconds each: one after the other, those of a thousand clusters would take an hour. How many really are under way at once is up to the labeler. */
const NAMED_AT_ONCE = 16;

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
  const relations = new Map(made.relations.map((relation) => [relation.id, relation]));
  const naming = await namingOfAll(deps, window, made, old);
  const labels = await pMap(
    made.clusters,
    async (cluster) => {
      // To name one anew reads the texts of a hundred conversations.
      if (naming.get(cluster.id) !== 'keep') await giveWay();
      return nameOf(deps, window, cluster, naming, old.get(cluster.id), random);
    },
    { concurrency: deps.labeler.kind === 'claude' ? NAMED_AT_ONCE : 1 },
  );
  const records: ClusterRecord[] = [];
  for (const [i, cluster] of made.clusters.entries()) {
    if (i % PIECE === 0) await giveWay();
    const ancestor = old.get(cluster.id);
    const label = labels[i] ?? null;
    const facts: ClusterFacts = {
      ...cluster,
      origin: ancestor?.origin ?? 'rebuild',
      bornAt: ancestor?.born_at ?? now,
      ...NAMELESS,
      descends: descentOf(relations.get(cluster.id), ancestor, old, { generation, at: now }),
      place: null,
    };
    const named = renamed(deps, facts, ancestor, label, { at: now, kept: cluster.kept });
    records.push(clusterRecord(deps, generation, window, named));
  }
  return records;
}

/** Facts with a label, and what that makes of the names before it. */
export function renamed(
  { thresholds }: SpaceDeps,
  facts: ClusterFacts,
  before: ClusterRecord | undefined,
  label: ClusterFacts['label'],
  now: { at: number; kept: number },
): ClusterFacts {
  const { centroid, members } = facts;
  const named = { ...now, centroid, conversations: members.length };
  return { ...facts, label, ...namingOf(before, label, named, thresholds) };
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

export function report(deps: SpaceDeps, manifest: Manifest, started: number): void {
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
