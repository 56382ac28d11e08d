/** The first half of `replay --batch`: answers for what will be sent. */
import { renameSync, writeFileSync } from 'node:fs';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { backfill } from '../app/backfill.ts';
import type { Config } from '../app/config.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { conversationOf, readLines } from './lines.ts';

const SPENT = /^(?:# (?:HELP|TYPE) )?cliowatch_llm_(?:tokens|cost)/;

/** As a whole or not at all: a collector reads it whenever it likes. */
async function writeMetrics(telemetry: Telemetry, path: string): Promise<void> {
  const { body } = await telemetry.exposition();
  const lines = body.split('\n').filter((line) => SPENT.test(line));
  writeFileSync(`${path}.tmp`, `${lines.join('\n')}\n`);
  renameSync(`${path}.tmp`, path);
}

/** Bad lines are told when they would be sent, and once. */
const unsaid = { add: () => undefined, end: () => undefined };

export async function summarizeAll(
  files: readonly string[],
  config: Config,
  signal: AbortSignal,
  metrics?: string,
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
  const telemetry = createTelemetry(createLogger({ ...config.logging, level: 'warn' }), Date.now);
  // Also after Ctrl-C, and a batch that fails: what was read was paid for.
  const { asked, answered, unusable, known, dollars } = await backfill(conversations(), {
    config,
    signal,
    tell,
    telemetry,
  }).finally(() => (metrics === undefined ? undefined : writeMetrics(telemetry, metrics)));
  const cost = dollars === null ? 'no price of the model' : `$${dollars.toFixed(2)}`;
  tell(
    `${answered} summaries by batch (${asked} asked for, ${known} known already, ${unusable} left to single calls), ${cost}`,
  );
}
