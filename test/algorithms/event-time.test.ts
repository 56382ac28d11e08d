import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventTime, REPLAY_PATIENCE } from '../../src/algorithms/event-time.ts';
import { seededRandom } from '../../src/algorithms/random.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T00:00:00Z');
/** How long detect waits for late conversations. */
const GRACE = 2 * MINUTE;

type Told = { readonly account: string; readonly at: number; readonly wrong: boolean };

/** An ordered stream with up to half a minute of disorder, and some accounts whose clocks run ahead by as much as they like. */
function streamOf(seed: number, count: number, accounts: number, gap: number, ahead: number): Told[] {
  const random = seededRandom(seed);
  const drift = Array.from({ length: accounts }, () => (random() < 0.01 ? random() * ahead : 0));
  let at = START;
  return Array.from({ length: count }, () => {
    at += random() * 2 * gap;
    const who = Math.floor(random() * accounts);
    const wrong = drift[who] ?? 0;
    return { account: `a${who}`, at: at - random() * 0.5 * MINUTE + wrong, wrong: wrong > 0 };
  });
}

describe('event time', () => {
  it('loses no conversation of the others as late while one clock in a hundred runs ahead', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 200, max: 3_000 }),
        fc.constantFrom(100, 2_000, 30_000),
        fc.constantFrom(10 * MINUTE, 300 * 24 * 60 * MINUTE),
        (seed, accounts, gap, ahead) => {
          const time = new EventTime(REPLAY_PATIENCE);
          for (const { account, at, wrong } of streamOf(seed, 2_000, accounts, gap, ahead)) {
            if (!wrong) expect(at).toBeGreaterThanOrEqual(time.now - GRACE);
            time.hear(account, at);
          }
        },
      ),
    );
  });

  it('never goes back, never passes the latest heard, and follows within a few conversations', () => {
    const told = fc.array(fc.tuple(fc.nat(40), fc.nat(10_000)), { maxLength: 300 });
    fc.assert(
      fc.property(told, (list) => {
        const time = new EventTime(1);
        let [before, latest] = [0, 0];
        for (const [account, at] of list) {
          time.hear(`a${account}`, at);
          latest = Math.max(latest, at);
          expect(time.now).toBeGreaterThanOrEqual(before);
          expect(time.now).toBeLessThanOrEqual(latest);
          before = time.now;
        }
      }),
    );
    const time = new EventTime(REPLAY_PATIENCE);
    for (let i = 0; i < 1_000; i++) time.hear(`b${i % 50}`, START + i * 1_000);
    expect(time.now).toBe(START + 995_000);
  });

  it('is that of the only account, once it has said enough, also when there were more before', () => {
    const time = new EventTime(REPLAY_PATIENCE);
    for (let i = 0; i < 20; i++) time.hear('one', START + i * 1_000);
    expect(time.now).toBe(0);
    for (let i = 20; i < 100; i++) time.hear('one', START + i * 1_000);
    expect(time.now).toBeGreaterThan(START + 80_000);
    for (let i = 100; i < 200; i++) time.hear(`m${i}`, START + i * 1_000);
    for (let i = 200; i < 600; i++) time.hear('one', START + i * 1_000);
    expect(time.now).toBeGreaterThan(START + 580_000);
  });

  it('is not moved by one account, however much it sends', () => {
    const time = new EventTime(REPLAY_PATIENCE);
    for (let i = 0; i < 1_000; i++) {
      time.hear('flood', START + 600_000 + i * 100);
      if (i % 10 === 0) time.hear(`o${i}`, START + i * 100);
    }
    expect(time.now).toBeLessThanOrEqual(START + 100_000);
  });

  it('ends with the last, unless its clock is wrong', () => {
    const time = new EventTime(1);
    expect(time.end(GRACE)).toBe(0);
    for (let i = 0; i < 40; i++) time.hear(`c${i}`, START + i * 1_000);
    time.hear('wrong', START + 600 * MINUTE);
    expect(time.end(GRACE)).toBe(START + 39_000);
    const short = new EventTime(1);
    short.hear('a', START);
    short.hear('b', START + MINUTE);
    expect(short.end(GRACE)).toBe(START + MINUTE);
  });
});
