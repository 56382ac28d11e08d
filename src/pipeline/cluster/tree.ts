/** What the files of the hierarchy share: its nodes, and who may give a name to a parent. */
import type { ClusterRecord, Parent } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { Embedder } from '../../ports/embedder.ts';
import type { Labeler, Title } from '../../ports/labeler.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { centroidOf } from '../vectors.ts';
import type { Thresholds } from './label.ts';

export type TreeDeps = {
  readonly clusterer: Clusterer;
  readonly centroids: Neighbours;
  readonly labeler: Labeler;
  /** Names are embedded by the model of the conversations: the two may be compared. */
  readonly embed: Embedder['embed'];
  readonly telemetry: Pick<Telemetry, 'note'>;
  readonly thresholds: Thresholds;
};

/** A cluster or a parent while the level above it is made. */
export type Node = {
  readonly id: string;
  /** null: none that may be shown, and so none that may be told or embedded. */
  readonly title: Title | null;
  /** Where its conversations lie. */
  readonly place: Float32Array;
  readonly conversations: number;
  /** Clusters below it, itself when it is one. */
  readonly leaves: readonly string[];
};

export type Named = Pick<Node, 'id' | 'conversations'> & { readonly title: Title };
export type NamedNode = Node & Named;

export const isNamed = <N extends { readonly title: Title | null }>(
  node: N,
): node is N & { readonly title: Title } => node.title !== null;

export function leafOf(record: ClusterRecord, thresholds: Thresholds): Node {
  return {
    id: record.id,
    title: titleOf(record, thresholds),
    place: centroidOf(record),
    conversations: record.conversations,
    leaves: [record.id],
  };
}

/** null: below the thresholds, or held back by the auditor. */
export function titleOf(
  { label, accounts, conversations }: ClusterRecord,
  { minAccounts, minConversations, minAudit }: Thresholds,
): Title | null {
  const large = accounts >= minAccounts && conversations >= minConversations;
  return large && label !== null && (label.audit ?? 0) >= minAudit ? label : null;
}

export function titleOfParent(parent: Parent, { minAudit }: Thresholds): Title | null {
  return parent.name !== '' && (parent.audit ?? 0) >= minAudit ? parent : null;
}

/** Clusters below each parent, over all levels. O(clusters · levels). */
export function leavesOf(parents: readonly Parent[]): Map<string, string[]> {
  const leaves = new Map<string, string[]>();
  for (const parent of parents.toSorted((a, b) => a.level - b.level)) {
    const below = parent.children.flatMap((id) => (parent.level === 1 ? [id] : (leaves.get(id) ?? [])));
    leaves.set(parent.id, below);
  }
  return leaves;
}
