/** What is written must be what kafkajs itself would write, byte for byte. */
import fc from 'fast-check';
import internals, { type ProduceInput } from 'kafkajs/src/protocol/requests/index.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { encodeProduce, encodeProduceRequests } from '../../../src/adapters/event-log/kafka-produce.ts';

const { Produce } = internals.requests;
const { protocol } = Produce;
const NOW = Date.parse('2026-03-02T12:00:00Z');
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  vi.useRealTimers();
  Produce.protocol = protocol;
});

const byKafkajs = async (version: number, input: ProduceInput): Promise<Buffer> =>
  (await protocol({ version })(input).request.encode()).buffer;

const text = fc.string({ unit: 'binary', maxLength: 300 });
const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));
const message = fc.record({
  key: fc.oneof(fc.constant(null), text),
  value: fc.oneof(fc.constant(null), text, bytes),
  partition: fc.nat(64),
});
const many = fc.oneof(
  { weight: 5, arbitrary: fc.array(message, { minLength: 1, maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.nat(300).map((n) => Array.from({ length: n + 1 }, () => ({ key: 'k', value: 'v' }))),
  },
);
const partitions = fc.array(
  fc.record({ partition: fc.nat(64), firstSequence: fc.nat(0x7fffffff), messages: many }),
  { minLength: 1, maxLength: 3 },
);
const input = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(60_000),
  transactionalId: fc.option(
    text.filter((id) => id !== ''),
    { nil: undefined },
  ),
  // A text, as the broker's answer is decoded.
  producerId: fc.oneof(fc.constant(undefined), fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }).map(String)),
  producerEpoch: fc.nat(0x7fff),
  topicData: fc.array(fc.record({ topic: text, partitions }), { minLength: 1, maxLength: 3 }),
});

it('is the same as by kafkajs, whatever keys, values, partitions and producer', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (produce) => {
      expect(encodeProduce(produce, NOW).buffer.equals(await byKafkajs(7, produce))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

const plain = { acks: -1, timeout: 30_000, topicData: [] };
const withMessage = (more: object): ProduceInput => ({
  ...plain,
  topicData: [{ topic: 't', partitions: [{ partition: 0, messages: [{ key: 'k', value: 'v', ...more }] }] }],
});

it('takes the place of kafkajs in every version a broker of today knows', async () => {
  const before = await Promise.all([3, 4, 5, 6, 7].map((version) => byKafkajs(version, withMessage({}))));
  encodeProduceRequests();
  for (const [i, version] of [3, 4, 5, 6, 7].entries()) {
    const { request } = Produce.protocol({ version })(withMessage({}));
    expect(request.apiVersion).toBe(version);
    expect((await request.encode()).buffer.equals(before[i] ?? Buffer.alloc(0))).toBe(true);
  }
});

it.each([
  ['headers', withMessage({ headers: { h: '1' } })],
  ['a time of its own', withMessage({ timestamp: '1700000000000' })],
  ['compression', { ...withMessage({}), compression: 1 }],
])('leaves to kafkajs what has %s', async (_, produce) => {
  const before = await byKafkajs(7, produce);
  encodeProduceRequests();
  expect((await Produce.protocol({ version: 7 })(produce).request.encode()).buffer.equals(before)).toBe(true);
});
