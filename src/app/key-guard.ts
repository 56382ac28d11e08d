/** One key for all processes on a log: its fingerprint stands in the state topic, and another key is refused. */
import { CliowatchError } from '../domain/errors.ts';
import type { EventLog } from '../ports/event-log.ts';

const KEY = 'tokens/fingerprint';

/** The fingerprint on the log, or null when none was written yet. */
export async function readFingerprint(log: EventLog, stateTopic: string): Promise<string | null> {
  let found: string | null = null;
  const follower = await log.follow([stateTopic], 'start', (record) => {
    if (record.key === KEY) found = record.value?.toString('utf8') ?? null;
  });
  await follower.caughtUp;
  await follower.stop();
  return found;
}

/** @throws CliowatchError `tokens/other-key` when the log was written with another key */
export async function guardFingerprint(log: EventLog, stateTopic: string, own: string): Promise<void> {
  const found = await readFingerprint(log, stateTopic);
  if (found === null) {
    await log.publish([{ topic: stateTopic, key: KEY, value: own, partition: 0 }]);
    return;
  }
  if (found === own) return;
  throw new CliowatchError(
    'tokens/other-key',
    `tokens.key: has fingerprint ${own}, but this log was written with ${found}`,
    {
      value: own,
      remedy: 'give every process the same tokens.key; with a new key, start with a new log.prefix',
    },
  );
}
