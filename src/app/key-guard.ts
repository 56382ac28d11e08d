/**
 * One key for all processes on a log: its fingerprint stands in the state topic, and another key is refused. Whoever finds
 * none writes a claim, then reads again: the first claim on the partition is the log's key, for everybody and for ever. Each
 * claim has a key of its own in the topic, so that compaction, which keeps the last record of a key, takes none of them
 * away and moves none behind another.
 */
import { randomUUID } from 'node:crypto';
import { unlessAborted } from '../algorithms/unless-aborted.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { EventLog, LogRecord } from '../ports/event-log.ts';

const CLAIM = 'tokens/fingerprint';

/** The fingerprint in a claim; null: it is another record. */
const claimOf = ({ key, value }: LogRecord): string | null =>
  key?.startsWith(CLAIM) === true ? (value?.toString('utf8') ?? null) : null;

/** The fingerprint on the log, or null when none was written yet. */
export async function readFingerprint(log: EventLog, stateTopic: string): Promise<string | null> {
  let first: string | null = null;
  const follower = await log.follow([stateTopic], 'start', (record) => {
    first ??= claimOf(record);
  });
  await follower.caughtUp;
  await follower.stop();
  return first;
}

/** The fingerprint on the log as soon as there is one; until then nobody knows which key is the right one. */
export async function awaitFingerprint(
  log: EventLog,
  stateTopic: string,
  signal: AbortSignal,
): Promise<string> {
  const { promise: found, resolve } = Promise.withResolvers<string>();
  const follower = await log.follow([stateTopic], 'start', (record) => {
    const fingerprint = claimOf(record);
    if (fingerprint !== null) resolve(fingerprint);
  });
  try {
    return await unlessAborted(found, signal);
  } finally {
    await follower.stop();
  }
}

/** @throws CliowatchError `tokens/other-key` when the log is written with another key */
export async function guardFingerprint(log: EventLog, stateTopic: string, own: string): Promise<void> {
  let first = await readFingerprint(log, stateTopic);
  if (first === null) {
    await log.publish([{ topic: stateTopic, key: `${CLAIM}/${randomUUID()}`, value: own, partition: 0 }]);
    // Another process may have found none at the same moment: who came first on the partition, both read now.
    first = await readFingerprint(log, stateTopic);
  }
  if (first === own) return;
  throw new CliowatchError(
    'tokens/other-key',
    `tokens.key: has fingerprint ${own}, but this log is written with ${first}`,
    {
      value: own,
      remedy: 'give every process the same tokens.key; with a new key, start with a new log.prefix',
    },
  );
}
