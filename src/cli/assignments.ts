import type { Checked } from '../app/backtest.ts';
import type { Placed } from '../app/gathered.ts';

type Entry = {
  readonly id: string;
  at: number;
  cluster: string | null;
  generation: number;
  similarity: number;
};

/**
 * Where each conversation of a file fell in the end: one line each, in the order of first appearance, under the ids of
 * the file. A longer snapshot replaces the shorter; what had nothing to cluster stays with no cluster, in the generation
 * of its time. All of them are held until the end, as a later line may still change the first: about 300 bytes each.
 */
export class Assignments {
  readonly #entries = new Map<string, Entry>();

  /** Before a line is pushed. */
  expect({ token, id, at }: Checked, generation: number): void {
    if (!this.#entries.has(token))
      this.#entries.set(token, { id, at, cluster: null, generation, similarity: 0 });
  }

  place({ conversation, at, cluster, generation, similarity }: Placed): void {
    const entry = this.#entries.get(conversation);
    if (entry !== undefined) Object.assign(entry, { at, cluster, generation, similarity });
  }

  *lines(): Generator<string> {
    for (const { id, at, cluster, generation, similarity } of this.#entries.values()) {
      const line = {
        conversation_id: id,
        at: new Date(at).toISOString(),
        cluster_id: cluster,
        generation,
        similarity,
      };
      yield `${JSON.stringify(line)}\n`;
    }
  }
}
