import type { Alert } from '../domain/alert.ts';
import type { Relation } from '../domain/generation.ts';
import type { Rollup } from '../domain/tick.ts';
import type { TimelinePoint } from '../domain/view.ts';

export type AuditEntry = {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
};

/** A cluster of a generation, with what decides whether it may be shown. */
export type LineageNode = {
  readonly id: string;
  readonly accounts: number;
  readonly conversations: number;
  /** How many its members stand for. */
  readonly standing_for: number;
  readonly name: string | null;
  readonly audit: number | null;
};

/** A full generation with what was born on it since, and how it came about. */
export type LineageColumn = {
  readonly space: string;
  readonly full: number;
  /** The newest that it is known from: itself, or a patch on it. */
  readonly generation: number;
  readonly at: number;
  readonly nodes: readonly LineageNode[];
  readonly relations: readonly Relation[];
};

/** History for queries: a cache that can be rebuilt from the log. Writing the same twice changes nothing. */
export interface Store {
  putRollup(rollup: Rollup): void;
  /** Per hour, oldest first. */
  timeline(space: string, cluster: string, from: number, to: number): readonly TimelinePoint[];
  putAlert(alert: Alert): void;
  /** Newest first. */
  alerts(options: { limit: number; before?: number }): readonly Alert[];
  /** A full generation, or a patch on one: then its clusters are those of the patch, and the rest stays. One told again, or older, changes nothing. */
  putGeneration(column: LineageColumn): void;
  /** Full generations of a space, oldest first: the last `limit`, fewer where they have more clusters than `mostNodes`, two at least. */
  columns(space: string, limit: number, mostNodes: number): readonly LineageColumn[];
  /** What became of one cluster, patches too, the last `limit`, oldest first. */
  relations(
    space: string,
    cluster: string,
    limit: number,
  ): readonly { generation: number; at: number; relation: Relation }[];
  /** Event time of the oldest generation that is kept; null: there is none. */
  lineageSince(space: string): number | null;
  audit(entry: AuditEntry): void;
  auditTrail(limit: number): readonly AuditEntry[];
  /** Drops what is older than `before` (event time ms). */
  prune(before: number): void;
  close(): void;
}
