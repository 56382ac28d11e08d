import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AWAY, type Feed, received } from '../../src/console/state/feed.ts';

const live = (seq: number): Feed => ({ phase: 'live', seq });
const events = (...numbers: number[]) => numbers.map((seq) => ({ seq }));

describe('a feed of numbered events', () => {
  it('takes events that follow one another', () => {
    const { feed, fresh } = received(live(4), events(5, 6));
    expect(fresh).toEqual(events(5, 6));
    expect(feed).toEqual(live(6));
  });

  it('passes over what it has taken before', () => {
    const { feed, fresh } = received(live(4), events(3, 4, 5, 5));
    expect(fresh).toEqual(events(5));
    expect(feed).toEqual(live(5));
  });

  it('stops at a missing event, and takes nothing later', () => {
    const { feed, fresh } = received(live(4), events(5, 7, 8));
    expect(fresh).toEqual(events(5));
    expect(feed).toEqual({ phase: 'gap', seq: 5 });
  });

  it('closes a gap with the event that was missing', () => {
    const gap: Feed = { phase: 'gap', seq: 5 };
    expect(received(gap, events(8)).feed).toEqual(gap);
    expect(received(gap, events(6, 7, 8))).toEqual({ feed: live(8), fresh: events(6, 7, 8) });
  });

  it('takes nothing before its room is joined', () => {
    expect(received(AWAY, events(1))).toEqual({ feed: AWAY, fresh: [] });
  });

  it('takes every event once and in order, whatever is repeated or missing on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 })), (batches) => {
        let feed = live(0);
        const taken: number[] = [];
        for (const batch of batches) {
          const step = received(feed, events(...batch));
          feed = step.feed;
          taken.push(...step.fresh.map(({ seq }) => seq));
        }
        expect(taken).toEqual(Array.from({ length: feed.seq }, (_, i) => i + 1));
      }),
    );
  });
});
