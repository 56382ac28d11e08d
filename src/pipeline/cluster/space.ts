/** One cluster space: its window, its newest generation, and how the next one is made. */
import { seededRandom } from '../../algorithms/random.ts';
import type { Backcast, ClusterRecord, Generation, Manifest, Relation } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { generationRecords } from '../generations.ts';
import { giveWay, inPieces } from '../turns.ts';
import { centroidOf } from '../vectors.ts';
import { coordinationOfAll, coordinationOfSome } from './coordination.ts';
import { buildParents } from './hierarchy.ts';
import { type NamingDeps, nameAgain, nameOf } from './names.ts';
import { type Newborn, newbornRadius } from './newborn.ts';
import { isNews } from './news.ts';
import { overallOf } from './profile.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { backcastChunks, type ClusterFacts, clusterRecord } from './records.ts';
import type { SampleWindow } from './window.ts';

/** Clusters named, and records written, at one go: one of the past holds thousands of rows. */
const PIECE = 10;

export type SpaceDeps = NamingDeps & {
  readonly space: string;
  readonly topic: string;
  readonly embedder: string;
  readonly clusterer: Clusterer;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly windowMs: number;
};

/** Records to publish as one, and the generation they make. */
export type Publication = { readonly generation: Generation; readonly records: readonly NewRecord[] };

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
    window,
    slots,
    previous,
    last?.manifest.next_id ?? 1,
    deps.clusterer,
    deps.rebuild,
  );
  for (const [i, slot] of made.slots.entries()) window.setCluster(slot, made.assigned[i] ?? null);
  const random = seededRandom(deps.rebuild.seed * 7919 + generation);
  const old = new Map(previous?.clusters.map((cluster) => [cluster.id, cluster]) ?? []);
  const records: ClusterRecord[] = [];
  for (const [i, cluster] of made.clusters.entries()) {
    if (i % PIECE === 0) await giveWay();
    const ancestor = old.get(cluster.id);
    const label = await nameOf(deps, window, cluster, made, ancestor, random);
    records.push(
      clusterRecord(deps, generation, window, {
        ...cluster,
        origin: ancestor?.origin ?? 'rebuild',
        bornAt: ancestor?.born_at ?? now,
        label,
        parent: null,
      }),
    );
  }
  const nested = await buildParents(records, previous, deps.clusterer, deps.labeler, {
    seed: deps.rebuild.seed,
    dimension: window.dimension,
    nextId: made.nextId,
    minAudit: deps.thresholds.minAudit,
  });
  const placed = underParents(records, nested.parents);
  const { clusters, usual } = await coordinationOfAll({ ...deps, window }, placed, made);
  const backcast = backcastChunks(deps.space, generation, window, made.slots);
  const manifest: Manifest = {
    ...manifestBase(deps, window, now, made.slots.length),
    generation,
    type: 'full',
    full: generation,
    clusters: clusters.map((cluster) => cluster.id),
    parents: nested.parents,
    relations: [...made.relations],
    backcast_chunks: backcast.length,
    outlier_rate: made.outlierRate,
    overall: overallOf(window, made.slots, deps.thresholds),
    usual,
    next_id: nested.nextId,
  };
  const alive = new Set(manifest.clusters);
  const gone = (last?.clusters ?? []).map(({ id }) => id).filter((id) => !alive.has(id));
  const told: NewRecord[] = [];
  const toTell = generationRecords(
    deps.topic,
    { manifest, changed: clusters, backcast },
    { clusters: gone, backcastChunks: last?.manifest.backcast_chunks ?? 0 },
  );
  for await (const piece of inPieces(toTell, PIECE)) told.push(...piece);
  report(deps, manifest, started);
  return { generation: { manifest, clusters }, records: told, assigned: made };
}

function underParents(records: readonly ClusterRecord[], parents: Manifest['parents']): ClusterRecord[] {
  const parentOf = new Map(parents.flatMap(({ id, children }) => children.map((child) => [child, id])));
  return records.map((record) => ({ ...record, parent: parentOf.get(record.id) ?? null }));
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
  const id = `c${previous.manifest.next_id.toString(36)}`;
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
    label: null,
    parent: nearestParent(previous, newborn.centroid),
  };
  const [named] = await nameAgain(deps, window, previous, [facts]);
  const relations: Relation[] = [{ kind: 'born', id, from: kin }];
  return patch(
    deps,
    window,
    previous,
    [{ ...facts, label: named ?? null }],
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
    };
  });
  const labels = await nameAgain(deps, window, previous, facts);
  const named = facts.map((fact, i) => ({ ...fact, label: labels[i] ?? fact.label }));
  return patch(deps, window, previous, named, [], now, started, []);
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
  const backcast = backcastChunks(deps.space, generation, window, founders);
  const changed = await coordinationOfSome(
    { ...deps, window },
    facts.map((fact) => clusterRecord(deps, generation, window, fact)),
    facts,
    previous.manifest.usual,
  );
  return publicationOf(deps, window, previous, { changed, relations, backcast }, now, started);
}

/** A patch of records that are made already. */
export function publicationOf(
  deps: SpaceDeps,
  window: SampleWindow,
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
    relations,
    samples: window.size,
    usual,
    next_id: previous.manifest.next_id + added.length,
  };
  report(deps, manifest, started);
  return {
    generation: { manifest, clusters },
    records: [
      ...generationRecords(deps.topic, { manifest, changed, backcast }, { clusters: [], backcastChunks: 0 }),
    ],
  };
}

function meanSimilarity(window: SampleWindow, members: readonly number[], centroid: Float32Array): number {
  let sum = 0;
  for (const slot of members) sum += dot(window.vector(slot), centroid);
  return sum / Math.max(1, members.length);
}

function nearestParent(generation: Generation, centroid: Float32Array): string | null {
  let best: ClusterRecord | undefined;
  let similarity = -1;
  for (const cluster of generation.clusters) {
    const s = dot(centroidOf(cluster), centroid);
    if (s > similarity) {
      similarity = s;
      best = cluster;
    }
  }
  return best?.parent ?? null;
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
