import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Routed, requests } from '../../../src/adapters/event-log/kafka-messages.ts';

const LIMIT = 900_000;
const record = (topic: string, partition: number, bytes: number): Routed => ({
  topic,
  partition,
  bytes,
  message: { value: null },
});
const laneOf = ({ topic, partition }: Routed): string => `${topic}/${partition}`;

const some = fc.array(
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.nat(2), fc.oneof(fc.nat(400_000), fc.constant(LIMIT + 1)))
    .map(([topic, partition, bytes]) => record(topic, partition, bytes)),
  { maxLength: 60 },
);

it('all go, in the order of each partition, in batches a broker takes, and one that is too large goes alone', () => {
  fc.assert(
    fc.property(some, (routed) => {
      const cut = requests(routed);
      const lanes = new Set(routed.map(laneOf));
      for (const lane of lanes) {
        const own = (records: readonly Routed[]) => records.filter((one) => laneOf(one) === lane);
        expect(own(cut.flat())).toEqual(own(routed));
        for (const request of cut) {
          const bytes = own(request).reduce((total, one) => total + one.bytes, 0);
          expect(bytes <= LIMIT || request.length === 1).toBe(true);
        }
      }
      expect(cut.flat()).toHaveLength(routed.length);
      expect(cut.every((request) => request.length > 0)).toBe(true);
    }),
  );
});

it('as many requests are made as the fullest partition needs, not as all together', () => {
  const routed = [0, 1, 2].flatMap((partition) =>
    Array.from({ length: 750 }, () => record('points', partition, 100)),
  );
  expect(requests(routed).map(({ length }) => length)).toEqual([1_500, 750]);
});
