import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Activity } from '../../../src/pipeline/emit/activity.ts';
import { HOUR, MINUTE, NOON } from '../../support/pipeline-rig.ts';

const QUARTER = 15 * MINUTE;

/** All that was counted, looked through anew for every answer; what came when it was out of a window never counted there. */
class Naive {
  readonly #hour: { minute: number; n: number }[] = [];
  readonly #half: { minute: number; n: number }[] = [];
  #now = 0;

  count(at: number, n: number): void {
    this.advance(at);
    const minute = Math.floor(at / MINUTE);
    if (minute > Math.floor(this.#now / MINUTE) - 60) this.#hour.push({ minute, n });
    if (Math.floor(at / QUARTER) > Math.floor(this.#now / QUARTER) - 48) this.#half.push({ minute, n });
  }

  advance(now: number): void {
    this.#now = Math.max(this.#now, now);
  }

  lastHour(): number {
    const first = Math.floor(this.#now / MINUTE) - 60;
    return this.#hour.reduce((sum, { minute, n }) => (minute > first ? sum + n : sum), 0);
  }

  sparkline(): number[] {
    const last = Math.floor(this.#now / QUARTER);
    return Array.from({ length: 48 }, (_, i) =>
      this.#half.reduce(
        (sum, { minute, n }) => (Math.floor(minute / 15) === last - 47 + i ? sum + n : sum),
        0,
      ),
    );
  }
}

it('the last hour and the last twelve hours are those of a list of everything', () => {
  const step = fc.tuple(
    fc.constantFrom('count', 'advance'),
    fc.integer({ min: -800, max: 2_000 }),
    fc.nat(9),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const [activity, naive] = [new Activity(), new Naive()];
      let now = NOON;
      for (const [what, minutes, n] of steps) {
        const at = now + minutes * MINUTE;
        for (const one of [activity, naive]) {
          if (what === 'count') one.count(at, n);
          else one.advance(at);
        }
        now = Math.max(now, at - 100 * MINUTE);
        expect(activity.lastHour()).toBe(naive.lastHour());
        expect(activity.sparkline()).toEqual(naive.sparkline());
      }
    }),
  );
});

it('a day of silence leaves nothing', () => {
  const activity = new Activity();
  activity.count(NOON, 5);
  activity.advance(NOON + 24 * HOUR);
  expect(activity.lastHour()).toBe(0);
  expect(activity.sparkline()).toEqual(Array<number>(48).fill(0));
});
