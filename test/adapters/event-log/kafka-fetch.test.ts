/** Of any transactions that overlap in a partition, read from anywhere: what was committed is passed on, and nothing else. */
import fc from 'fast-check';
import type { FetchedMessage, FetchedPartition } from 'kafkajs/src/protocol/requests/index.js';
import { expect, it } from 'vitest';
import { markAborted } from '../../../src/adapters/event-log/kafka-fetch.ts';

const PRODUCERS = 4;
type Open = { readonly first: number; readonly offsets: number[] };
type Step = { readonly producer: number; readonly what: 'write' | 'abort' | 'commit' | 'plain' };

const steps = fc.array(
  fc.record<Step>({
    producer: fc.nat(PRODUCERS - 1),
    what: fc.constantFrom('write', 'write', 'write', 'abort', 'commit', 'plain'),
  }),
  { maxLength: 60 },
);

/** As a broker holds it: its list of aborted transactions grows as they end. */
function partitionOf(taken: readonly Step[]) {
  const open = new Map<number, Open>();
  const messages: FetchedMessage[] = [];
  const aborted: { producerId: string; firstOffset: string; last: number }[] = [];
  const hidden = new Set<number>();
  const put = (producer: number, inTransaction: boolean, control: Buffer | null) => {
    messages.push({
      offset: String(messages.length),
      key: control,
      isControlRecord: control !== null,
      batchContext: { producerId: String(producer), inTransaction },
    });
    return messages.length - 1;
  };
  const end = (producer: number, what: 'abort' | 'commit') => {
    const transaction = open.get(producer);
    if (transaction === undefined) return;
    open.delete(producer);
    const last = put(producer, true, Buffer.from([0, 0, 0, what === 'abort' ? 0 : 1]));
    if (what === 'commit') return;
    aborted.push({ producerId: String(producer), firstOffset: String(transaction.first), last });
    for (const offset of transaction.offsets) hidden.add(offset);
  };
  for (const { producer, what } of taken) {
    if (what === 'abort' || what === 'commit') end(producer, what);
    // A producer writes in transactions, or it does not.
    else if (what === 'plain') put(producer + PRODUCERS, false, null);
    else {
      const offset = put(producer, true, null);
      const transaction = open.get(producer) ?? { first: offset, offsets: [] };
      transaction.offsets.push(offset);
      open.set(producer, transaction);
    }
  }
  for (const producer of [...open.keys()]) end(producer, 'abort');
  return { messages, aborted, hidden };
}

const passedOn = ({ messages }: FetchedPartition) =>
  messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));

it('passes on what was committed, and nothing that was aborted', () => {
  fc.assert(
    fc.property(steps, fc.nat(60), (taken, from) => {
      const { messages, aborted, hidden } = partitionOf(taken);
      const partition: FetchedPartition = {
        messages: messages.filter(({ offset }) => Number(offset) >= from),
        abortedTransactions: aborted.filter(({ last }) => last >= from),
      };
      const right = passedOn(partition).filter((offset) => !hidden.has(offset));
      markAborted(partition);
      expect(passedOn(partition)).toEqual(right);
      expect(partition.abortedTransactions ?? []).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

it('leaves alone what has no transactions', () => {
  const partition: FetchedPartition = { messages: [{ offset: '7', key: null, isControlRecord: false }] };
  markAborted(partition);
  expect(passedOn(partition)).toEqual([7]);
});
