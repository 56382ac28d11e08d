/** Names clusters that may be named, and only those: above the thresholds, from members against near non-members. */
import { nonMembers } from '../../algorithms/contrast.ts';
import { drawIndices } from '../../algorithms/random.ts';
import type { Label } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import type { Exemplar, Labeler } from '../../ports/labeler.ts';
import { matrixOfRows } from '../vectors.ts';
import type { Samples } from './window.ts';

export type Thresholds = {
  readonly minAccounts: number;
  readonly minConversations: number;
  /** A label that the auditor rates lower is shown nowhere, and names no parent. */
  readonly minAudit: number;
};

/** What labelling needs to know of a cluster. */
export type Labellable = {
  readonly id: string;
  readonly centroid: Float32Array;
  readonly members: readonly number[];
};

/**
 * Those of its members that are its own still: the window goes on while clusters are named, for minutes where a model is asked, and a slot
 * may hold somebody else's conversation by now.
 */
export function membersNow(
  window: Samples,
  { id, members }: { readonly id: string; readonly members: readonly number[] },
): number[] {
  return members.filter((slot) => window.cluster(slot) === id);
}

/** Members and near non-members drawn for the labeler (Clio G.5: 50 and 50). Offline goes by all of them, Claude is shown some of each. */
const DRAWN = 50;
const CONTRAST_CLUSTERS = 3;
export function aboveThresholds(
  window: Samples,
  members: readonly number[],
  thresholds: Thresholds,
): boolean {
  return (
    members.length >= thresholds.minConversations && countAccounts(window, members) >= thresholds.minAccounts
  );
}

export function countAccounts(window: Samples, members: readonly number[]): number {
  const accounts = new Set<string>();
  for (const slot of members) {
    const member = window.brief(slot);
    if (member !== undefined) accounts.add(member.account);
  }
  return accounts.size;
}

/**
 * null: below the thresholds, or nothing could be said that keeps the rules.
 * @param beside the clusters nearest to it, to be set apart from
 */
export async function labelCluster(
  labeler: Labeler,
  window: Samples,
  cluster: Labellable,
  beside: readonly Labellable[],
  thresholds: Thresholds,
  random: () => number,
): Promise<Label | null> {
  const own = membersNow(window, cluster);
  if (!aboveThresholds(window, own, thresholds)) return null;
  // Outliers are left out: those beside a cluster are its own edge, and nothing sets it apart from that.
  const around = beside.map((other) => membersNow(window, other));
  const near = nonMembers(around, (slot) => dot(window.vector(slot), cluster.centroid), labeler.kind, random);
  const members = draw(window, own, random);
  const contrast = draw(window, near, random);
  const { minAccounts } = thresholds;
  const label = await labeler.label({ members, contrast, minAccounts });
  // Where a topic fills several clusters nothing sets them apart; what they all speak of is still a name.
  return label ?? labeler.label({ members, contrast: [], minAccounts });
}

/** The clusters nearest to each, nearest first. O(clusters · others · dimension), in another thread. */
export async function nearestOthers(
  centroids: Neighbours,
  clusters: readonly Labellable[],
  others: readonly Labellable[],
): Promise<Labellable[][]> {
  if (clusters.length === 0) return [];
  const among = others.filter(({ members }) => members.length > 0);
  // One more than is wanted, as a cluster is nearest to itself.
  const count = CONTRAST_CLUSTERS + 1;
  const vectors = matrixOfRows(clusters.map(({ centroid }) => centroid));
  const rows = await centroids.nearestOf(vectors, matrixOfRows(among.map(({ centroid }) => centroid)), count);
  return clusters.map(({ id }, i) =>
    [...rows.subarray(i * count, (i + 1) * count)]
      .flatMap((row) => among[row] ?? [])
      .filter((other) => other.id !== id)
      .slice(0, CONTRAST_CLUSTERS),
  );
}

function draw(window: Samples, slots: readonly number[], random: () => number): Exemplar[] {
  const exemplars: Exemplar[] = [];
  for (const i of drawIndices(slots.length, DRAWN, random)) {
    const member = window.member(slots[i] ?? -1);
    if (member !== undefined) exemplars.push({ text: member.text, account: member.account });
  }
  return exemplars;
}
