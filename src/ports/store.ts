import type { Alert } from '../domain/alert.ts';
import type { Rollup } from '../domain/tick.ts';
import type { TimelinePoint } from '../domain/view.ts';

export type AuditEntry = {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
};

/** History for queries: a cache that can be rebuilt from the log. Writing the same twice changes nothing. */
export interface Store {
  putRollup(rollup: Rollup): void;
  /** Per hour, oldest first. */
  timeline(space: string, cluster: string, from: number, to: number): readonly TimelinePoint[];
  putAlert(alert: Alert): void;
  /** Newest first. */
  alerts(options: { limit: number; before?: number }): readonly Alert[];
  audit(entry: AuditEntry): void;
  auditTrail(limit: number): readonly AuditEntry[];
  /** Drops what is older than `before` (event time ms). */
  prune(before: number): void;
  close(): void;
}
