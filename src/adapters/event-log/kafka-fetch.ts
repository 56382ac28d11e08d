/**
 * Leaves out what aborted transactions wrote, in place of kafkajs, which takes the broker's list of them to be sorted by where they
 * begin, and to begin one at a record. The list is sorted by where they end, so that of transactions that overlap in a partition, as
 * those of owners killed together, kafkajs passes on what the earlier ones wrote: a conversation counted twice. The version of
 * kafkajs is fixed in package.json.
 */
import internals, { type FetchedPartition } from 'kafkajs/src/protocol/requests/index.js';

/** Second half of a control record's key: 0 aborts, 1 commits. */
const KIND_AT = 2;
const ABORT = 0;

/** From now on; once is enough. */
export function leaveOutAborted(): void {
  const { Fetch } = internals.requests;
  const { protocol } = Fetch;
  Fetch.protocol = (options) => {
    const original = protocol(options);
    return (input) => {
      const { response, ...rest } = original(input);
      const decode = async (raw: Buffer) => {
        const decoded = await response.decode(raw);
        for (const { partitions } of decoded.responses) for (const one of partitions) markAborted(one);
        return decoded;
      };
      return { ...rest, response: { ...response, decode } };
    };
  };
}

/** What was aborted is marked as control records are: kafkajs passes neither on, and counts both when it tells how far it has read. O(records). */
export function markAborted(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (abortedTransactions === undefined || abortedTransactions.length === 0) return;
  const begins = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .sort((a, b) => a.first - b.first);
  const aborted = new Set<string>();
  let next = 0;
  for (const message of messages) {
    const { producerId, inTransaction } = message.batchContext ?? {};
    for (let begin = begins[next]; begin && begin.first <= Number(message.offset); begin = begins[++next])
      aborted.add(begin.producerId);
    if (producerId === undefined || !aborted.has(producerId)) continue;
    if (!message.isControlRecord) message.isControlRecord = inTransaction === true;
    else if (message.key?.readInt16BE(KIND_AT) === ABORT) aborted.delete(producerId);
  }
  partition.abortedTransactions = [];
}
