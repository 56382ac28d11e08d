/** Names clusters that may be named, and only those: above the thresholds, from members against near non-members. */
import { drawIndices } from '../../algorithms/random.ts';
import type { Label } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { Exemplar, Labeler } from '../../ports/labeler.ts';
import type { SampleWindow } from './window.ts';

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

/** Members and non-members shown to the labeler (Clio G.5: 50 and 50). */
const SHOWN = 50;
const CONTRAST_CLUSTERS = 3;

export function aboveThresholds(
  window: SampleWindow,
  members: readonly number[],
  thresholds: Thresholds,
): boolean {
  return (
    members.length >= thresholds.minConversations && countAccounts(window, members) >= thresholds.minAccounts
  );
}

export function countAccounts(window: SampleWindow, members: readonly number[]): number {
  const accounts = new Set<string>();
  for (const slot of members) {
    const member = window.brief(slot);
    if (member !== undefined) accounts.add(member.account);
  }
  return accounts.size;
}

/** null: too small to be named, or nothing could be said that keeps the rules. */
export async function labelCluster(
  labeler: Labeler,
  window: SampleWindow,
  cluster: Labellable,
  others: readonly Labellable[],
  thresholds: Thresholds,
  random: () => number,
): Promise<Label | null> {
  if (!aboveThresholds(window, cluster.members, thresholds)) return null;
  const near = nearest(cluster, others).flatMap(({ members }) => members);
  const members = draw(window, cluster.members, random);
  const contrast = draw(window, near, random);
  const { minAccounts } = thresholds;
  const label = await labeler.label({ members, contrast, minAccounts });
  // Where a topic fills several clusters nothing sets them apart; what they all speak of is still a name.
  return label ?? labeler.label({ members, contrast: [], minAccounts });
}

/** The clusters nearest to this one, nearest first. O(clusters · dimension). */
function nearest(cluster: Labellable, others: readonly Labellable[]): Labellable[] {
  const best: { other: Labellable; similarity: number }[] = [];
  for (const other of others) {
    if (other.id === cluster.id || other.members.length === 0) continue;
    const similarity = dot(other.centroid, cluster.centroid);
    if (best.length === CONTRAST_CLUSTERS && similarity <= (best.at(-1)?.similarity ?? 0)) continue;
    best.push({ other, similarity });
    best.sort((a, b) => b.similarity - a.similarity);
    best.length = Math.min(best.length, CONTRAST_CLUSTERS);
  }
  return best.map(({ other }) => other);
}

function draw(window: SampleWindow, slots: readonly number[], random: () => number): Exemplar[] {
  const exemplars: Exemplar[] = [];
  for (const i of drawIndices(slots.length, SHOWN, random)) {
    const member = window.member(slots[i] ?? -1);
    if (member !== undefined) exemplars.push({ text: member.text, account: member.account });
  }
  return exemplars;
}
