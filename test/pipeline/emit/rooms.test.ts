import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoomLog } from '../../../src/pipeline/emit/rooms.ts';

const publish = (room: RoomLog<'clusters'>): void =>
  room.publish((seq) => ({ seq, clusters: [], removed: [] }));

describe('a room', () => {
  it('numbers its events without a gap, beginning after the first number it is given', () => {
    const room = new RoomLog<'clusters'>(10, 100);
    const heard: number[] = [];
    const stop = room.subscribe(({ seq }) => heard.push(seq));
    publish(room);
    publish(room);
    stop();
    publish(room);
    expect(heard).toEqual([101, 102]);
    expect(room.lastSeq).toBe(103);
  });

  it('tells one who was away what it missed, or that it cannot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(20),
        fc.integer({ min: -3, max: 30 }),
        (cap, count, away) => {
          const room = new RoomLog<'clusters'>(cap, 5);
          for (let i = 0; i < count; i++) publish(room);
          const missed = room.since(5 + away);
          const wanted = Array.from({ length: count }, (_, i) => 6 + i).filter((seq) => seq > 5 + away);
          if (away > count || away < 0 || wanted.length > cap) expect(missed).toBeNull();
          else expect(missed?.map(({ seq }) => seq)).toEqual(wanted);
        },
      ),
    );
  });
});
