/** The first half of `replay --batch`: answers for what will be sent. */
import { backfill } from '../app/backfill.ts';
import type { Config } from '../app/config.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError } from '../domain/errors.ts';
import { conversationOf, readLines } from './lines.ts';

/** Bad lines are told when they would be sent, and once. */
const unsaid = { add: () => undefined, end: () => undefined };

export async function summarizeAll(
  files: readonly string[],
  config: Config,
  signal: AbortSignal,
): Promise<void> {
  if (files.includes('-'))
    throw new CliowatchError('config/batch', '--batch reads its files twice, and standard input only once', {
      remedy: 'write it to a file first',
    });
  const maxBytes = config.intake.max_bytes;
  async function* conversations(): AsyncGenerator<Conversation> {
    for await (const line of readLines(files, { signal, maxBytes, bad: unsaid })) {
      const conversation = conversationOf(line, unsaid);
      if (conversation !== null) yield conversation;
    }
  }
  const tell = (what: string): void => void process.stderr.write(`${what}\n`);
  const { asked, answered, unusable, known, dollars } = await backfill(conversations(), {
    config,
    signal,
    tell,
  });
  const cost = dollars === null ? 'no price of the model' : `$${dollars.toFixed(2)}`;
  tell(
    `${answered} summaries by batch (${asked} asked for, ${known} known already, ${unusable} left to single calls), ${cost}`,
  );
}
