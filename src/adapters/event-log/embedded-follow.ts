/** Follows partitions: from disk until level with the end, then fed by each commit. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Slice } from '../../algorithms/give-way.ts';
import { reasonOf } from '../../domain/errors.ts';
import type { Follower, LogRecord } from '../../ports/event-log.ts';
import type { Partition } from './embedded-catalog.ts';

const READ_RECORDS = 100;
/** Told in one turn of the event loop, characters: a whole generation at once would hold everybody up. */
const TOLD_AT_ONCE = 100_000;
/** What a record costs besides what it holds. */
const LEAST = 2_000;

export function followPartitions(
  partitions: readonly Partition[],
  from: 'start' | 'end',
  onRecord: (record: LogRecord) => void,
  onProblem: (message: string) => void,
): Follower {
  let stopped = false;
  const deliver = (record: LogRecord): void => {
    try {
      onRecord(record);
    } catch (error) {
      // It runs inside the commit of whoever publishes; that one must not fail for what a reader does.
      onProblem(`a follower of ${record.topic} failed at offset ${record.offset}: ${reasonOf(error)}`);
    }
  };
  const waiting: LogRecord[] = [];
  let room = TOLD_AT_ONCE;
  const tell = (): void => {
    while (room > 0 && waiting.length > 0) {
      const record = waiting.shift();
      room -= LEAST + (record?.value?.length ?? 0);
      if (record !== undefined && !stopped) deliver(record);
    }
  };
  const hear = (record: LogRecord): void => {
    waiting.push(record);
    if (room === TOLD_AT_ONCE) setImmediate(nextPiece);
    tell();
  };
  function nextPiece(): void {
    room = TOLD_AT_ONCE;
    if (waiting.length > 0) setImmediate(nextPiece);
    tell();
  }
  const catchUp = async (partition: Partition): Promise<void> => {
    let position = from === 'start' ? partition.start : partition.next;
    await nextTurn();
    const slice = new Slice();
    while (!stopped && position < partition.next) {
      const end = partition.next;
      const records = partition.table.read(
        partition.topic.name,
        partition.number,
        position,
        end,
        READ_RECORDS,
      );
      for (const record of records) {
        if (stopped) return;
        deliver(record);
        if (slice.isOver) await slice.giveWay();
      }
      position = (records.at(-1)?.offset ?? end - 1) + 1;
    }
    // No commit can come between the check above and this line: both are in one turn.
    if (!stopped) partition.followers.add(hear);
  };
  const ended = Promise.all(partitions.map(catchUp)).then(() => undefined);
  return {
    caughtUp: ended,
    async stop() {
      stopped = true;
      for (const partition of partitions) partition.followers.delete(hear);
      await ended;
    },
  };
}
