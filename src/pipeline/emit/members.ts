import type { AssignmentBatch } from '../../domain/assignment.ts';
import { type ConversationToken, conversationToken } from '../../domain/ids.ts';

export type MemberToken = {
  readonly conversation: ConversationToken;
  readonly account: string;
  readonly at: number;
};

/** Tokens of the last conversations of each cluster, for the safety plane alone. Bounded per cluster and over all. */
export class MemberBook {
  readonly #perCluster: number;
  readonly #clusters: number;
  readonly #members = new Map<string, MemberToken[]>();

  constructor(perCluster: number, clusters: number) {
    this.#perCluster = perCluster;
    this.#clusters = clusters;
  }

  take(batch: AssignmentBatch): void {
    for (const [i, cluster] of batch.cluster.entries()) {
      if (cluster === null) continue;
      const held = this.#members.get(cluster) ?? [];
      held.push({
        conversation: conversationToken(batch.conversation[i] ?? ''),
        account: batch.account[i] ?? '',
        at: batch.at[i] ?? 0,
      });
      if (held.length > this.#perCluster) held.shift();
      this.#members.delete(cluster);
      this.#members.set(cluster, held);
    }
    for (const cluster of this.#members.keys()) {
      if (this.#members.size <= this.#clusters) break;
      this.#members.delete(cluster);
    }
  }

  /** Newest first. */
  of(cluster: string, limit: number): MemberToken[] {
    return (this.#members.get(cluster) ?? []).slice(-limit).reverse();
  }
}
