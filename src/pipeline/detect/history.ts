import type { HistoryChunk } from '../../algorithms/growth/recast.ts';
import { MINUTE } from '../../domain/ids.ts';

type HistoryRow = {
  readonly cluster: string | null;
  readonly account: string;
  readonly sketch: string;
  readonly minute: number;
};

export function* rowsOf(chunks: readonly HistoryChunk[]): Generator<HistoryRow> {
  for (const chunk of chunks) {
    for (const [i, account] of chunk.account.entries()) {
      const minute = Math.floor((chunk.at[i] ?? 0) / MINUTE);
      yield { cluster: chunk.cluster[i] ?? null, account, sketch: chunk.sketch[i] ?? '', minute };
    }
  }
}
