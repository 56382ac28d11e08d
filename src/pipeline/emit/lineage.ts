/** What became of clusters, kept in the store: of generations the log keeps the newest of a space alone. */
import { coarseCount } from '../../algorithms/disclosure.ts';
import type { ClusterRecord, Generation, Relation } from '../../domain/generation.ts';
import type { LineageView } from '../../domain/lineage.ts';
import type { ClusterDetail } from '../../domain/view.ts';
import type { LineageColumn, LineageNode } from '../../ports/store.ts';
import type { EmitDeps } from './books.ts';
import { type ClusterBook, roundedSize } from './clusters.ts';
import { type Thresholds, toldConversations } from './told.ts';

/** Relations of one cluster that are told, the newest. */
const TOLD = 50;
/** Clusters in all columns that are told: 2 MB of JSON. */
const MOST_NODES = 10_000;
/** Generations that a report of what is gone looks through. */
const MOST_COLUMNS = 1_000;

/** What the store keeps of a generation: what is told of it is decided when it is asked for, by the thresholds of then. */
export function lineageColumn({ manifest, clusters }: Generation): LineageColumn {
  return {
    space: manifest.space,
    full: manifest.full,
    generation: manifest.generation,
    at: manifest.event_time,
    nodes: clusters.map(({ id, accounts, conversations, estimate, label }) => ({
      id,
      accounts,
      conversations,
      standing_for: estimate?.conversations ?? conversations,
      name: label?.name ?? null,
      audit: label?.audit ?? null,
    })),
    relations: manifest.relations,
  };
}

/** A relation without how many exactly are shared; of a watch without those that nobody may hear of. */
export function toldRelation(
  relation: Relation,
  book: ClusterBook,
): ClusterDetail['lineage'][number]['relation'] {
  const from = relation.from.filter(({ id }) => book.thresholds.narrow !== true || isHeardOf(book, id));
  return { ...relation, from: from.map(({ id, share }) => ({ id, share: toTenths(share) })) };
}

function isHeardOf(book: ClusterBook, id: string): boolean {
  const standing = book.standing(id);
  return standing.is === 'shown' || (standing.is === 'gone' && standing.title !== null);
}

const toTenths = (share: number): number => Math.round(share * 10) / 10;

export function pastOf(
  { store }: Pick<EmitDeps, 'store'>,
  book: ClusterBook,
  { space, id: cluster }: Pick<ClusterRecord, 'space' | 'id'>,
): Pick<ClusterDetail, 'lineage' | 'lineage_since'> {
  const told = store.relations(space, cluster, TOLD);
  const lineage = told.map(({ generation, at, relation }) => ({
    generation,
    at,
    relation: toldRelation(relation, book),
  }));
  return { lineage, lineage_since: store.lineageSince(space) };
}

/** Clusters of a space that could be shown at some time that is kept, by the thresholds of now. O(clusters · generations). */
export function shownBefore(
  { store }: Pick<EmitDeps, 'store'>,
  { thresholds }: Pick<ClusterBook, 'thresholds'>,
  space: string,
): string[] {
  const nodes = store.columns(space, MOST_COLUMNS, MOST_NODES).flatMap((column) => column.nodes);
  return [...new Set(nodes.filter((node) => isShown(node, thresholds)).map(({ id }) => id))];
}

/** The last full generations as columns, for a Sankey chart. O(clusters · generations). */
export function lineageOf(
  { store }: Pick<EmitDeps, 'store'>,
  { thresholds }: Pick<ClusterBook, 'thresholds'>,
  space: string,
  generations: number,
): LineageView {
  const columns = store.columns(space, generations, MOST_NODES);
  const last = new Map<string, LineageNode>();
  for (const { nodes } of columns) for (const node of nodes) last.set(node.id, node);
  // It could be shown then, and may be now, or might when it went: the last column is of the newest generation.
  const shown = (node: LineageNode): boolean =>
    isShown(node, thresholds) && isShown(last.get(node.id) ?? node, thresholds);
  const narrow = thresholds.narrow === true;
  const nodes = columns.flatMap(({ full, nodes: all }) =>
    // Of a watch nothing says that another is there.
    (narrow ? all.filter(shown) : all).map((node) => ({
      generation: full,
      id: node.id,
      name: shown(node) ? node.name : null,
      conversations: isShown(node, thresholds)
        ? toldConversations(node, node.standing_for, thresholds)
        : roundedSize(node.conversations),
    })),
  );
  const told = new Set(nodes.map(({ generation }) => generation));
  return {
    space,
    since: narrow && nodes.length === 0 ? null : store.lineageSince(space),
    columns: columns
      .filter(({ full }) => !narrow || told.has(full))
      .map(({ full, at }) => ({ generation: full, at })),
    nodes,
    links: columns.flatMap((column, i) => {
      const before = columns[i - 1];
      return before === undefined ? [] : linksBetween(before, column, shown, thresholds);
    }),
  };
}

function isShown({ accounts, conversations, name, audit }: LineageNode, thresholds: Thresholds): boolean {
  const { minAccounts, minConversations, minAudit } = thresholds;
  const large = accounts >= minAccounts && conversations >= minConversations;
  return large && name !== null && (audit ?? 0) >= minAudit;
}

/**
 * Of what may be shown on both ends: what a cluster came from says what it is about. Smaller than the minimum they are left out, and
 * the others told to tens, so that neither a link nor what is missing between two of them is a handful of people.
 */
function linksBetween(
  before: LineageColumn,
  column: LineageColumn,
  shown: (node: LineageNode) => boolean,
  { minConversations, narrow }: Thresholds,
): LineageView['links'] {
  const sources = new Map(before.nodes.map((node) => [node.id, node]));
  const targets = new Map(column.nodes.map((node) => [node.id, node]));
  return column.relations.flatMap((relation) => {
    const target = targets.get(relation.id);
    // Kin of one born is no descent, and what has died is told by those who took it over.
    if (target === undefined || relation.kind === 'born' || relation.kind === 'died' || !shown(target))
      return [];
    return relation.from.flatMap(({ id, share, members }) => {
      const source = sources.get(id);
      if (source === undefined || !shown(source)) return [];
      const n = members ?? Math.round(share * Math.min(source.conversations, target.conversations));
      if (n < minConversations) return [];
      const stood = n * (target.standing_for / Math.max(1, target.conversations));
      return [
        {
          from: { generation: before.full, id },
          to: { generation: column.full, id: relation.id },
          share: toTenths(share),
          conversations: narrow === true ? coarseCount(stood, minConversations, true) : roundedSize(stood),
        },
      ];
    });
  });
}
