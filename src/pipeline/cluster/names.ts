/** Which clusters of a space are named, and which keep the name they had. */
import { inPieces } from '../../algorithms/give-way.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Label } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import type { Labeler } from '../../ports/labeler.ts';
import { centroidOf } from '../vectors.ts';
import { aboveThresholds, type Labellable, labelCluster, nearestOthers, type Thresholds } from './label.ts';
import { type NameVerdict, nameVerdict } from './naming.ts';
import type { RebuildSettings, Rebuilt } from './rebuild.ts';
import type { ClusterFacts } from './records.ts';
import type { Samples, SampleWindow } from './window.ts';

export type NamingDeps = {
  readonly labeler: Labeler;
  readonly centroids: Neighbours;
  readonly rebuild: RebuildSettings;
  readonly thresholds: Thresholds;
};

/** Why a cluster is named anew and against whom; `keep`: it keeps its ancestor's name. Absent: it may not be named. */
type Naming = ReadonlyMap<string, Due>;
type Due = 'keep' | (Because & { readonly beside: readonly Labellable[] });
type Because = Pick<NameVerdict, 'because'>;

/** Clusters looked at in one go. */
const PIECE = 10;
/** Slots of which no more is asked than whose they are. */
const SLOTS = 10_000;

/** Which of the clusters that a rebuild has made are to be named, and what each is to be set apart from. */
export async function namingOfAll(
  deps: NamingDeps,
  window: Samples,
  { clusters }: Rebuilt,
  ancestors: ReadonlyMap<string, ClusterRecord>,
): Promise<Naming> {
  const naming = new Map<string, Due>();
  const anew: (Labellable & Because)[] = [];
  const rules = { mergeSimilarity: deps.rebuild.mergeSimilarity, labeler: deps.labeler.kind };
  for await (const piece of inPieces(clusters, PIECE))
    for (const cluster of piece) {
      if (!aboveThresholds(window, cluster.members, deps.thresholds)) continue;
      const { id, centroid, members, kept } = cluster;
      const thereAt = (at: number): number => shareThereAt(window, members, at);
      const now = { centroid, conversations: members.length, kept, thereAt };
      const { verdict, because } = nameVerdict(ancestors.get(id), now, rules);
      if (verdict === 'keep') naming.set(id, verdict);
      else anew.push({ ...cluster, because });
    }
  const others = await nearestOthers(deps.centroids, anew, clusters);
  for (const [i, { id, because }] of anew.entries()) naming.set(id, { because, beside: others[i] ?? [] });
  return naming;
}

/** O(members). */
function shareThereAt(window: Samples, members: readonly number[], at: number): number {
  let [there, all] = [0, 0];
  for (const slot of members) {
    const weight = window.weight(slot);
    all += weight;
    if ((window.brief(slot)?.at ?? Number.POSITIVE_INFINITY) <= at) there += weight;
  }
  return all === 0 ? 1 : there / all;
}

/** The name of a cluster that a rebuild has made. */
export async function nameOf(
  { labeler, thresholds }: NamingDeps,
  window: Samples,
  cluster: Labellable,
  naming: Naming,
  ancestor: ClusterRecord | undefined,
  random: () => number,
): Promise<Label | null> {
  const due = naming.get(cluster.id);
  const had = ancestor?.label ?? null;
  if (due === undefined) return null;
  if (due === 'keep') return had;
  const label = await labelCluster(labeler, window, cluster, due.beside, thresholds, random);
  // Claude is still away, or does not name this one: asked once a rebuild, and another draw would only be another offline name.
  return due.because === 'made-offline' && label?.by !== 'claude' ? had : label;
}

/** Names of clusters of a generation that have grown, or may be named only now. */
export async function nameAgain(
  { labeler, thresholds, centroids, rebuild }: NamingDeps,
  window: SampleWindow,
  previous: Generation,
  facts: readonly ClusterFacts[],
): Promise<(Label | null)[]> {
  const random = seededRandom(rebuild.seed * 7919 + previous.manifest.generation + 1);
  const members = await membersByCluster(window);
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

/** O(window), in pieces. */
export async function membersByCluster(window: SampleWindow): Promise<Map<string, number[]>> {
  const members = new Map<string, number[]>();
  for await (const slots of inPieces(window.slots(), SLOTS))
    for (const slot of slots) {
      const cluster = window.cluster(slot);
      if (cluster === null) continue;
      const list = members.get(cluster);
      if (list === undefined) members.set(cluster, [slot]);
      else list.push(slot);
    }
  return members;
}
