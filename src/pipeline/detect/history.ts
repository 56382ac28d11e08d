import type { HistoryChunk } from '../../algorithms/growth/recast.ts';
import { MINUTE } from '../../domain/ids.ts';

/** With the hash of each conversation, where it is known. */
export type History = HistoryChunk & { readonly conversation?: readonly number[] };

type HistoryRow = {
  readonly conversation: number | null;
  readonly cluster: string | null;
  readonly account: string;
  readonly sketch: string;
  /** Event time, ms. */
  readonly at: number;
  readonly minute: number;
};

export function* rowsOf(chunks: readonly History[]): Generator<HistoryRow> {
  for (const chunk of chunks) {
    for (const [i, account] of chunk.account.entries()) {
      yield {
        conversation: chunk.conversation?.[i] ?? null,
        cluster: chunk.cluster[i] ?? null,
        account,
        sketch: chunk.sketch[i] ?? '',
        at: chunk.at[i] ?? 0,
        minute: Math.floor((chunk.at[i] ?? 0) / MINUTE),
      };
    }
  }
}
