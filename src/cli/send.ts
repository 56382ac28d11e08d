import type { Conversation } from '../domain/conversation.ts';
import { isTooLarge } from '../domain/errors.ts';
import type { BadLines, Line } from './lines.ts';
import type { Target } from './target.ts';

export type Sendable = { readonly line: Line; readonly conversation: Conversation };

/**
 * Sends a batch; when it is too large, its halves, down to the conversations that are too large by themselves: those are
 * bad lines, and the rest goes on. Answers with how many were sent.
 */
export async function send(target: Target, batch: readonly Sendable[], bad: BadLines): Promise<number> {
  try {
    await target.send(batch.map(({ conversation }) => conversation));
    return batch.length;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) {
      bad.add(first.line, `too-large: ${error.message}`);
      return 0;
    }
    const half = Math.ceil(batch.length / 2);
    return (await send(target, batch.slice(0, half), bad)) + (await send(target, batch.slice(half), bad));
  }
}
