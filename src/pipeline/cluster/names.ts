/** Which clusters of a space are named, and which keep the name they had. */
import { seededRandom } from '../../algorithms/random.ts';
import type { ClusterRecord, Generation, Label } from '../../domain/generation.ts';
import type { Labeler } from '../../ports/labeler.ts';
import { centroidOf } from '../vectors.ts';
import { aboveThresholds, labelCluster, type Thresholds } from './label.ts';
import { nameVerdict } from './naming.ts';
import type { RebuildSettings, Rebuilt } from './rebuild.ts';
import type { ClusterFacts } from './records.ts';
import type { SampleWindow } from './window.ts';

export type NamingDeps = {
  readonly labeler: Labeler;
  readonly rebuild: RebuildSettings;
  readonly thresholds: Thresholds;
};

/** The name of a cluster that a rebuild has made: its ancestor's where little has changed. */
export async function nameOf(
  deps: NamingDeps,
  window: SampleWindow,
  cluster: Rebuilt['clusters'][number],
  made: Rebuilt,
  ancestor: ClusterRecord | undefined,
  random: () => number,
): Promise<Label | null> {
  if (!aboveThresholds(window, cluster.members, deps.thresholds)) return null;
  const { verdict } = nameVerdict(ancestor, cluster.members.length, cluster.kept);
  if (verdict === 'keep' && ancestor !== undefined) return ancestor.label;
  return labelCluster(deps.labeler, window, cluster, made.clusters, deps.thresholds, random);
}

/** Names of clusters of a generation that have grown, or may be named only now. */
export function nameAgain(
  deps: NamingDeps,
  window: SampleWindow,
  previous: Generation,
  facts: readonly ClusterFacts[],
): Promise<(Label | null)[]> {
  const random = seededRandom(deps.rebuild.seed * 7919 + previous.manifest.generation + 1);
  const members = membersByCluster(window);
  const others = previous.clusters.map((record) => ({
    id: record.id,
    centroid: centroidOf(record),
    members: members.get(record.id) ?? [],
  }));
  return Promise.all(
    facts.map((fact) => labelCluster(deps.labeler, window, fact, others, deps.thresholds, random)),
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
