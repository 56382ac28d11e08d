/** Which clusters of a space are named, and which keep the name they had. */
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Label } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import type { Labeler } from '../../ports/labeler.ts';
import { inPieces } from '../turns.ts';
import { centroidOf } from '../vectors.ts';
import { aboveThresholds, type Labellable, labelCluster, nearestOthers, type Thresholds } from './label.ts';
import { nameVerdict } from './naming.ts';
import type { RebuildSettings, Rebuilt } from './rebuild.ts';
import type { ClusterFacts } from './records.ts';
import type { SampleWindow } from './window.ts';

export type NamingDeps = {
  readonly labeler: Labeler;
  readonly centroids: Neighbours;
  readonly rebuild: RebuildSettings;
  readonly thresholds: Thresholds;
};

/** What a cluster is named anew against; `keep`: it keeps its ancestor's name, as little has changed. Absent: it may not be named. */
type Naming = ReadonlyMap<string, readonly Labellable[] | 'keep'>;

/** Clusters looked at in one go. */
const PIECE = 50;

/** Which of the clusters that a rebuild has made are to be named, and what each is to be set apart from. */
export async function namingOfAll(
  deps: NamingDeps,
  window: SampleWindow,
  { clusters }: Rebuilt,
  ancestors: ReadonlyMap<string, ClusterRecord>,
): Promise<Naming> {
  const naming = new Map<string, readonly Labellable[] | 'keep'>();
  const anew: Labellable[] = [];
  for await (const piece of inPieces(clusters, PIECE))
    for (const cluster of piece) {
      if (!aboveThresholds(window, cluster.members, deps.thresholds)) continue;
      const { verdict } = nameVerdict(ancestors.get(cluster.id), cluster.members.length, cluster.kept);
      if (verdict === 'keep') naming.set(cluster.id, verdict);
      else anew.push(cluster);
    }
  const others = await nearestOthers(deps.centroids, anew, clusters);
  for (const [i, { id }] of anew.entries()) naming.set(id, others[i] ?? []);
  return naming;
}

/** The name of a cluster that a rebuild has made. */
export async function nameOf(
  { labeler, thresholds }: NamingDeps,
  window: SampleWindow,
  cluster: Labellable,
  naming: Naming,
  ancestor: ClusterRecord | undefined,
  random: () => number,
): Promise<Label | null> {
  const beside = naming.get(cluster.id);
  if (beside === undefined) return null;
  if (beside === 'keep') return ancestor?.label ?? null;
  return labelCluster(labeler, window, cluster, beside, thresholds, random);
}

/** Names of clusters of a generation that have grown, or may be named only now. */
export async function nameAgain(
  { labeler, thresholds, centroids, rebuild }: NamingDeps,
  window: SampleWindow,
  previous: Generation,
  facts: readonly ClusterFacts[],
): Promise<(Label | null)[]> {
  const random = seededRandom(rebuild.seed * 7919 + previous.manifest.generation + 1);
  const members = membersByCluster(window);
  const all = previous.clusters.map((record) => ({
    id: record.id,
    centroid: centroidOf(record),
    members: members.get(record.id) ?? [],
  }));
  const large = facts.filter((fact) => aboveThresholds(window, fact.members, thresholds));
  const others = await nearestOthers(centroids, large, all);
  const beside = new Map(large.map((fact, i) => [fact, others[i] ?? []]));
  return Promise.all(
    facts.map(async (fact) => {
      const near = beside.get(fact);
      return near === undefined ? null : labelCluster(labeler, window, fact, near, thresholds, random);
    }),
  );
}

export function membersByCluster(window: SampleWindow): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (const slot of window.slots()) {
    const cluster = window.cluster(slot);
    if (cluster === null) continue;
    const list = members.get(cluster);
    if (list === undefined) members.set(cluster, [slot]);
    else list.push(slot);
  }
  return members;
}
